"""How the flat entries of a form become the model that an action asks for."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Iterator, Mapping, MutableSequence, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Final, get_args, get_origin

from pydantic import AliasChoices, AliasPath, BaseModel
from pydantic.fields import FieldInfo
from typing_extensions import is_typeddict

from jetbridge.annotations import is_required
from jetbridge.flight.model import File, FormData

_WRAPPERS: Final = (typing.Annotated, typing.Required, typing.NotRequired)
_MANY: Final = (list, set, frozenset, tuple, Sequence, MutableSequence, AbstractSet)


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of a model, and what an entry that is empty or not there means for it.

    names: what the entry may be called. many: every entry with the name counts. checkbox: a browser sends nothing for
    a box that is not ticked. nullable: empty means None. text: an empty text is a value like any other.
    """

    names: tuple[str, ...]
    many: bool
    checkbox: bool
    nullable: bool
    text: bool
    has_default: bool

    def read(self, form: FormData) -> Iterator[tuple[str, Any]]:
        """The item for Pydantic, if there is one."""
        name = next((name for name in self.names if name in form), self.names[0])
        entries = [entry for entry in form.get_all(name) if not _no_file(entry)]
        if self.many:
            if entries or not self.nullable:
                yield name, entries
        elif self.checkbox:
            yield name, entries[-1] if entries else False
        elif entries and (entries[0] != "" or self._keeps_empty_text):
            yield name, entries[0]
        elif self.nullable and name in form:
            yield name, None

    @property
    def _keeps_empty_text(self) -> bool:
        return not self.nullable and (self.text or not self.has_default)


def _no_file(entry: str | File) -> bool:
    """What a browser sends for a file input in which nothing was chosen."""
    return isinstance(entry, File) and not entry.name and not entry.size


@dataclass(frozen=True, slots=True)
class FormModel:
    """The fields of a model. extra: entries that are no field go to the model as well, which says what to do."""

    fields: tuple[FormField, ...]
    extra: bool

    def read(self, form: FormData) -> dict[str, Any]:
        """What Pydantic is to validate."""
        values = {name: value for field in self.fields for name, value in field.read(form)}
        if self.extra:
            known = {name for field in self.fields for name in field.names}
            values.update({name: form.get(name) for name in form if name not in known})
        return values


def form_model_of(annotation: Any) -> FormModel | None:
    """The model in an annotation; None if there is none, or if the action takes the FormData itself."""
    members = list(_members(annotation))
    models = [member for member in members if _is_model(member)]
    if len(models) != 1 or FormData in members:
        return None
    model = models[0]
    if isinstance(model, type) and issubclass(model, BaseModel):
        fields = tuple(_pydantic_field(name, info, model) for name, info in model.model_fields.items())
        return FormModel(fields, model.model_config.get("extra") in ("allow", "forbid"))
    return FormModel(tuple(_plain_fields(model)), extra=False)


def _members(annotation: Any) -> Iterator[Any]:
    """The types that an annotation allows."""
    origin = get_origin(annotation)
    if origin in _WRAPPERS:
        yield from _members(get_args(annotation)[0])
    elif origin in (typing.Union, types.UnionType):
        for member in get_args(annotation):
            yield from _members(member)
    else:
        yield annotation


def _is_model(kind: Any) -> bool:
    return is_typeddict(kind) or (
        isinstance(kind, type) and (issubclass(kind, BaseModel) or dataclasses.is_dataclass(kind))
    )


def _pydantic_field(name: str, info: FieldInfo, model: type[BaseModel]) -> FormField:
    aliases = tuple(_aliases(info.validation_alias))
    by_name = model.model_config.get("populate_by_name") or model.model_config.get("validate_by_name")
    names = (*aliases, name) if by_name or not aliases else aliases
    return _field(names, info.annotation, not info.is_required())


def _aliases(alias: str | AliasPath | AliasChoices | None) -> Iterator[str]:
    if isinstance(alias, str):
        yield alias
    elif isinstance(alias, AliasChoices):
        for choice in alias.choices:
            yield from _aliases(choice)
    elif isinstance(alias, AliasPath) and len(alias.path) == 1 and isinstance(alias.path[0], str):
        yield alias.path[0]


def _plain_fields(model: Any) -> Iterator[FormField]:
    """The fields of a dataclass or a TypedDict."""
    hints: Mapping[str, Any] = typing.get_type_hints(model, include_extras=True)
    if is_typeddict(model):
        for name, annotation in hints.items():
            yield _field((name,), annotation, not is_required(model, name, annotation))
        return
    for one in dataclasses.fields(model):
        if one.init:
            has_default = one.default is not dataclasses.MISSING or one.default_factory is not dataclasses.MISSING
            yield _field((one.name,), hints[one.name], has_default)


def _field(names: tuple[str, ...], annotation: Any, has_default: bool) -> FormField:
    members = list(_members(annotation))
    nullable = types.NoneType in members or None in members
    return FormField(
        names=names,
        many=any((get_origin(member) or member) in _MANY for member in members),
        checkbox=bool in members and not nullable,
        nullable=nullable,
        text=str in members,
        has_default=has_default,
    )
