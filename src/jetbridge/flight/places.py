"""The paths of the objects in a row that was written without noting them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import GeneratorType
from typing import Any

from jetbridge.flight.model import FRAGMENT, Boundary, Element
from jetbridge.flight.special import special_for
from jetbridge.flight.values import CONVERTERS, Code, Outlined, Unsendable, converter_for


def walk_places(row: int, value: Any, items: Callable[[Any], list[Any]]) -> Iterator[tuple[str, Any]]:
    """Each object of the row that a path leads to, with its path.

    items: what a generator yielded when the row was written.
    """
    stack: list[tuple[str, Any]] = [(f"{row:x}", value)]
    while stack:
        ref, value = stack.pop()
        if isinstance(value, Boundary):
            stack.append((ref, value.child))
        elif isinstance(value, Element):
            yield ref, value
            stack += _below_element(ref, value)
        elif isinstance(value, (list, tuple, dict)):
            yield ref, value
            stack += _below(ref, value)
        elif type(value) is GeneratorType:
            stack += _below(ref, items(value))
        elif value.__class__ not in CONVERTERS and special_for(type(value)) is None:
            converted = _converted(value)
            if isinstance(converted, (list, dict)):
                yield ref, value
                stack += _below(ref, converted)


def _below_element(ref: str, element: Element) -> list[tuple[str, Any]]:
    if element.type != FRAGMENT or element.key is not None:
        return [(f"{ref}:props:{name}", item) for name, item in element.props.items() if ":" not in name]
    child = element.props.get("children")
    # A child with a key of its own stands in an array, see FastWriter._in_slot.
    return [(f"{ref}:0" if isinstance(child, Element) and child.key is not None else ref, child)]


def _below(ref: str, value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [(f"{ref}:{name}", item) for name, item in value.items() if ":" not in name]
    return [(f"{ref}:{index}", item) for index, item in enumerate(value)]


def _converted(value: Any) -> Any:
    try:
        result = converter_for(type(value))(value)
    except Unsendable:
        return None
    return None if isinstance(result, (Code, Outlined)) else result
