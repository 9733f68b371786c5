"""Codes of the values that only the encoder can spell, because they take part in the response as a whole."""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any, Final

from jetbridge.flight.fragment import write_fragment
from jetbridge.flight.model import (
    HOLE,
    ClientReference,
    Element,
    Hole,
    Lazy,
    Promise,
    ServerReference,
    Splice,
    Stream,
    Symbol,
    TypedArray,
)
from jetbridge.flight.task import DATA, Place, Writer

Special = Callable[[Writer, Any, Place], str | None]
"""Returns the code without `$`, or None when the value is an ordinary one after all."""


def is_awaitable(value: object) -> bool:
    """Whether `await` accepts the value."""
    return hasattr(type(value), "__await__") or (
        isinstance(value, types.GeneratorType) and bool(value.gi_code.co_flags & 0x100)
    )


def is_async_iterable(value: object) -> bool:
    """Whether the value is sent as an AsyncIterable, the children of which React can render."""
    if isinstance(value, Stream):
        return value.kind in ("iterable", "iterator")
    return hasattr(type(value), "__aiter__") and not is_awaitable(value)


def _promise(writer: Writer, value: Any, place: Place) -> str:
    source = value.source if isinstance(value, (Promise, Lazy)) else value
    lazy = isinstance(value, Lazy) or (place.node and not isinstance(value, Promise))
    rows = writer.encoder.rows
    known = rows.get(id(value)) or rows.get(id(source))
    if known is None:
        task = writer.task(None, place, node=lazy)
        known = rows[id(value)] = rows[id(source)] = (writer.encoder.promise_row(source, task), (value, source))
    return f"{'L' if lazy else '@'}{known[0]:x}"


def _stream(writer: Writer, value: Any, place: Place) -> str:
    stream = value if isinstance(value, Stream) else Stream(value)
    return _row(writer, value, lambda: writer.encoder.stream_row(stream, writer.task(None, DATA, node=False)))


def _row(writer: Writer, value: Any, make: Callable[[], int]) -> str:
    """The row of a value whose every occurrence is the same code."""
    rows = writer.encoder.rows
    known = rows.get(id(value))
    if known is None:
        known = rows[id(value)] = (make(), value)
    return f"{known[0]:x}"


def _typed_array(writer: Writer, value: TypedArray, place: Place) -> str:
    return _row(writer, value, lambda: writer.encoder.binary_row(value))


def _client(writer: Writer, value: ClientReference, place: Place) -> str:
    return f"{writer.encoder.client_row(value, writer.where()):x}"


def _server(writer: Writer, value: ServerReference, place: Place) -> str:
    rows = writer.encoder.rows
    known = rows.get(id(value))
    if known is None:
        known = rows[id(value)] = (writer.encoder.server_row(value, writer), value)
    return f"h{known[0]:x}"


def _callable(writer: Writer, value: Any, place: Place) -> str | None:
    known = writer.encoder.rows.get(id(value))
    if known is not None:
        return f"h{known[0]:x}"
    reference = writer.encoder.server_reference(value)
    if reference is None:
        return None
    code = _server(writer, reference, place)
    writer.encoder.rows[id(value)] = (int(code[1:], 16), value)
    return code


def _error(writer: Writer, value: BaseException, place: Place) -> str:
    return "Z" + _row(writer, value, writer.encoder.error_value_row)


def _splice(writer: Writer, value: Splice, place: Place) -> str:
    return _row(writer, value, lambda: write_fragment(value, writer))


def _hole(writer: Writer, value: Hole, place: Place) -> str:
    return f"L{writer.encoder.symbol_row(Symbol(HOLE + value.name)):x}"


_SPECIALS: Final[dict[type, Special | None]] = {
    types.CoroutineType: _promise,
    Promise: _promise,
    Lazy: _promise,
    types.AsyncGeneratorType: _stream,
    Stream: _stream,
    Splice: _splice,
    Hole: _hole,
    TypedArray: _typed_array,
    ClientReference: _client,
    ServerReference: _server,
    types.FunctionType: _callable,
    types.MethodType: _callable,
}
"""By exact class; other classes are added when they are met."""


def special_for(cls: type) -> Special | None:
    """How to spell instances of a class, or None for those that are data."""
    try:
        return _SPECIALS[cls]
    except KeyError:
        found = _SPECIALS[cls] = _find(cls)
        return found


def _find(cls: type) -> Special | None:
    if issubclass(cls, Element):
        return None
    for known in (TypedArray, ClientReference, ServerReference):
        if issubclass(cls, known):
            return _SPECIALS[known]
    if hasattr(cls, "__await__"):
        return _promise
    if hasattr(cls, "__aiter__"):
        return _stream
    if issubclass(cls, BaseException):
        return _error
    # Not hasattr: a class has the `__call__` that makes its instances.
    return _callable if any("__call__" in base.__dict__ for base in cls.__mro__) else None
