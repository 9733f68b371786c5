"""The fields of TypedDicts, dataclasses, named tuples and Pydantic models, as each of them travels."""

from __future__ import annotations

import dataclasses
import inspect
import sys
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

import typing_extensions
from pydantic import AliasChoices, BaseModel, PlainSerializer, RootModel, WrapSerializer
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from jetbridge.typegen.problems import Refused

Mode = Literal["sent", "given", "dumped"]
"""sent: by the browser, before validation. given: by Python. dumped: by Python, inside a Pydantic model."""

NOTHING: Final = object()

_QUALIFIERS: Final = (
    *(typing.Required, typing.NotRequired, typing.Final, typing.ClassVar),
    *(typing_extensions.ReadOnly, typing_extensions.Required, typing_extensions.NotRequired),
)


@dataclass(frozen=True, slots=True)
class Field:
    """One field as it travels. python: its name in Python. optional: it may be missing."""

    name: str
    python: str
    annotation: Any
    optional: bool = False
    readonly: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """What a record is on the wire: an object or an array of fields, or another annotation `instead`."""

    fields: tuple[Field, ...] = ()
    instead: Any = NOTHING
    is_array: bool = False
    has_others: bool = False


def is_record(cls: type) -> bool:
    """Whether objects of this class travel field by field."""
    return (
        typing_extensions.is_typeddict(cls)
        or dataclasses.is_dataclass(cls)
        or (issubclass(cls, BaseModel) and cls not in (BaseModel, RootModel))
        or is_named_tuple(cls)
    )


def is_named_tuple(cls: type) -> bool:
    """Whether a class is a NamedTuple."""
    return issubclass(cls, tuple) and hasattr(cls, "_fields")


def shape_of(cls: type, mode: Mode) -> Shape:
    """The fields in the order of their definition."""
    if typing_extensions.is_typeddict(cls):
        return Shape(tuple(_keys(cls, mode)))
    if issubclass(cls, BaseModel):
        return _sent_model(cls) if mode == "sent" else _dumped_model(cls)
    if dataclasses.is_dataclass(cls):
        infos: Mapping[str, FieldInfo] | None = getattr(cls, "__pydantic_fields__", None)
        if infos is not None and mode != "given":
            config = getattr(cls, "__pydantic_config__", None) or {}
            return Shape(tuple(_sent_fields(infos, config) if mode == "sent" else _dumped_fields(cls, infos)))
        return Shape(tuple(_dataclass_fields(cls, mode)))
    hints, defaults = hints_of(cls), getattr(cls, "_field_defaults", {})
    names: tuple[str, ...] = typing.cast(Any, cls)._fields
    return Shape(
        tuple(Field(name, name, hints.get(name, Any), mode == "sent" and name in defaults) for name in names),
        is_array=True,
    )


def _sent_model(cls: type[BaseModel]) -> Shape:
    if issubclass(cls, RootModel):
        return Shape(instead=_noted(cls.model_fields["root"]))
    config = typing.cast("Mapping[str, Any]", cls.model_config)
    return Shape(tuple(_sent_fields(cls.model_fields, config)), has_others=config.get("extra") == "allow")


def _sent_fields(infos: Mapping[str, FieldInfo], config: Mapping[str, Any]) -> Iterator[Field]:
    for name, info in infos.items():
        if info.init is not False:
            shown = _sent_name(name, info, config)
            annotation = _noted(info)
            if shown is None:
                advice = (
                    "Give it an alias that is one name: Field(validation_alias=AliasChoices(...)) with a text in it."
                )
                shown, annotation = name, Refused(f"it is read from inside another field by an AliasPath. {advice}")
            yield Field(shown, name, annotation, optional=not info.is_required())


def _sent_name(name: str, info: FieldInfo, config: Mapping[str, Any]) -> str | None:
    """The name to send a field under; of several that are accepted the one that it is given back with."""
    by_name = config.get("populate_by_name") or config.get("validate_by_name")
    alias = info.validation_alias
    if alias is None or config.get("validate_by_alias") is False:
        return name
    choices = alias.choices if isinstance(alias, AliasChoices) else [alias]
    names = [*(one for one in choices if isinstance(one, str)), *([name] if by_name else [])]
    given = info.serialization_alias or name
    return given if given in names else names[0] if names else None


def _dumped_model(cls: type[BaseModel]) -> Shape:
    """What `model_dump(by_alias=True)` makes of a model."""
    for found in cls.__pydantic_decorators__.model_serializers.values():
        return Shape(instead=_return_of(found.func, found.info.return_type, cls, "its model_serializer"))
    fields = tuple(_dumped_fields(cls, cls.model_fields))
    if issubclass(cls, RootModel):
        return Shape(instead=fields[0].annotation)
    return Shape(fields, has_others=cls.model_config.get("extra") == "allow")


