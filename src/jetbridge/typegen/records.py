"""The fields of TypedDicts, dataclasses, named tuples and Pydantic models."""

from __future__ import annotations

import dataclasses
import inspect
import typing
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, RootModel


@dataclass(frozen=True, slots=True)
class Field:
    """One field as it travels. optional: it may be missing. may_differ: only in what the browser sends.

    is_root: the record is this value and nothing around it.
    """

    name: str
    annotation: Any
    optional: bool = False
    may_differ: bool = False
    is_root: bool = False


def is_record(cls: type) -> bool:
    """Whether objects of this class travel field by field."""
    return (
        typing.is_typeddict(cls)
        or dataclasses.is_dataclass(cls)
        or (issubclass(cls, BaseModel) and cls is not BaseModel)
        or _is_named_tuple(cls)
    )


def fields_of(cls: type, *, sent: bool) -> Sequence[Field]:
    """The fields in the order of their definition. sent: as the browser may send them."""
    if issubclass(cls, BaseModel):
        return list(_model_fields(cls, sent))
    hints = _hints(cls)
    if typing.is_typeddict(cls):
        return [Field(name, hint, optional=_may_be_missing(cls, name, hint)) for name, hint in hints.items()]
    if dataclasses.is_dataclass(cls):
        return [
            Field(f.name, hints.get(f.name, Any), optional=sent and _has_default(f), may_differ=_has_default(f))
            for f in dataclasses.fields(cls)
            if f.init or not sent
        ]
    return [Field(name, hints.get(name, Any)) for name in typing.cast(Any, cls)._fields]


def _model_fields(cls: type[BaseModel], sent: bool) -> Iterator[Field]:
    is_root = issubclass(cls, RootModel)
    for name, info in cls.model_fields.items():
        loose = not info.is_required()
        alias = info.validation_alias if sent else info.serialization_alias
        shown = alias if isinstance(alias, str) else name
        yield Field(shown, info.annotation, optional=sent and loose, may_differ=loose or shown != name, is_root=is_root)
    if not sent:
        for name, computed in cls.model_computed_fields.items():
            yield Field(computed.alias or name, computed.return_type)


def _hints(cls: type) -> dict[str, Any]:
    """The annotations of a class; as they are written where some of them name what exists only for type checkers."""
    try:
        return typing.get_type_hints(cls, include_extras=True)
    except Exception:
        bases = [inspect.get_annotations(base) for base in reversed(cls.__mro__) if base is not object]
        return {name: annotation for annotations in bases for name, annotation in annotations.items()}


def _may_be_missing(cls: type, name: str, hint: Any) -> bool:
    """Whether a TypedDict may lack a key. What the class itself knows is wrong for annotations that were text."""
    for qualifier in _qualifiers(hint):
        if qualifier in (typing.Required, typing.NotRequired):
            return qualifier is typing.NotRequired
    optional: frozenset[str] = cls.__dict__["__optional_keys__"]
    return name in optional


def _qualifiers(hint: Any) -> Iterator[Any]:
    while (origin := typing.get_origin(hint)) is not None:
        yield origin
        hint = typing.get_args(hint)[0] if typing.get_args(hint) else None


def _has_default(field: dataclasses.Field[Any]) -> bool:
    return field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING


def _is_named_tuple(cls: type) -> bool:
    return issubclass(cls, tuple) and hasattr(cls, "_fields")
