"""The size that a decoded value has once every reference in it is followed.

A small body can stand for something huge: a list of references to lists of references. In memory it is small, but
whoever walks it pays the full price, so the full size is what counts here.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import NoneType
from typing import Any, Final

from jetbridge.errors import ReplyDecodeError
from jetbridge.flight.model import BigInt, Map, OneShot, Set, TypedArray
from jetbridge.flight.received import Received, Settled

Count = tuple[int, bool, int]
"""React's slots of a list and the lists in it; whether one of those has several entries; containers of any kind."""

_IN_PROGRESS: Count = (0, False, 0)


def check_slots(roots: Iterable[Any], limit: int) -> None:
    """Raises: ReplyDecodeError if the slots of some group of lists, or all containers, are more than `limit`.

    Source: React 19.3 ReactFlightReplyServer, bumpArrayCount.
    """
    counts: dict[int, Count] = {}
    stack: list[tuple[Any, bool]] = []
    for root in roots:
        if type(root) in _CONTAINERS:
            stack.append((root, False))
        while stack:
            value, complete = stack.pop()
            if complete:
                counts[id(value)] = _check(_count(value, counts), limit)
            elif id(value) not in counts:
                counts[id(value)] = _IN_PROGRESS
                stack.append((value, True))
                children = _children(value)
                if not _CONTAINERS.isdisjoint(map(type, children)):
                    stack += [(child, False) for child in children if type(child) in _CONTAINERS]


def _check(count: Count, limit: int) -> Count:
    slots, several, containers = count
    if (several and slots > limit) or containers > limit:
        raise ReplyDecodeError("the value is too large")
    return count


_CONTAINERS: Final = frozenset({list, dict, Map, Set, OneShot, Settled, Received})
_SMALL: Final = frozenset({int, float, bool, NoneType})
"""Types of which each value takes one slot."""


def _children(value: Any) -> Iterable[Any]:
    cls = type(value)
    if cls is list:
        return value  # type: ignore[no-any-return]
    if cls is dict:
        return value.values()  # type: ignore[no-any-return]
    if cls is Map:
        return [*value.keys(), *value.values()]
    if cls is Settled:
        return (value.value,)
    if cls is Received:
        return [*value.values, value.returned]
    return value.values if cls is OneShot else value  # type: ignore[no-any-return]


def _count(value: Any, counts: dict[int, Count]) -> Count:
    if type(value) is list:
        return _count_list(value, counts)
    containers = 1
    for child in _children(value):
        if type(child) in _CONTAINERS:
            containers += counts[id(child)][2]
    return 0, False, containers


def _count_list(items: list[Any], counts: dict[int, Count]) -> Count:
    slots, several, containers = len(items) + 1, len(items) > 1, 1
    if _SMALL.issuperset(map(type, items)):
        return slots, several, containers
    for item in items:
        cls = type(item)
        if cls is str:
            slots += len(item) if item.isascii() else len(item.encode("utf-16-le", "surrogatepass")) // 2
        elif cls in _CONTAINERS:
            count = counts[id(item)]
            containers += count[2]
            if cls is list:
                slots += count[0]
                several = several or count[1]
        elif cls is BigInt:
            slots += len(str(item))
        elif cls is TypedArray:
            slots += len(item.data)
    return slots, several, containers
