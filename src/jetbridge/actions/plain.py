"""What a browser sends as Python's nearest, for a validator."""

from __future__ import annotations

import collections.abc
import functools
import operator
import types
import typing
from collections.abc import Callable, Iterable
from typing import Annotated, Any, Final, get_args, get_origin

from pydantic import PlainValidator, ValidationError

from jetbridge.annotations import type_adapter
from jetbridge.flight.model import UNDEFINED, Map, Set, TypedArray
from jetbridge.flight.received import Received, Settled

_STREAMS: Final = (collections.abc.AsyncIterable, collections.abc.AsyncIterator, collections.abc.AsyncGenerator)
_PROMISES: Final = (collections.abc.Awaitable, collections.abc.Coroutine)


def to_plain(value: Any) -> Any:
    """One argument. `undefined` is a key that is not there, else None; a Uint8Array is bytes."""
    kind = type(value)
    if kind is dict:
        return {key: to_plain(one) for key, one in value.items() if one is not UNDEFINED}
    if kind is list:
        return [to_plain(one) for one in value]
    if kind is Map:
        return _dict_of(value)
    if kind is Set:
        return _set_of(value)
    if kind is TypedArray:
        return value.data if value.kind == "Uint8Array" else value
    return None if value is UNDEFINED else value


def _dict_of(value: Map) -> Any:
    """A dict, unless two keys are equal in Python; its keys are hashable as far as they can be."""
    try:
        found = {_member(key): to_plain(one) for key, one in value.items()}
    except TypeError:
        return value
    return found if len(found) == len(value) else value


def _set_of(value: Set) -> Any:
    """A set, unless two members are equal in Python; a list of members that no set holds before they are validated."""
    members = [_member(one) for one in value]
    try:
        found = set(members)
    except TypeError:
        return members
    return found if len(found) == len(members) else value


def _member(value: Any) -> Any:
    plain = to_plain(value)
    return tuple(map(_member, plain)) if type(plain) is list else plain


def check_inside(annotation: Any) -> Any:
    """The annotation, with validators for what is in promises and streams: they have arrived as a whole."""
    origin, args = get_origin(annotation), get_args(annotation)
    kind = origin or annotation
    if kind in _STREAMS:
        return Annotated[Any, PlainValidator(_stream_check(args[0] if args else Any))]
    if kind in _PROMISES:
        return Annotated[Any, PlainValidator(_promise_check(args[-1] if args else Any))]
    if origin is None or origin in (typing.Literal, collections.abc.Callable):
        return annotation
    if origin is Annotated:
        return Annotated[(check_inside(args[0]), *args[1:])]
    inner = tuple(map(check_inside, args))
    if inner == args:
        return annotation
    return functools.reduce(operator.or_, inner) if origin is types.UnionType else origin[inner]


def _stream_check(item: Any) -> Callable[[Any], Received]:
    check = _item_check(item)

    def checked(value: Any) -> Received:
        if not isinstance(value, Received):
            raise ValueError("must be an async iterable")
        found = Received(value.kind)
        found.values, found.returned, found.error = list(check(value.values)), value.returned, value.error
        return found

    return checked


def _promise_check(item: Any) -> Callable[[Any], Settled]:
    check = _item_check(item)

    def checked(value: Any) -> Settled:
        if not isinstance(value, Settled):
            raise ValueError("must be a promise")
        return value if value.error is not None else Settled(*check([value.value]))

    return checked


def _item_check(item: Any) -> Callable[[Iterable[Any]], Iterable[Any]]:
    if item in (Any, object):
        return lambda values: values
    adapter = type_adapter(check_inside(item))

    def check(values: Iterable[Any]) -> Iterable[Any]:
        for number, value in enumerate(values):
            try:
                yield adapter.validate_python(to_plain(value))
            except ValidationError as error:
                first = error.errors(include_url=False, include_input=False)[0]
                raise ValueError(f"item {number}: {first['msg']}") from None

    return check
