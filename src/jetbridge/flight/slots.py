"""The size that a decoded value has once every reference in it is followed.

A small body can stand for something huge: a list of references to lists of references. In memory it is small, but
whoever walks it pays the full price, so the full size is what counts here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import NoneType
from typing import Any, Final

from jetbridge.errors import ReplyDecodeError
from jetbridge.flight.model import BigInt, Map, OneShot, Set, TypedArray
from jetbridge.flight.received import Received, Settled

Count = tuple[int, bool, int]
"""React's slots of a list and the lists in it; whether one of those has several entries; containers of any kind."""

_IN_PROGRESS: Count = (0, False, 0)


class _Frame:
    """A container that is being counted. rest: what of it has not been looked at."""

    __slots__ = ("containers", "rest", "several", "slots", "value")

    def __init__(self, value: Any) -> None:
        self.value = value
        self.slots = 0
        self.several = False
        self.containers = 1
        children = _children(value)
        if type(value) is list:
            self.slots = len(value) + 1
            self.several = len(value) > 1
            if not _SMALL.issuperset(map(type, value)):
                self.slots += sum([_length(item) for item in value if type(item) in _LENGTHS])
        self.rest: Iterator[Any] = iter(
            () if _CONTAINERS.isdisjoint(map(type, children)) else [c for c in children if type(c) in _CONTAINERS]
        )

    def count(self, limit: int) -> Count:
        """Raises: ReplyDecodeError."""
        if (self.several and self.slots > limit) or self.containers > limit:
            raise ReplyDecodeError("the value is too large (max_slots)")
        return self.slots, self.several, self.containers

    def add(self, count: Count, *, of_list: bool) -> None:
        """Take a child into account."""
        self.containers += count[2]
        if of_list and type(self.value) is list:
            self.slots += count[0]
            self.several = self.several or count[1]


def check_slots(roots: Iterable[Any], limit: int) -> None:
    """Raises: ReplyDecodeError if the slots of some group of lists, or all containers, are more than `limit`.

    Source: React 19.3 ReactFlightReplyServer, bumpArrayCount.
    """
    counts: dict[int, Count] = {}
    for root in roots:
        # A frame around the root that counts nothing itself.
        stack = [_Frame((root,))]
        while stack:
            frame = stack[-1]
            child = next(frame.rest, None)
            if child is None:
                stack.pop()
                if stack:
                    counts[id(frame.value)] = frame.count(limit)
                    stack[-1].add(counts[id(frame.value)], of_list=type(frame.value) is list)
            elif (known := counts.get(id(child))) is not None:
                frame.add(known, of_list=type(child) is list)
            else:
                counts[id(child)] = _IN_PROGRESS
                stack.append(_Frame(child))


def _length(item: Any) -> int:
    """The slots that a value takes besides its own: of text those in UTF-16, or a few more."""
    if type(item) is str:
        return len(item) if item.isascii() or max(item) < "\U00010000" else 2 * len(item)
    return len(str(item)) if type(item) is BigInt else len(item.data)


_CONTAINERS: Final = frozenset({list, dict, Map, Set, OneShot, Settled, Received})
_SMALL: Final = frozenset({int, float, bool, NoneType})
_LENGTHS: Final = frozenset({str, BigInt, TypedArray})


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
    return value.values if cls is OneShot else list(value)
