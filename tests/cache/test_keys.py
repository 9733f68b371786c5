"""Cache keys: different for different calls, the same for the same one, in every process."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, IntEnum
from itertools import combinations
from uuid import UUID

import pytest
from pydantic import BaseModel

from jetbridge.cache.keys import NoKey, arguments_key, function_name, spell
from jetbridge.errors import EncodeError


class Color(Enum):
    RED = 1
    BLUE = 2


class Level(IntEnum):
    ONE = 1


@dataclass
class Point:
    x: int


@dataclass
class Other:
    x: int


class Model(BaseModel):
    x: int


class Text(str):
    __slots__ = ()


VALUES = [
    None, "None", True, 1, 1.0, -0.0, 0.0, Decimal(1), Decimal("1.0"), "1", b"1", Level.ONE, 2**80, float("nan"),
    "", b"", [], (), {}, set(), frozenset(),
    [[]], [(), ()], ["a", "b"], ["ab"], ["a,b"], ("a", "b"), {"a", "b"}, frozenset({"a", "b"}), ["b", "a"],
    {"a": "b"}, {"a": ["b"]}, {"b": "a"}, {("a", "b"): None}, {"a": 1, "b": 2}, [("a", 1), ("b", 2)],
    datetime(2024, 1, 1), datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 1, 1, fold=1), date(2024, 1, 1),
    time(1), time(1, tzinfo=UTC), timedelta(1), UUID(int=1), "\ud800", Text("1"),
    Color.RED, Color.BLUE, Point(1), Point(2), Other(1), Model(x=1), Model(x=2),
]  # fmt: skip


def test_different_values_are_spelled_differently():
    """No two of these have the same key, equal in Python or not."""
    for one, other in combinations(VALUES, 2):
        assert spell(one) != spell(other), (one, other)


def test_same_values_are_spelled_the_same():
    """The order of a dict or set does not matter."""
    assert spell({"a": 1, "b": 2}) == spell({"b": 2, "a": 1})
    assert spell({f"{n}" for n in range(100)}) == spell({f"{n}" for n in reversed(range(100))})


class Session:
    pass


loop: list = []
loop.append(loop)


@pytest.mark.parametrize("value", [Session(), [Session()], {1: Session()}, len, loop], ids=str)
def test_what_is_no_data(value):
    """An object has no canonical spelling; the error names the argument and the way out."""
    with pytest.raises(NoKey):
        spell(value)
    with pytest.raises(EncodeError, match=r"list_posts cannot be cached by its argument `user`.*key=lambda"):
        arguments_key({"user": value}, "list_posts")


def first(a):
    return {a: "x" in {"b", "c", "d"}}


def second(a):
    return {a: "x" in {"b", "c", "e"}}


def nested(a):
    return [lambda: 1]


def test_code_is_part_of_the_name():
    """The name changes with what the function does, and not with where it stands."""
    namespaces = [{"__name__": "m"} for _ in range(4)]
    sources = [
        "def f(a): return a + 1",
        "\n\n# moved\ndef f(a): return a + 1",
        "def f(a): return a + 2",
        "def f(a): return [x for x in a]",
    ]
    for source, namespace in zip(sources, namespaces, strict=True):
        exec(source, namespace)  # noqa: S102
    names = [function_name(namespace["f"]) for namespace in namespaces]

    assert names[0] == names[1]
    assert len(set(names)) == 3
    assert names[0].startswith("m:f:")


def test_same_in_every_process():
    """Hash randomisation does not show in keys."""
    code = (
        "from jetbridge.cache.keys import *\n"
        "def f(a): return a in {'x', 'y', 'z', 'w'}\n"
        "print(function_name(f), arguments_key({'a': {'x', 'y', 'z'}, 'b': {'k': 1, 'l': 2}}, ''))"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2", "3")
    }

    assert len(runs) == 1
