"""What an action returns travels as its annotation says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypedDict, TypeVar

import pytest
from pydantic import BaseModel, ConfigDict, RootModel
from pydantic.alias_generators import to_camel

from jetbridge.actions.returned import result_shape
from jetbridge.flight.model import Map

T = TypeVar("T")


class Votes(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)

    by_user: dict[int, dict[str, int]] = {}
    inner: Votes | None = None


@dataclass
class Box(Generic[T]):
    content: T
    others: list[T] = field(default_factory=list)


class Found(TypedDict):
    rows: dict[int, str]


class Ids(RootModel[dict[int, str]]): ...


@pytest.mark.parametrize(
    ("annotation", "value", "expected"),
    [
        (dict[int, str], {}, Map()),
        (dict[int, str], {1: "a"}, Map([(1, "a")])),
        (dict[tuple[int, int], dict[int, int]], {(1, 2): {}}, Map([((1, 2), Map())])),
        (dict[str, dict[int, int]], {"a": {}}, {"a": Map()}),
        (dict[str | int, int], {"a": 1}, Map([("a", 1)])),
        (dict[int, str] | None, {}, Map()),
        (dict[int, str] | None, None, None),
        (dict[int, str] | dict[str, int], {}, {}),
        (dict[int, str] | dict[str, int], {1: "a"}, Map([(1, "a")])),
        (list[dict[int, str]], [{}, {1: "a"}], [Map(), Map([(1, "a")])]),
        (tuple[str, dict[int, str]], ("a", {}), ["a", Map()]),
        (Votes, Votes.model_construct(by_user={1: {}}), {"byUser": Map([(1, {})]), "inner": None}),
        (Votes, Votes.model_construct(inner=Votes()), {"byUser": Map(), "inner": {"byUser": Map(), "inner": None}}),
        (Box[dict[int, str]], Box({}, [{}]), {"content": Map(), "others": [Map()]}),
        (Found, {"rows": {}}, {"rows": Map()}),
        (Ids, Ids({}), Map()),
        (Found | Votes, {"rows": {}}, {"rows": Map()}),
    ],
)
def test_maps(annotation, value, expected):
    """A dict whose keys are no text is a Map, also when it is empty, wherever the annotation has one."""
    shape = result_shape(annotation)

    assert shape is not None
    assert shape(value) == expected


@pytest.mark.parametrize(
    "annotation", [None, Any, str, dict, dict[str, int], dict[Literal["a"], int], list[Box[int]], Box[dict[str, int]]]
)
def test_nothing_to_do(annotation):
    """What travels by itself costs nothing."""
    assert result_shape(annotation) is None


def test_what_comes_later():
    """Values of streams and promises are Maps as well; iterators are not consumed before their time."""

    async def stream() -> AsyncIterator[dict[int, str]]:
        yield {}

    async def later() -> dict[int, str]:
        return {}

    async def read() -> list[Any]:
        values = [value async for value in result_shape(AsyncIterator[dict[int, str]])(stream())]
        return [*values, await result_shape(Awaitable[dict[int, str]])(later())]

    assert asyncio.run(read()) == [Map(), Map()]
    rows = result_shape(Iterator[dict[int, str]])(iter([{}]))
    assert next(rows) == Map()
