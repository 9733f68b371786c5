"""What may stand between the brackets of an element, checked where it is written."""

from __future__ import annotations

from collections.abc import AsyncIterable, Awaitable, Iterable, Iterator, Mapping, Set
from types import CoroutineType, GeneratorType, NoneType
from typing import Any, Final, TypeAlias

from jetbridge.flight.model import Boundary, Element, Hole, Splice

Node: TypeAlias = "str | int | float | Element | Iterable[Node] | AsyncIterable[Node] | Awaitable[Node] | None"
"""Anything that can be shown. None and booleans show nothing, so `is_new and b["new"]` works.

Generators are consumed once, while the page is rendered; awaitables are shown when they are ready.
"""

PLAIN: Final[set[type]] = {
    *(str, int, float, bool, NoneType, Element),
    *(Boundary, Splice, Hole, GeneratorType, CoroutineType),
}
"""Types that need no look at the value; the subclasses of Element that html/ makes join them."""


def as_children(children: Any, name: str) -> Any:
    """What becomes the prop `children`: the one child, or a list of several.

    children: what stood between the brackets; Python makes a tuple of several. name: of the element, for errors.
    Raises: TypeError for a child that cannot be shown.
    """
    if children.__class__ is tuple:
        if len(children) != 1:
            return [child if child.__class__ in PLAIN else as_child(child, name) for child in children]
        children = children[0]
    return children if children.__class__ in PLAIN else as_child(children, name)


def as_child(child: Any, name: str) -> Any:
    """One child, normalised: lists become tuples, other iterables generators, subclasses of str plain str.

    A tuple among children is a collection, whose elements want keys; a list is the children of one element.
    """
    if isinstance(child, list | tuple):
        return tuple([item if item.__class__ in PLAIN else as_child(item, name) for item in child])
    if isinstance(child, str):
        return str.__str__(child)
    if isinstance(child, int):
        return int(child)
    if isinstance(child, float):
        return float(child)
    if isinstance(child, Element) or _is_asynchronous(child):
        return child
    refuse(child, name)
    return _generate(iter(child), name)


def refuse(child: Any, name: str) -> None:
    """Raise TypeError unless the value is an iterable of children."""
    advice = _advice(child)
    if advice:
        raise TypeError(f"Cannot show {_describe(child)} in <{name}>: {advice}.")


def _is_asynchronous(child: Any) -> bool:
    return hasattr(type(child), "__await__") or hasattr(type(child), "__aiter__")


def _generate(items: Iterator[Any], name: str) -> Iterator[Any]:
    return (item if item.__class__ in PLAIN else as_child(item, name) for item in items)


def _describe(child: Any) -> str:
    kind = type(child).__name__
    if callable(child):
        return f"{getattr(child, '__name__', None) or repr(child)} ({kind})"
    return f"{'an' if kind[:1].lower() in 'aeiou' else 'a'} {kind}"


def _advice(child: Any) -> str | None:
    """What to write instead, or None for an iterable."""
    if isinstance(child, Mapping):
        return "a dict has no text; pick its values, or give it as a prop to a client component"
    if isinstance(child, Set):
        return "a set has no order; write sorted(...)"
    if isinstance(child, bytes | bytearray | memoryview):
        return "decode it to str first"
    if callable(child):
        return "call it, such as card(...), or br() for an element without children"
    cls = type(child)
    if hasattr(cls, "model_fields") or not getattr(cls, "__iter__", None):
        return "show one of its fields, or its text by str(...) or an f-string"
    return None
