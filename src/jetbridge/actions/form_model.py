"""How the flat entries of a form become the model that an action asks for."""

from __future__ import annotations

import dataclasses
import enum
import functools
import types
import typing
from collections.abc import Iterator, Mapping, MutableMapping, MutableSequence, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args, get_origin

from pydantic import AliasChoices, AliasPath, BaseModel, RootModel, SecretBytes, SecretStr
from pydantic.fields import FieldInfo
from typing_extensions import is_typeddict

from jetbridge.actions.form_entries import Entries, Path, read_entries
from jetbridge.actions.form_shape import MISSING, Keyed, Leaf, Loc, Many, Place, Record, Shape, joined
from jetbridge.annotations import is_required
from jetbridge.flight.model import File, FormData

_WRAPPERS: Final = (typing.Annotated, typing.Required, typing.NotRequired)
_MANY: Final = (list, set, frozenset, tuple, Sequence, MutableSequence, AbstractSet)
_KEYED: Final = (dict, Mapping, MutableMapping)
_TICKED: Final = {"on": True, "true": True, "1": True, "yes": True, "off": False, "false": False, "0": False}


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of a model.

    name: in Python. paths: what its entries may be called. secret: what is typed there is never told back.
    """

    name: str
    paths: tuple[Path, ...]
    shape: Shape
    has_default: bool
    secret: bool
    title: str | None

    def find(self, node: Entries) -> tuple[Path, Entries | None]:
        """Under which of its names the form has it."""
        for path in self.paths:
            found = node.at(path)
            if found is not None:
                return path, found
        return self.paths[0], None

    def matches(self, loc: Loc) -> int:
        """How many steps of the place of an error name this field; 0 if they do not."""
        steps = (path for path in self.paths if tuple(loc[: len(path)]) == path)
        return max(map(len, steps), default=int(loc[0] == self.name))


@dataclass(frozen=True, slots=True)
class FormModel:
    """The fields of a model. extra: entries that are no field go to the model as well, which says what to do."""

    fields: tuple[FormField, ...]
    extra: bool

    @property
    def only_boxes(self) -> bool:
        """Whether a form with no box ticked may be all that there is of it."""
        kinds = [isinstance(field.shape, Leaf) and field.shape.checkbox for field in self.fields]
        return any(kinds) and all(box or field.has_default for box, field in zip(kinds, self.fields, strict=True))

    def entries(self, form: FormData) -> Entries:
        """The entries of a form, by their paths. An alias with dots in it is one name."""
        return read_entries(form, {path[0] for field in self.fields for path in field.paths})

    def read(self, form: FormData) -> dict[str, Any]:
        """What Pydantic is to validate. Raises: InvalidArguments for too many items."""
        return self.read_entries(self.entries(form))

    def read_entries(self, node: Entries) -> dict[str, Any]:
        values: dict[str, Any] = {}
        known: set[str] = set()
        for field in self.fields:
            known.update(path[0] for path in field.paths)
            path, found = field.find(node)
            value = field.shape.read(found, has_default=field.has_default)
            if value is not MISSING:
                _put(values, path, value)
        if self.extra:
            values.update({step: _plain(child) for step, child in node.below.items() if step not in known})
        return values

    def agrees(self, node: Entries) -> bool:
        """Whether the fields that take only certain texts have one of these."""
        for field in self.fields:
            found = field.find(node)[1]
            choices = field.shape.choices if isinstance(field.shape, Leaf) and not field.shape.text else {}
            if choices and found is not None and any(entry not in choices for entry in found.own):
                return False
        return True

    def knows(self, node: Entries) -> int:
        """How many of its fields are in the form."""
        return sum(field.find(node)[1] is not None for field in self.fields)

    def locate(self, loc: Loc, node: Entries) -> Place:
        """Where an error stands in the form. loc: Pydantic's place, or names of fields in Python."""
        if not loc:
            return (), None
        for field in self.fields:
            taken = field.matches(loc)
            if taken:
                path, found = field.find(node)
                below, title = field.shape.locate(loc[taken:], found)
                return (*path, *below), title or field.title
        # No field: the tag of a union, whose fields come next, or an entry that is not allowed.
        return self.locate(loc[1:], node) if len(loc) > 1 else ((str(loc[0]),), None)

    def typed(self, node: Entries, path: Path = ()) -> Iterator[tuple[Path, list[str], bool]]:
        """What was typed into the fields, without files and secrets."""
        for field in self.fields:
            at, found = field.find(node)
            if found is not None and not field.secret:
                yield from field.shape.typed(found, (*path, *at))

    def values(self, form: FormData) -> dict[str, str | list[str]]:
        """What was typed, as the state of a form holds it: by path, a list where there may be several."""
        found: dict[str, str | list[str]] = {}
        for path, texts, many in self.typed(self.entries(form)):
            if texts:
                found[joined(path)] = texts if many or len(texts) > 1 else texts[0]
        return found