def _dumped_fields(cls: Any, infos: Mapping[str, FieldInfo]) -> Iterator[Field]:
    for name, info in infos.items():
        if info.exclude is not True:
            may_be_missing = getattr(info, "exclude_if", None) is not None
            yield Field(info.serialization_alias or name, name, _serialized(cls, name, info), may_be_missing)
    for name, computed in cls.__pydantic_decorators__.computed_fields.items():
        getter = inspect.unwrap(getattr(computed.info.wrapped_property, "fget", None) or computed.func)
        annotation = _return_of(getter, computed.info.return_type, cls, "the computed field")
        yield Field(
            computed.info.alias or name, name, annotation, getattr(computed.info, "exclude_if", None) is not None
        )


def _serialized(cls: Any, name: str, info: FieldInfo) -> Any:
    """What a field is sent as: what it is, or what its serializer returns."""
    for found in cls.__pydantic_decorators__.field_serializers.values():
        fields = found.info.fields
        if name in fields or "*" in fields:
            return _served(found.func, found.info, cls, info)
    for note in reversed(info.metadata):
        if isinstance(note, (PlainSerializer, WrapSerializer)):
            return _served(note.func, note, cls, info)
    return _noted(info)


def _served(func: Any, serializer: Any, cls: type, info: FieldInfo) -> Any:
    if serializer.when_used in ("json", "json-unless-none"):
        return _noted(info)
    result = _return_of(func, serializer.return_type, cls, "its serializer")
    takes_none = type(None) in typing.get_args(info.annotation)
    return typing.Union[result, None] if serializer.when_used == "unless-none" and takes_none else result  # noqa: UP007


def _return_of(func: Any, declared: Any, cls: type, what: str) -> Any:
    if declared is not PydanticUndefined:
        return declared
    plain = getattr(func, "__func__", func)
    try:
        hints = typing.get_type_hints(plain, localns={cls.__name__: cls}, include_extras=True)
    except Exception:
        hints = {}
    if "return" in hints:
        return hints["return"]
    return Refused(f"nothing says what {what} returns. Annotate that function with its return type.")


def _noted(info: FieldInfo) -> Any:
    """The annotation of a field, still with what says which field of a union tells its members apart."""
    return info.annotation if info.discriminator is None else Annotated[info.annotation, info]


def _dataclass_fields(cls: type, mode: Mode) -> Iterator[Field]:
    hints = hints_of(cls)
    kept = {one.name for one in dataclasses.fields(cls)}
    found: Mapping[str, dataclasses.Field[Any]] = cls.__dict__.get("__dataclass_fields__", {})
    for name, one in found.items():
        annotation = hints.get(name, Any)
        if name not in kept:
            # An InitVar is sent and not kept; the others are class variables.
            if mode != "sent" or not isinstance(annotation, dataclasses.InitVar):
                continue
            annotation = annotation.type
        if one.init or mode != "sent":
            yield Field(_alias_in(annotation, mode) or name, name, annotation, mode == "sent" and _has_default(one))


def _has_default(field: dataclasses.Field[Any]) -> bool:
    return field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING


def _alias_in(annotation: Any, mode: Mode) -> str | None:
    """The name that `Annotated[..., Field(alias=...)]` gives outside of Pydantic models, where Pydantic reads it."""
    for note in getattr(annotation, "__metadata__", ()):
        if isinstance(note, FieldInfo) and mode != "given":
            alias = note.validation_alias if mode == "sent" else note.serialization_alias
            return alias if isinstance(alias, str) else None
    return None


def _keys(cls: type, mode: Mode) -> Iterator[Field]:
    for name, hint in hints_of(cls).items():
        optional = name in getattr(cls, "__optional_keys__", ())
        readonly = False
        while (origin := typing.get_origin(hint)) in _QUALIFIERS:
            if origin in (typing.Required, typing_extensions.Required):
                optional = False
            elif origin in (typing.NotRequired, typing_extensions.NotRequired):
                optional = True
            readonly = readonly or origin is typing_extensions.ReadOnly
            hint = typing.get_args(hint)[0]
        yield Field(_alias_in(hint, mode) or name, name, hint, optional, readonly)


def hints_of(cls: type) -> dict[str, Any]:
    """The annotations of a class, evaluated one by one: what cannot be spoils only its own field."""
    try:
        return typing_extensions.get_type_hints(cls, include_extras=True)
    except Exception:
        found: dict[str, Any] = {}
        for base in reversed(cls.__mro__):
            namespace = vars(sys.modules.get(base.__module__, types))
            for name, annotation in inspect.get_annotations(base).items():
                found[name] = evaluate(annotation, namespace)
        return found


def evaluate(annotation: Any, namespace: Mapping[str, Any]) -> Any:
    """The type behind an annotation that may be text; Refused where it names something that is not there."""
    holder: Any = types.SimpleNamespace(__annotations__={"it": annotation})
    try:
        return typing_extensions.get_type_hints(holder, dict(namespace), include_extras=True)["it"]
    except Exception as error:
        shown = annotation if isinstance(annotation, str) else getattr(annotation, "__forward_arg__", annotation)
        return Refused(
            f"`{shown}` cannot be resolved ({error}). Types used here must be importable at run time: at module level, "
            "and not under `if TYPE_CHECKING:`."
        )
