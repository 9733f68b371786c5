"""The quick way to write a row: orjson spells it, and calls back for elements and for what it does not know.

A random token stands where a code has its `$`, so that strings of the application which start with "$" can be told
apart and escaped afterwards. Objects that turn out to occur several times get rows of their own in a second try.
Whatever is unusual (a failure, a Map, deep nesting) makes the writer give up, and the row is written by RowWriter
instead. Trying again is safe because everything that has an effect is remembered by the encoder: what was asked for
once has the same answer the second time.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from math import isfinite
from types import GeneratorType, NoneType
from typing import Any, Final

import orjson

from jetbridge.flight.model import (
    FRAGMENT,
    SUSPENSE,
    UNDEFINED,
    Boundary,
    ClientReference,
    Element,
    Splice,
    Symbol,
)
from jetbridge.flight.rows import json_bytes
from jetbridge.flight.special import special_for
from jetbridge.flight.task import DATA, FAILURES, NODE, Outliner, Place, Task, Where, locate
from jetbridge.flight.values import CONVERTERS, LONG_TEXT, MAX_SAFE_INTEGER, Code, converter_for

TOKEN: Final = "jb" + secrets.token_hex(8)
"""Stands for the `$` of a code until the row is complete."""

_OPTIONS: Final = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_SUBCLASS
_QUOTED_TOKEN: Final = b'"' + TOKEN.encode()
_DOLLAR_STRING: Final = re.compile(rb'(?<=[\[:,])"\$(?=(?:[^"\\]|\\.)*+"(?!:))', re.DOTALL)
"""The start of a string value with a `$`; keys of objects, which a colon follows, are never escaped.