def _put(values: dict[str, Any], path: Path, value: Any) -> None:
    *above, last = path
    for step in above:
        values = values.setdefault(step, {})
    values[last] = value


def _plain(node: Entries) -> Any:
    """Entries that no field asks for."""
    if node.below:
        return {step: _plain(child) for step, child in node.below.items()}
    return node.own[0] if len(node.own) == 1 else list(node.own)


def form_model_of(annotation: Any) -> FormModel | None:
    """The model in an annotation; None if there is none, or if the action takes the FormData itself."""
    members = [member for member in _members(annotation) if member not in (None, types.NoneType)]
    if not members or not all(map(_is_model, members)):
        return None
    models = tuple(_form_model(member) for member in members)
    return models[0] if len(models) == 1 else _one_of(models)


def _one_of(models: tuple[FormModel, ...]) -> FormModel:
    return UnionModel(tuple({field.name: field for model in models for field in model.fields}.values()), True, models)


@dataclass(frozen=True, slots=True)
class UnionModel(FormModel):
    """Several models, one of which fits best. fields: of all of them."""

    models: tuple[FormModel, ...]

    def _best(self, node: Entries) -> FormModel:
        return Record(lambda: self.models, nullable=False).choose(node)

    def read_entries(self, node: Entries) -> dict[str, Any]:
        return self._best(node).read_entries(node)

    def locate(self, loc: Loc, node: Entries) -> Place:
        return self._best(node).locate(loc, node)

    def typed(self, node: Entries, path: Path = ()) -> Iterator[tuple[Path, list[str], bool]]:
        return self._best(node).typed(node, path)


@functools.lru_cache(maxsize=1024)
def _form_model(model: Any) -> FormModel:
    config = getattr(model, "model_config", None) or {}
    fields = tuple(_pydantic_fields(model, config) if _infos(model) is not None else _plain_fields(model))
    return FormModel(fields, config.get("extra") in ("allow", "forbid"))


def _infos(model: Any) -> Mapping[str, FieldInfo] | None:
    """The fields of a Pydantic model or of one of Pydantic's dataclasses."""
    found: Mapping[str, FieldInfo] | None = getattr(model, "__pydantic_fields__", None)
    return None if is_typeddict(model) else found


def _members(annotation: Any) -> Iterator[Any]:
    """The types that an annotation allows."""
    origin = get_origin(annotation)
    if type(annotation).__name__ == "TypeAliasType":
        yield from _members(annotation.__value__)
    elif isinstance(annotation, typing.NewType):
        yield from _members(annotation.__supertype__)
    elif origin in _WRAPPERS:
        yield from _members(get_args(annotation)[0])
    elif origin in (typing.Union, types.UnionType):
        for member in get_args(annotation):
            yield from _members(member)
    elif isinstance(annotation, type) and issubclass(annotation, RootModel) and annotation is not RootModel:
        yield from _members(annotation.model_fields["root"].annotation)
    else:
        yield annotation


