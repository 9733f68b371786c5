"""Writes one row: walks a value and spells it as JSON text with codes.

React's rules are followed here: what becomes a lazy node, how keys of components add up, which objects are
written once and referred to by path. What needs a row of its own is handed to the encoder.
Source: React 19.3 ReactFlightServer, renderModelDestructive.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from json.encoder import encode_basestring as quote
from math import copysign, isfinite
from types import GeneratorType
from typing import Any, Final

from jetbridge.errors import EncodeError
from jetbridge.flight.model import (
    FRAGMENT,
    SUSPENSE,
    UNDEFINED,
    Boundary,
    ClientReference,
    Element,
    Lazy,
    Splice,
    Symbol,
    TemporaryReference,
    TypedArray,
)
from jetbridge.flight.special import is_async_iterable, is_awaitable, special_for
from jetbridge.flight.task import FAILURES, NODE, Outliner, Place, Task, Where, locate
from jetbridge.flight.values import (
    CONVERTERS,
    EXACT,
    LONG_TEXT,
    MAX_SAFE_INTEGER,
    Code,
    Outlined,
    Unsendable,
    converter_for,
)

MAX_DEPTH: Final = 80
"""Containers nested deeper than this continue in a row of their own, so that neither side recurses without end."""


class RowWriter:
    """Spells the value of one task as JSON text."""

    __slots__ = ("_boundary", "_failed", "_out", "_registered", "_suspended", "_tracked", "_trail", "depth", "encoder")

    def __init__(self, encoder: Outliner, task: Task, depth: int = 0) -> None:
        self.encoder = encoder
        self.depth = depth
        self._out: list[str] = []
        self._trail: list[Any] = list(task.trail)
        self._boundary = task.boundary
        self._suspended = task.suspended
        self._tracked = task.tracked
        self._registered: list[int] = []
        self._failed = False

    def write(self, task: Task) -> str:
        """The row's text. Raises what the value itself raises when it cannot be walked at all."""
        try:
            self._walk(task.value, Place(f"{task.id:x}", task.node, task.key_path, task.implicit_slot))
        except BaseException:
            self._failed = True
            raise
        finally:
            if self._failed:
                self._forget(0)
        return "".join(self._out)

    def where(self) -> Where:
        """The place that is being written."""
        return Where(*locate(self._trail, self._boundary, self._suspended))

    def task(self, value: Any, place: Place, *, node: bool) -> Task:
        """A task, still without row, for something that stands at this place."""
        return Task(
            -1, value, self._boundary, self._suspended, tuple(self._trail), node, place.key_path, place.implicit_slot
        )

    def explain(self, error: BaseException) -> BaseException:
        """The error as the developer should see it: with the place, if it says that a value cannot be sent."""
        if not isinstance(error, Unsendable):
            return error
        where = self.where()
        place = f", at {where.path}" if where.path else ""
        if where.element:
            place += f" of <{where.element}>"
        return EncodeError(f"Cannot send {error.what} to the browser{place}. {error.advice}".rstrip(), where.path)

    # One value

    def _value(self, value: Any, place: Place) -> None:
        """Write a value; when that fails, a reference to its error in its place."""
        mark, steps, depth = len(self._out), len(self._trail), self.depth
        scope = self._boundary, self._suspended
        try:
            self._walk(value, place)
        except FAILURES as error:
            row = self.encoder.error_row(self.explain(error), self.where())
            is_node = isinstance(value, (Element, Boundary, Lazy))
            self._failed = self._failed or not is_node
            self.encoder.places.pop(id(value), None)
            self.encoder.seen.pop(id(value), None)
            del self._out[mark:], self._trail[steps:]
            self.depth = depth
            self._boundary, self._suspended = scope
            self._out.append(f'"${"L" if is_node else ""}{row:x}"')

    def _walk(self, value: Any, place: Place) -> None:
        cls = type(value)
        if cls is str:
            self._out.append(self._string(value))
        elif value is None:
            self._out.append("null")
        elif cls is bool:
            self._out.append("true" if value else "false")
        elif cls is int:
            self._out.append(str(value) if -MAX_SAFE_INTEGER <= value <= MAX_SAFE_INTEGER else f'"$n{_digits(value)}"')
        elif cls is float:
            self._out.append(_number(value))
        elif cls is Element:
            self._element(value, place)
        elif cls is dict:
            self._dict(value, value, place)
        elif cls is list or cls is tuple:
            self._list(value, value, place)
        else:
            self._other(value, place)

    def _string(self, text: str) -> str:
        if len(text) >= LONG_TEXT:
            row = self.encoder.text_row(text)
            if row is not None:
                return f'"${row:x}"'
        return quote("$" + text if text[:1] == "$" else text)

    def _other(self, value: Any, place: Place) -> None:
        if isinstance(value, Boundary):
            self._below_boundary(value, place)
            return
        if isinstance(value, Element):
            self._element(value, place)
            return
        cls = type(value)
        if cls is GeneratorType:
            self._list(value, self.encoder.items(value), place)
            return
        converter = CONVERTERS.get(cls)
        if converter is None:
            if place.key_path is not None and (cls is Splice or is_async_iterable(value)):
                self._keyed(value, place)
                return
            if cls is Splice and place.implicit_slot and value.fragment.keyed:
                self._out.append("[")
                self._walk(value, NODE)
                self._out.append("]")
                return
            special = special_for(cls)
            code = special(self, value, place) if special is not None else None
            if code is not None:
                self._out.append(quote("$" + code))
                return
            converter = converter_for(cls)
        self._converted(value, converter(value), place)

    def _converted(self, value: Any, result: Any, place: Place) -> None:
        """Write what a value was converted to, under the identity of the value."""
        cls = type(result)
        if cls is Code:
            self._out.append(quote("$" + result))
        elif cls is Outlined:
            self._outlined(value, result, place)
        elif cls is TypedArray:
            rows = self.encoder.rows
            known = rows.get(id(value))
            if known is None:
                known = rows[id(value)] = (self.encoder.binary_row(result), value)
            self._out.append(f'"${known[0]:x}"')
        elif cls is list:
            self._list(value, result, place)
        elif cls is dict:
            self._dict(value, result, place)
        else:
            self._walk(result, place)

    def _outlined(self, value: Any, outlined: Outlined, place: Place) -> None:
        """A value with a row of its own, which must be written before the row that mentions it."""
        if outlined.shared:
            known = self.encoder.rows.get(id(value))
            if known is not None:
                self._out.append(f'"${outlined.prefix}{known[0]:x}"')
                return
        elif self._is_known(value, place):
            return
        elif place.ref is not None:
            self._register(value, place.ref)
        row = self.encoder.model_row(self.task(outlined.model, Place(None), node=False), self.depth + 1)
        if outlined.shared:
            self.encoder.rows[id(value)] = (row, value)
        self._out.append(f'"${outlined.prefix}{row:x}"')

    def _below_boundary(self, value: Boundary, place: Place) -> None:
        boundary, self._boundary = self._boundary, value.key
        self._walk(value.child, place)
        self._boundary = boundary

    # Identity

    def _is_known(self, value: Any, place: Place) -> bool:
        """Refer to an object that was written at another place before."""
        temporary = self.encoder.temporary_references
        path = None if temporary is None else temporary.path_of(value)
        if path is not None:
            self._out.append(quote(f"$T{path}"))
            return True
        known = self.encoder.place_of(value)
        if known is None or known == place.ref:
            return False
        self._out.append(quote("$" + known))
        return True

    def _register(self, value: Any, ref: str) -> None:
        if self._tracked:
            self._note(value, ref)
            self._registered.append(id(value))

    def _note(self, value: Any, ref: str) -> None:
        self.encoder.places[id(value)] = (ref, value)
        self.encoder.seen[id(value)] = EXACT

    def _is_done(self, value: Any, place: Place) -> bool:
        """Whether a container needs nothing more: it was written before, or is put off to a row of its own."""
        if self._is_known(value, place):
            return True
        if place.ref is not None and self.depth < MAX_DEPTH:
            self._register(value, place.ref)
            return False
        row = self.encoder.later_row(self.task(value, Place(None), node=place.node))
        self._note(value, f"{row:x}")
        self._out.append(f'"${"L" if isinstance(value, Element) else ""}{row:x}"')
        return True

    def _forget(self, mark: int) -> None:
        """Let nothing refer to the objects of a part that failed."""
        for key in self._registered[mark:]:
            self.encoder.places.pop(key, None)
            self.encoder.seen.pop(key, None)
        del self._registered[mark:]

    # Containers

    def _list(self, value: Any, items: Iterable[Any], place: Place) -> None:
        if place.key_path is not None:
            self._keyed(list(items), place)
            return
        if value != () and self._is_done(value, place):
            return
        self.depth += 1
        static = place.static and type(value) is list
        separator = "["
        for index, item in enumerate(items):
            self._out.append(separator)
            separator = ","
            self._trail.append(index)
            ref = None if place.ref is None else f"{place.ref}:{index}"
            self._value(item, Place(ref, place.node, static=static))
            self._trail.pop()
        self._out.append("[]" if separator == "[" else "]")
        self.depth -= 1

    def _keyed(self, children: Any, place: Place) -> None:
        """A keyed component that returns several things: a fragment with its key around them."""
        opening, closing = ("[[", "}]]") if place.implicit_slot else ("[", "}]")
        row = self.encoder.symbol_row(FRAGMENT)
        self._out.append(f'{opening}"$","${row:x}",{_key(place.key_path)},{{"children":')
        step = "0:props:children" if place.implicit_slot else "props:children"
        self._walk(children, Place(None if place.ref is None else f"{place.ref}:{step}", node=True))
        self._out.append(closing)

    def _dict(self, value: Any, entries: Mapping[Any, Any], place: Place) -> None:
        if not all(type(name) is str for name in entries):
            if not all(isinstance(name, str) for name in entries):
                self._outlined(value, Outlined("Q", [list(entry) for entry in entries.items()]), place)
                return
            entries = {str.__str__(name): item for name, item in entries.items()}
        if self._is_done(value, replace(place, node=False)):
            return
        self.depth += 1
        self._members(entries, place.ref)
        self.depth -= 1

    def _members(self, entries: Mapping[str, Any], ref: str | None, nodes: tuple[str, ...] = ()) -> None:
        """The members of an object. nodes: the names under which React renders what it finds."""
        separator = "{"
        for name, item in entries.items():
            self._out.append(f"{separator}{quote(name)}:")
            separator = ","
            self._trail.append(name)
            below = None if ref is None or ":" in name else f"{ref}:{name}"
            self._value(item, Place(below, name in nodes, static=name in nodes and type(item) is list))
            self._trail.pop()
        self._out.append("{}" if separator == "{" else "}")

    # Elements

    def _element(self, element: Element, place: Place) -> None:
        keyed = place.key_path is not None or place.implicit_slot
        if not keyed and self._is_done(element, place):
            return
        kind, key = element.type, element.key
        if kind == FRAGMENT and key is None:
            slot = place.implicit_slot or place.key_path is None
            children = element.props.get("children", UNDEFINED)
            self._walk(children, Place(place.ref, True, place.key_path, slot, static=type(children) is list))
        elif isinstance(kind, (str, ClientReference, Symbol, TemporaryReference)):
            self._host_element(element, place)
        else:
            self._component(element, place)

    def _host_element(self, element: Element, place: Place) -> None:
        key = _joined(place.key_path, element.key)
        wrapped = place.implicit_slot and key is not None
        mark, failed = len(self._registered), self._failed
        self._failed = False
        self._trail.append(element)
        self.depth += 1
        kind = self._type(element.type)
        self._out.append(f'{"[[" if wrapped else "["}"$",{kind},{"null" if key is None else _key(key)},')
        self._trail.append("props")
        step = "0:props" if wrapped else "props"
        ref = None if place.ref is None else f"{place.ref}:{step}"
        if element.type == SUSPENSE:
            self._suspense(element.props, ref)
        else:
            self._members(element.props, ref, ("children",))
        if self.encoder.debug and place.static:
            # Owner, stack, validated: React's development build then asks for no key, as with children in JSX.
            self._out.append(",null,null,1")
        self._out.append("]]" if wrapped else "]")
        self.depth -= 1
        del self._trail[-2:]
        if self._failed:
            # A property that fails turns the element into a failed node, which spares what is around it.
            self._forget(mark)
        self._failed = failed

    def _type(self, kind: Any) -> str:
        if isinstance(kind, str):
            return _key(kind)
        if isinstance(kind, ClientReference):
            return f'"$L{self.encoder.client_row(kind, self.where()):x}"'
        if isinstance(kind, Symbol):
            return f'"${self.encoder.symbol_row(kind):x}"'
        return quote("$T" + kind.path)

    def _suspense(self, props: Mapping[str, Any], ref: str | None) -> None:
        """Props of Suspense: what waits below `children`, and only there, is replaced by the fallback."""
        suspended = self._suspended
        separator = "{"
        for name, item in props.items():
            self._out.append(f"{separator}{quote(name)}:")
            separator = ","
            self._suspended = suspended or name == "children"
            self._trail.append(name)
            below, node = None if ref is None else f"{ref}:{name}", name in ("children", "fallback")
            self._value(item, Place(below, node, static=node and type(item) is list))
            self._trail.pop()
        self._suspended = suspended
        self._out.append("{}" if separator == "{" else "}")

    def _component(self, element: Element, place: Place) -> None:
        """Call a component; its result takes the place of the element and inherits its key."""
        self._trail.append(element)
        result = element.type(**element.props)  # type: ignore[operator]
        if is_awaitable(result):
            result = Lazy(result)
        elif hasattr(result, "__iter__") and not isinstance(result, (str, list, tuple, Mapping)):
            result = list(result.items() if hasattr(result, "items") else result)
        slot = place.implicit_slot or (element.key is None and place.key_path is None)
        self._walk(result, Place(place.ref, True, _joined(place.key_path, element.key), slot))
        self._trail.pop()


def _joined(key_path: str | None, key: Any) -> str | None:
    """The key of an element below keyed components: all keys, outermost first."""
    if key is None:
        return key_path
    return str(key) if key_path is None else f"{key_path},{key}"


def _key(text: str | None) -> str:
    text = str(text)
    return quote("$" + text if text[:1] == "$" else text)


def _digits(value: int) -> str:
    try:
        return str(value)
    except ValueError:
        raise Unsendable("an int of so many digits", "Send it as text.") from None


def _number(value: float) -> str:
    if isfinite(value):
        return '"$-0"' if value == 0 and copysign(1, value) < 0 else repr(value)
    if value != value:
        return '"$NaN"'
    return '"$Infinity"' if value > 0 else '"$-Infinity"'
