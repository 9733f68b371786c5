"""What an action returns, as its annotation says where the value alone does not: an empty dict of ids is a Map, too."""

from __future__ import annotations

import collections.abc
import dataclasses
import enum
import functools
import types
import typing
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import typing_extensions
from pydantic import BaseModel, RootModel

from jetbridge.flight.model import Map

Shape = Callable[[Any], Any]
Variables = Mapping[Any, Any]

_MAPPINGS: Final = (
    *(dict, collections.OrderedDict, collections.defaultdict, collections.Counter),
    *(collections.abc.Mapping, collections.abc.MutableMapping),
)
_STREAMS: Final = (collections.abc.AsyncIterable, collections.abc.AsyncIterator, collections.abc.AsyncGenerator)
_PROMISES: Final = (collections.abc.Awaitable, collections.abc.Coroutine)
_UNIONS: Final = (typing.Union, types.UnionType)
_WRAPPERS: Final = (
    *(typing.Annotated, typing.Required, typing.NotRequired, typing.Final),
    *(typing_extensions.ReadOnly, typing_extensions.Required, typing_extensions.NotRequired),
)


def result_shape(annotation: Any) -> Shape | None:
    """What makes a value travel as its annotation says; None where it does so by itself.

    A dict whose keys are no text is a Map in JavaScript, which an empty one cannot show.
    """
    return functools.partial(_shaped, annotation, {}) if _has_map(annotation, {}, frozenset()) else None


def _resolved(annotation: Any, variables: Variables) -> tuple[Any, Variables]:
    """An annotation below aliases, wrappers and type variables, and what the variables in it stand for."""
    while True:
        origin = typing.get_origin(annotation)
        if isinstance(annotation, typing.TypeVar) and annotation in variables:
            annotation = variables[annotation]
        elif isinstance(annotation, typing.NewType):
            annotation = annotation.__supertype__
        elif origin in _WRAPPERS:
            annotation = typing.get_args(annotation)[0]
        elif type(origin or annotation).__name__ == "TypeAliasType":
            alias = origin or annotation
            annotation, variables = alias.__value__, _bound(alias.__type_params__, annotation, variables)
        else:
            return annotation, variables


def _bound(parameters: Sequence[Any], annotation: Any, variables: Variables) -> Variables:
    args = [variables.get(one, one) if isinstance(one, typing.TypeVar) else one for one in typing.get_args(annotation)]
    return dict(zip(parameters, args, strict=False))


def _has_map(annotation: Any, variables: Variables, seen: frozenset[Any]) -> bool:
    annotation, variables = _resolved(annotation, variables)
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in _MAPPINGS and args and not _is_text(args[0], variables):
        return True
    kind = origin or annotation
    if _is_record(kind):
        inner = _bound(getattr(kind, "__parameters__", ()), annotation, variables)
        return kind not in seen and any(_has_map(one, inner, seen | {kind}) for one in _fields(kind).values())
    # What a function is given and returns is the business of that function.
    return origin not in (typing.Literal, collections.abc.Callable) and any(
        _has_map(one, variables, seen) for one in args if one is not Ellipsis
    )


def _is_text(key: Any, variables: Variables) -> bool:
    key, variables = _resolved(key, variables)
    if typing.get_origin(key) in _UNIONS:
        return all(_is_text(one, variables) for one in typing.get_args(key))
    if typing.get_origin(key) is typing.Literal:
        return all(isinstance(value, str) for value in typing.get_args(key))
    return key is Any or isinstance(key, typing.TypeVar) or (isinstance(key, type) and issubclass(key, str))


def _is_record(kind: Any) -> bool:
    return typing_extensions.is_typeddict(kind) or (
        isinstance(kind, type) and (issubclass(kind, BaseModel) or dataclasses.is_dataclass(kind))
    )


@functools.lru_cache(maxsize=1024)
def _fields(kind: Any) -> Mapping[str, Any]:
    """The annotations of a record by the names under which its fields travel."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return {info.serialization_alias or name: info.annotation for name, info in kind.model_fields.items()}
    try:
        return typing_extensions.get_type_hints(kind, include_extras=True)
    except Exception:
        return {}


def _shaped(annotation: Any, variables: Variables, value: Any) -> Any:
    annotation, variables = _resolved(annotation, variables)
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    kind = origin or annotation
    if origin in _UNIONS:
        member = next((one for one in _by_key(args, variables) if _fits(one, variables, value)), None)
        return value if member is None else _shaped(member, variables, value)
    if _is_record(kind):
        return _record(kind, _bound(getattr(kind, "__parameters__", ()), annotation, variables), value)
    if not args or not _has_map(annotation, variables, frozenset()):
        return value
    inner = functools.partial(_shaped, args[-1 if origin in (*_MAPPINGS, *_PROMISES) else 0], variables)
    if origin in _MAPPINGS:
        return _mapping(value, inner, is_text=_is_text(args[0], variables))
    if origin is tuple and Ellipsis not in args:
        return [_shaped(one, variables, item) for one, item in zip(args, value, strict=False)]
    if origin in _STREAMS:
        return _stream(value, inner)
    if origin in _PROMISES:
        return _later(value, inner)
    if isinstance(value, (list, tuple, collections.deque)):
        return [inner(one) for one in value]
    return (inner(one) for one in value) if isinstance(value, Iterable) else value


def _mapping(value: Any, inner: Shape, *, is_text: bool) -> Any:
    if not isinstance(value, Mapping):
        return value
    items = [(key, inner(one)) for key, one in value.items()]
    return dict(items) if is_text else Map(items)


def _record(kind: Any, variables: Variables, value: Any) -> Any:
    if isinstance(value, BaseModel):
        value = value.model_dump(by_alias=True, warnings=False)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = {one.name: getattr(value, one.name) for one in dataclasses.fields(value)}
    fields = _fields(kind)
    if isinstance(kind, type) and issubclass(kind, RootModel):
        return _shaped(fields["root"], variables, value)
    if not isinstance(value, Mapping):
        return value
    return {name: _shaped(fields[name], variables, one) if name in fields else one for name, one in value.items()}


def _by_key(members: Sequence[Any], variables: Variables) -> list[Any]:
    """Those that an empty dict rather is first: an object, where both an object and a Map are possible."""
    return sorted(members, key=lambda one: _needs_map(one, variables))


def _needs_map(annotation: Any, variables: Variables) -> bool:
    annotation, variables = _resolved(annotation, variables)
    args = typing.get_args(annotation)
    return typing.get_origin(annotation) in _MAPPINGS and bool(args) and not _is_text(args[0], variables)


def _fits(annotation: Any, variables: Variables, value: Any) -> bool:
    """Whether a value is probably of this member of a union."""
    annotation, variables = _resolved(annotation, variables)
    kind = typing.get_origin(annotation) or annotation
    if _is_record(kind):
        return isinstance(value, Mapping) if typing_extensions.is_typeddict(kind) else isinstance(value, (kind, dict))
    if kind in _MAPPINGS and isinstance(value, Mapping):
        args = typing.get_args(annotation)
        return not args or not value or _is_text(args[0], variables) == all(isinstance(key, str) for key in value)
    if kind in _UNIONS:
        return any(_fits(one, variables, value) for one in typing.get_args(annotation))
    return isinstance(kind, type) and not issubclass(kind, enum.Enum) and isinstance(value, kind)


async def _stream(source: Any, inner: Shape) -> AsyncIterator[Any]:
    async for value in source:
        yield inner(value)


async def _later(source: Awaitable[Any], inner: Shape) -> Any:
    return inner(await source)