A quote that starts a string has a bracket, colon or comma before it; one inside a string has a backslash.
"""

_PLAIN: Final[set[type]] = {str, bool, NoneType, Element}
"""Classes whose instances need no look among children and props. Subclasses of Element join when they are met."""


_ELEMENTS: Final[set[type]] = {Element}


class Unsuitable(Exception):
    """This row needs RowWriter."""


def write_plain(value: dict[str, Any]) -> bytes:
    """A row of data that JSON knows, with codes that begin with TOKEN."""
    return spell(json_bytes(value))


def spell(data: bytes) -> bytes:
    """JSON with every `$` in its place: those of the application doubled, and one for each token."""
    if b"$" in data and b'"$' in data:  # one character is found many times faster than two
        data = _DOLLAR_STRING.sub(b'"$$', b"," + data)[1:]
    return data.replace(_QUOTED_TOKEN, b'"$')


class FastWriter:
    """Writes one row. `seen` of the encoder says which objects were written before, by anyone."""

    __slots__ = (
        *("_boundary", "_repeated", "_row", "_seen", "_shared", "_suspended", "_trail"),
        *("depth", "encoder", "made"),
    )

    def __init__(self, encoder: Outliner, task: Task, depth: int) -> None:
        self.encoder = encoder
        self.depth = depth
        self._row = task.id
        self._seen = encoder.seen
        self._shared = encoder.shared
        self._repeated: set[int] = set()
        self._boundary = task.boundary
        self._suspended = task.suspended
        self._trail: list[Any] = []
        self.made: list[Any] = []
        """What values were converted to, which must live as long as `seen` knows of it by number."""

    def write(self, task: Task) -> bytes | None:
        """The row's JSON, or None when the row needs RowWriter."""
        data = self._attempt(task)
        if data is not None and self._repeated:
            self._forget()
            self._shared |= self._repeated
            self._repeated = set()
            data = self._attempt(task)
        if data is None or self._repeated:
            self._forget()
            return None
        return spell(data)

    def _attempt(self, task: Task) -> bytes | None:
        self._trail = list(task.trail)
        value = task.value
        if id(value) in self._shared and self.encoder.rows.get(id(value), (None,))[0] == self._row:
            # The row that was made for an object which occurs several times.
            self._shared.discard(id(value))
        try:
            return self._dumps(self._convert(value, task.node))
        except FAILURES as error:
            _raise_interruption(error)
            return None

    def where(self) -> Where:
        """The place that is being written."""
        return Where(*locate(self._trail, self._boundary, self._suspended))

    def task(self, value: Any, place: Place, *, node: bool) -> Task:
        """A task, still without row, for something that stands at this place."""
        return Task(-1, value, self._boundary, self._suspended, tuple(self._trail), node, None, place.implicit_slot)

    def _dumps(self, value: Any) -> bytes:
        return orjson.dumps(value, self._spell_elements(), _OPTIONS)

    def _forget(self) -> None:
        row = self._row
        for key in [key for key, known in self._seen.items() if known == row]:
            del self._seen[key]

    def _repeat(self, value: Any) -> str | None:
        """What stands in the place of an object that was written before; None for one that was not."""
        number = id(value)
        row = self._seen.get(number)
        if row is None and number not in self._shared:
            self._seen[number] = self._row
            return None
        known = self.encoder.rows.get(number)
        if known is not None:
            return f"{TOKEN}{known[0]:x}"
        if number in self._shared:
            task = Task(-1, value, self._boundary, self._suspended, tuple(self._trail), isinstance(value, Element))
            return f"{TOKEN}{self.encoder.shared_row(task, self.depth + 1):x}"
        if row == self._row:
            self._repeated.add(number)
            return ""
        place = self.encoder.place_of(value)
        if place == f"{self._row:x}":
            # The row that was announced for it is this one.
            self._seen[number] = self._row
            return None
        if place is None:
            raise Unsuitable
        return TOKEN + place

    # Elements

    def _spell_elements(self) -> Callable[[Any], Any]:
        """What orjson calls for everything it does not know: elements, most of them plain.

        Pages have thousands of them, so everything that a plain one needs is in one function and in local names.
        """
        seen, shared, row = self._seen, self._shared, self._row
        unusual, repeat = self._unusual_element, self._repeat

        def spell(element: Any) -> Any:
            cls = element.__class__
            if cls not in _ELEMENTS:
                raise Unsuitable
            number = id(element)
            if number in seen or number in shared:
                code = repeat(element)
                if code is not None:
                    return code
            seen[number] = row
            kind, key, props = element.type, element.key, element.props
            if kind.__class__ is not str or (key is not None and key.__class__ is not str):
                return unusual(element)
            children = None
            for name, item in props.items():
                cls = item.__class__
                if cls is str:
                    if len(item) >= LONG_TEXT:
                        return unusual(element)
                elif cls in _PLAIN:
                    continue
                elif cls is tuple or cls is list:
                    if name != "children" or not _PLAIN.issuperset(map(type, item)):
                        return unusual(element)
                    if cls is list:
                        if id(item) in seen or id(item) in shared:
                            return unusual(element)
                        children = item
                elif cls is not int or not -MAX_SAFE_INTEGER <= item <= MAX_SAFE_INTEGER:
                    return unusual(element)
            if children is not None:
                seen[id(children)] = row
            return (TOKEN, kind, key, props)

        return spell

    def _unusual_element(self, element: Element) -> Any:
        kind, key = element.type, element.key
        self._trail = [element, "props"]
        symbol = kind if kind.__class__ is Symbol else None
        if symbol == FRAGMENT and key is None:
            return self._in_slot(element.props.get("children", UNDEFINED))
        props: dict[str, Any] = {}
        for name, item in element.props.items():
            cls = item.__class__
            if cls is str:
                simple = len(item) < LONG_TEXT
            else:
                simple = cls in _PLAIN or (cls is int and -MAX_SAFE_INTEGER <= item <= MAX_SAFE_INTEGER)
            props[name] = item if simple else self._prop(symbol, name, item)
        return (TOKEN, self._type(kind), key if key is None else str(key), props)

    def _type(self, kind: Any) -> str:
        if isinstance(kind, ClientReference):
            row = self.encoder.clients.get(kind)
            return f"{TOKEN}L{self.encoder.client_row(kind, self.where()) if row is None else row:x}"
        if isinstance(kind, str):
            return kind
        if isinstance(kind, Symbol):
            return f"{TOKEN}{self.encoder.symbol_row(kind):x}"
        raise Unsuitable

    def _prop(self, symbol: Symbol | None, name: str, item: Any) -> Any:
        """symbol: the element's type, if it is one."""
        if name.__class__ is not str:
            raise Unsuitable
        self._trail.append(name)
        is_node = name == "children" or (name == "fallback" and symbol == SUSPENSE)
        if is_node and name == "children" and symbol == SUSPENSE:
            result = self._nested(item, self._boundary, suspended=True, node=True)
        else:
            result = self._convert(item, is_node)
        self._trail.pop()
        return result

    def _nested(self, value: Any, boundary: Any, *, suspended: bool, node: bool) -> orjson.Fragment:
        """What stands below a Suspense or an error boundary is written at once, while that is known."""
        outer = self._boundary, self._suspended, self._trail
        self._boundary, self._suspended, self._trail = boundary, suspended, list(self._trail)
        data = self._dumps(self._convert(value, node))
        self._boundary, self._suspended, self._trail = outer
        return orjson.Fragment(data)

    def _in_slot(self, value: Any) -> Any:
        """The only child of a fragment without key: its own key must not compete with the fragment's siblings."""
        if isinstance(value, Element) and value.key is not None:
            return [value]
        if isinstance(value, Splice) and value.fragment.keyed:
            return [self._convert(value, True)]
        if isinstance(value, (Boundary, GeneratorType)) or hasattr(type(value), "__await__"):
            raise Unsuitable
        return self._convert(value, True)

    # Values

    def _convert(self, value: Any, node: bool) -> Any:
        """A value as orjson may write it; codes start with the token."""
        cls = value.__class__
        if cls is str:
            return value if len(value) < LONG_TEXT else self._long_text(value)
        if cls in _PLAIN:
            return value
        if cls is int:
            return value if -MAX_SAFE_INTEGER <= value <= MAX_SAFE_INTEGER else f"{TOKEN}n{value}"
        if cls is float:
            return value if isfinite(value) else self._infinite(value)
        if cls is tuple:
            return self._items(value, node)
        if cls is list or cls is dict:
            code = self._repeat(value)
            if code is not None:
                return code
            return self._items(value, node) if cls is list else self._members(value)
        if cls is GeneratorType:
            return self._items(self.encoder.items(value), node)
        if cls is Boundary:
            return self._nested(value.child, value.key, suspended=self._suspended, node=node)
        return self._other(value, node)

    def _items(self, items: Any, node: bool) -> list[Any]:
        if _PLAIN.issuperset(map(type, items)):
            return items if items.__class__ is list else list(items)
        trail = self._trail
        result = []
        for index, item in enumerate(items):
            trail.append(index)
            result.append(self._convert(item, node))
            trail.pop()
        return result

    def _members(self, value: dict[Any, Any]) -> dict[str, Any]:
        trail = self._trail
        result = {}
        for name, item in value.items():
            if name.__class__ is not str:
                raise Unsuitable
            trail.append(name)
            result[name] = self._convert(item, False)
            trail.pop()
        return result

    def _other(self, value: Any, node: bool) -> Any:
        cls = type(value)
        converter = CONVERTERS.get(cls)
        if converter is None:
            special = special_for(cls)
            if special is not None:
                code = special(self, value, NODE if node else DATA)
                if code is not None:
                    return TOKEN + code
            elif issubclass(cls, Element):
                _PLAIN.add(cls)
                _ELEMENTS.add(cls)
                return value
            converter = converter_for(cls)
        result = converter(value)
        cls = type(result)
        if cls is Code:
            return TOKEN + result
        if cls is dict or cls is list:
            self.made.append(result)
            code = self._repeat(value)
            if code is not None:
                return code
            return self._items(result, node) if cls is list else self._members(result)
        if cls is str or result is None:
            return self._convert(result, node)
        raise Unsuitable

    def _long_text(self, text: str) -> str:
        row = self.encoder.text_row(text)
        if row is None:
            raise Unsuitable
        return f"{TOKEN}{row:x}"

    def _infinite(self, value: float) -> str:
        return TOKEN + ("NaN" if value != value else "Infinity" if value > 0 else "-Infinity")


def _raise_interruption(error: BaseException) -> None:
    """orjson wraps what its callback raises, a cancellation too, which must pass."""
    cause: BaseException | None = error
    while cause is not None:
        if not isinstance(cause, FAILURES):
            raise cause
        cause = cause.__cause__
