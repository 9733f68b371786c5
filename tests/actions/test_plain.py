"""What a browser sends as Python's nearest."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from typing import Any

import pytest

from jetbridge.actions.plain import to_plain
from jetbridge.actions.signature import read_signature
from jetbridge.errors import ConfigError
from jetbridge.flight.model import UNDEFINED, BigInt, Element, Map, Set, TemporaryReference, TypedArray
from jetbridge.flight.received import Received, Settled

KEPT = TemporaryReference("0")
FLOATS = TypedArray("Float32Array", b"\0\0\0\0")


def convert(annotation: Any, value: Any) -> Any:
    """The argument for a parameter that is annotated so."""

    async def action(value): ...

    action.__annotations__ = {"value": annotation}
    (parameter,) = read_signature(action, {}, "action").parameters
    return parameter.validate(to_plain(value))


def stream(*values: Any) -> Received:
    made = Received("iterable")
    made.values = list(values)
    return made


@pytest.mark.parametrize(
    ("annotation", "value", "expected"),
    [
        (bytes, TypedArray("Uint8Array", b"ab"), b"ab"),
        (list[bytes] | None, [TypedArray("Uint8Array", b"ab")], [b"ab"]),
        (TypedArray, FLOATS, FLOATS),
        (BigInt, 3, BigInt(3)),
        (list[BigInt], [BigInt(2**70)], [BigInt(2**70)]),
        (Element, KEPT, KEPT),
        (Element | None, UNDEFINED, None),
        (dict[tuple[int, str], int], Map([([1, "a"], 2)]), {(1, "a"): 2}),
        (dict[tuple[int, ...], dict[int, int]], Map([([1, 2], Map([(3, 4)]))]), {(1, 2): {3: 4}}),
        (set[tuple[int, int]], Set([[1, 2], [1, 3]]), {(1, 2), (1, 3)}),
    ],
)
def test_values(annotation, value, expected):
    """Binary data, big integers, elements, and keys that are arrays become what Python has for them."""
    found = convert(annotation, value)

    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("annotation", "value", "text"),
    [
        (bytes, FLOATS, "bytes"),
        (AsyncIterator[int], [1], "must be an async iterable"),
        (AsyncIterator[int], stream(1, "x"), "item 1: Input should be a valid integer"),
        (Awaitable[int], 1, "must be a promise"),
        (Awaitable[int], Settled("x"), "valid integer"),
        (Element, {"type": "div"}, "instance of Element"),
        (dict[str, int], Map([({}, 1)]), "dictionary"),
    ],
)
def test_refusals(annotation, value, text):
    """What is inside of streams and promises is checked before the body runs."""
    with pytest.raises(ValueError, match=text):
        convert(annotation, value)


def test_streams_and_promises_hold_converted_values():
    """Items become what the annotation says, also inside of other annotations; what failed stays failed."""

    async def read(values: AsyncIterator[Any]) -> list[Any]:
        return [value async for value in values]

    assert asyncio.run(read(convert(AsyncIterator[bytes], stream(TypedArray("Uint8Array", b"a"))))) == [b"a"]
    assert asyncio.run(read(convert(AsyncIterator[Any] | None, stream({"a": 1})))) == [{"a": 1}]
    assert convert(Awaitable[set[int]], Settled(Set([1]))).result() == {1}
    with pytest.raises(KeyError):
        convert(Awaitable[int], Settled(error=KeyError("x"))).result()


def test_streams_of_what_cannot_be_checked():
    """A stream of something that is no data is refused at start, like that itself."""
    with pytest.raises(ConfigError, match="`value` cannot be checked"):
        convert(AsyncIterator[type("Odd", (), {})], stream())