def _is_model(kind: Any) -> bool:
    if is_typeddict(kind) or not isinstance(kind, type):
        return is_typeddict(kind)
    # A dataclass that says itself how it is validated may be no object of fields.
    is_plain = dataclasses.is_dataclass(kind) and not hasattr(kind, "__get_pydantic_core_schema__")
    return issubclass(kind, BaseModel) or is_plain


def _pydantic_fields(model: Any, config: Mapping[str, Any]) -> Iterator[FormField]:
    by_name = config.get("populate_by_name") or config.get("validate_by_name")
    by_alias = config.get("validate_by_alias", True)
    for name, info in (_infos(model) or {}).items():
        aliases = tuple(_aliases(info.validation_alias)) if by_alias else ()
        paths = (*aliases, (name,)) if by_name or not aliases else aliases
        shape = shape_of(info.annotation)
        yield FormField(name, paths, shape, not info.is_required(), not info.repr, info.title)


def _aliases(alias: str | AliasPath | AliasChoices | None) -> Iterator[Path]:
    if isinstance(alias, str):
        yield (alias,)
    elif isinstance(alias, AliasChoices):
        for choice in alias.choices:
            yield from _aliases(choice)
    elif isinstance(alias, AliasPath) and all(isinstance(step, str) for step in alias.path):
        yield tuple(str(step) for step in alias.path)


def _plain_fields(model: Any) -> Iterator[FormField]:
    """The fields of a dataclass or a TypedDict."""
    hints: Mapping[str, Any] = typing.get_type_hints(model, include_extras=True)
    if is_typeddict(model):
        for name, annotation in hints.items():
            has_default = not is_required(model, name, annotation)
            yield FormField(name, ((name,),), shape_of(annotation), has_default, secret=False, title=None)
        return
    for one in dataclasses.fields(model):
        if one.init:
            has_default = one.default is not dataclasses.MISSING or one.default_factory is not dataclasses.MISSING
            yield FormField(one.name, ((one.name,),), shape_of(hints[one.name]), has_default, not one.repr, None)


def shape_of(annotation: Any) -> Shape:
    """What an annotation means for a form."""
    everything = list(_members(annotation))
    members = [member for member in everything if member not in (None, types.NoneType)]
    nullable = len(members) < len(everything)
    for member in members:
        origin, args = get_origin(member) or member, get_args(member)
        if origin in _MANY:
            kinds = tuple(arg for arg in args if arg is not Ellipsis) or (str,)
            return Many(shape_of(kinds[0] if len(kinds) == 1 else typing.Union[kinds]), nullable)  # noqa: UP007
        if origin in _KEYED:
            return Keyed(shape_of(args[1] if len(args) == 2 else str), nullable)
    models = tuple(member for member in members if _is_model(member))
    if models and File not in members:
        return Record(lambda: [_form_model(model) for model in models], nullable)
    return _leaf(members, nullable)


def _leaf(members: Sequence[Any], nullable: bool) -> Leaf:
    literals = [value for member in members if get_origin(member) is Literal for value in get_args(member)]
    nullable = nullable or None in literals
    literals = [value for value in literals if value is not None]
    boxes = bool(literals) and all(isinstance(value, bool) for value in literals)
    return Leaf(
        text=str in members or SecretStr in members,
        checkbox=(bool in members or boxes) and not nullable,
        nullable=nullable,
        secret=SecretStr in members or SecretBytes in members,
        choices=_TICKED if boxes else {str(value): value for value in [*literals, *_enum_values(members)]},
    )


def _enum_values(members: Sequence[Any]) -> Iterator[Any]:
    """Values of enums. Where another type is allowed beside them, they are no complete list."""
    if members and all(isinstance(member, enum.EnumMeta) for member in members):
        for member in members:
            yield from (one.value for one in member)
