"""Turns the parts of a reply into values.

First every model is parsed and its codes are found (`_scan`); codes that refer to something are collected as Link.
Then the links are resolved, each once, which may parse further parts. What must know finished values comes last:
server references, Maps and Sets, promises.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any, Final, Literal, NoReturn

from jetbridge.errors import ReplyDecodeError, RequestError
from jetbridge.flight.limits import Limits
from jetbridge.flight.model import UNDEFINED, File, FormData, Map, OneShot, Set, TemporaryReference, TypedArray
from jetbridge.flight.parts import Parts
from jetbridge.flight.received import Received, Settled
from jetbridge.flight.rows import TYPED_ARRAY_TAGS
from jetbridge.flight.scalars import CONSTANTS, parse_bigint, parse_date
from jetbridge.flight.slots import check_slots
from jetbridge.flight.strict_json import NotJSON, parse
from jetbridge.flight.temporary import Node, TemporaryReferences, path_text
from jetbridge.flight.values import MAX_SAFE_INTEGER

KIND_OF_TAG: Final = {tag: kind for kind, tag in TYPED_ARRAY_TAGS.items()}
ELEMENT_SIZES: Final = {"S": 2, "s": 2, "L": 4, "l": 4, "G": 4, "g": 8, "M": 8, "m": 8}
STREAM_KINDS: Final[dict[str, Literal["iterable", "iterator", "values", "bytes"]]] = {
    "R": "values",
    "r": "bytes",
    "X": "iterable",
    "x": "iterator",
}

_NUMBER: Final = re.compile(r"[0-9a-f]{1,7}")
_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,8}")


class Link:
    """A code that refers to something, in its place. It is resolved once, whoever comes first."""

    __slots__ = ("busy", "code", "depth", "done", "holder", "key", "node", "value")

    def __init__(self, code: str, holder: Any, key: Any, depth: int, node: Node | None) -> None:
        self.code = code
        self.holder = holder
        self.key = key
        self.depth = depth
        self.node = node
        self.busy = False
        self.done = False
        self.value: Any = None


class ServerSlot:
    """A server reference until its bound arguments are complete. places: where it has to be put."""

    __slots__ = ("busy", "done", "part", "places", "value")

    def __init__(self, part: int) -> None:
        self.part = part
        self.places: list[tuple[Any, Any]] = []
        self.busy = False
        self.done = False
        self.value: Any = None


class Graph:
    """One reply that is being decoded."""

    def __init__(
        self,
        parts: Parts,
        limits: Limits,
        server_reference: Callable[[str, tuple[Any, ...] | None], object],
        temporary_references: TemporaryReferences | None = None,
    ) -> None:
        self._parts = parts
        self._limits = limits
        self._server_reference = server_reference
        self._temporary = temporary_references
        self._models: dict[int, list[Any]] = {}
        self._links: deque[Link] = deque()
        self._containers = 0
        self._has_references = False
        self._consumed: set[str] = set()
        self._promises: dict[int, Settled] = {}
        self._servers: dict[int, ServerSlot] = {}
        self._outcomes: dict[int, list[Any]] = {}
        self._collections: dict[int, tuple[Map | Set, list[Any]]] = {}
        self._streams: list[tuple[Received, list[list[Any]], list[Any]]] = []
        self._chain = 0
        self._searched = 0

    def decode(self, part: int = 0) -> Any:
        """The value of a part. Raises: ReplyDecodeError."""
        holder = self._model(part, 0)
        while self._links:
            self._resolve(self._links.popleft())
        for slot in list(self._servers.values()):
            self._finish_server(slot)
        for collection, entries in self._collections.values():
            self._fill(collection, entries)
        for promise in self._promises.values():
            self._settle(promise)
        for stream, values, returned in self._streams:
            self._collect(stream, values, returned)
        # Without references the value is no larger than its text.
        if self._has_references or self._parts.size > self._limits.max_slots:
            streamed = [holder for _, values, returned in self._streams for holder in (*values, returned)]
            check_slots([holder[0] for holder in (*self._models.values(), *streamed)], self._limits.max_slots)
        return holder[0]

    def decode_server_metadata(self) -> tuple[str, tuple[Any, ...] | None]:
        """Id and bound arguments of the server reference that is described by part 0. Raises: ReplyDecodeError."""
        self.decode()
        return self._metadata(0)

    # Models

    def _model(self, number: int, depth: int) -> list[Any]:
        """The value of a model in a list of its own, so that the root is a place like all others."""
        holder = self._models.get(number)
        if holder is None:
            text = self._parts.models.get(number)
            if text is None:
                self._fail("a part is missing")
            node: Node | None = None if self._temporary is None else (None, f"{number:x}")
            holder = self._models[number] = self._parsed(text, depth, node)
        return holder

    def _parsed(self, text: str, depth: int, node: Node | None = None) -> list[Any]:
        try:
            holder = [parse(text)]
        except NotJSON:
            self._fail("a part is not JSON")
        self._scan(holder, depth, node)
        return holder

    def _scan(self, root: list[Any], depth: int, node: Node | None) -> None:
        """Find the codes below a holder. Those that mean one value become it, the others are queued."""
        stack: list[tuple[Any, int, Node | None]] = [(root, depth, node)]
        is_root = True
        while stack:
            container, depth, node = stack.pop()
            if depth > self._limits.max_depth:
                self._fail("nested too deep")
            if type(container) is dict:
                container.pop("__proto__", None)
                entries: Iterable[tuple[Any, Any]] = list(container.items())
            else:
                entries = enumerate(container)
            for key, item in entries:
                cls = type(item)
                if cls is str:
                    if item[:1] == "$":
                        self._code(item, container, key, depth, node if is_root or node is None else (node, str(key)))
                elif cls is list or cls is dict:
                    below = node if is_root or node is None else (node, str(key))
                    if below is not None and self._temporary is not None:
                        self._temporary.remember(item, below)
                    self._containers += 1
                    stack.append((item, depth + 1, below))
                elif cls is int and not -MAX_SAFE_INTEGER <= item <= MAX_SAFE_INTEGER:
                    # The browser had a double, and wrote it with digits that it does not have.
                    container[key] = float(item)
            is_root = False
        if self._containers > self._limits.max_containers:
            self._fail("too many containers")

    def _code(self, text: str, holder: Any, key: Any, depth: int, node: Node | None) -> None:
        kind = text[1:2]
        if kind == "$":
            holder[key] = text[1:]
        elif kind == "n":
            value = parse_bigint(text[2:], self._limits.max_digits)
            if value is None:
                self._fail("not a BigInt, or too long", holder, key)
            holder[key] = value
        elif kind == "D":
            date = parse_date(text[2:])
            if date is None:
                self._fail("not a date", holder, key)
            holder[key] = date
        elif text in CONSTANTS:
            self._put(holder, key, CONSTANTS[text])
        elif text == "$T":
            path = path_text(node)
            if self._temporary is None or path is None:
                self._fail("a temporary reference is not accepted here", holder, key)
            reference = holder[key] = TemporaryReference(path)
            self._temporary.remember(reference, (None, path))
        else:
            link = holder[key] = Link(text, holder, key, depth, node)
            self._links.append(link)

    def _put(self, holder: Any, key: Any, value: Any) -> None:
        """Put a value into its place. An object has no undefined property."""
        if type(value) is ServerSlot:
            value.places.append((holder, key))
        if value is UNDEFINED and type(holder) is dict:
            del holder[key]
        else:
            holder[key] = value

    # Links

    def _resolve(self, link: Link) -> Any:
        if link.done:
            return link.value
        if link.busy or self._chain > self._limits.max_references:
            self._fail("references that lead nowhere", link.holder, link.key)
        link.busy = True
        self._chain += 1
        try:
            link.value = self._value(link)
        except ReplyDecodeError as error:
            if error.path:
                raise
            self._fail(str(error), link.holder, link.key)
        self._chain -= 1
        link.busy, link.done = False, True
        self._put(link.holder, link.key, link.value)
        return link.value

    def _value(self, link: Link) -> Any:
        code = link.code
        reader = _READERS.get(code[1:2])
        if reader is not None:
            return reader(self, _number(code[2:]), link)
        steps = code[1:].split(":")
        number = _number(steps[0])
        self._has_references = True
        value = self._root(number, link.depth)
        for step in steps[1:]:
            value = self._step(value, step)
        return value

    def _root(self, number: int, depth: int) -> Any:
        value = self._model(number, depth)[0]
        return self._resolve(value) if type(value) is Link else value

    def _step(self, value: Any, step: str) -> Any:
        """One step of a path: an own key of a dict, or an index of a list, spelled as JavaScript spells it."""
        if type(value) is dict:
            if step not in value:
                self._fail("a reference to nothing")
            found = value[step]
        elif type(value) is list:
            if _INDEX.fullmatch(step) is None or int(step) >= len(value):
                self._fail("a reference to nothing")
            found = value[int(step)]
        else:
            self._fail("a reference into something that is no object")
        return self._resolve(found) if type(found) is Link else found

    def _consume(self, link: Link) -> None:
        """Map, Set, iterator, typed array and stream: each part makes one value."""
        code = link.code[1:]
        key = "stream " + code[1:] if code[0] in STREAM_KINDS else "part " + code[1:]
        if key in self._consumed:
            self._fail("a part that is used twice")
        self._consumed.add(key)

    def _entries(self, number: int, link: Link) -> list[Any]:
        self._consume(link)
        entries = self._root(number, link.depth)
        if type(entries) is not list:
            self._fail("a collection that is no array")
        return entries

    def _map(self, number: int, link: Link) -> Map:
        result = Map()
        self._collections[id(result)] = (result, self._entries(number, link))
        return result

    def _set(self, number: int, link: Link) -> Set:
        result = Set()
        self._collections[id(result)] = (result, self._entries(number, link))
        return result

    def _iterator(self, number: int, link: Link) -> OneShot:
        return OneShot(self._entries(number, link))

    def _form_data(self, number: int, link: Link) -> FormData:
        """A form's entries can be asked for once, as React's own decoder gives them."""
        return FormData(self._parts.forms.pop(number, ()))

    def _file(self, number: int, link: Link) -> File:
        file = self._parts.files.get(number)
        if file is None:
            self._fail("a file is missing")
        return file

    def _typed_array(self, number: int, link: Link) -> TypedArray:
        self._consume(link)
        tag = link.code[1]
        data = self._file(number, link).read()
        if len(data) % ELEMENT_SIZES.get(tag, 1):
            self._fail("a typed array of broken length")
        return TypedArray(KIND_OF_TAG[tag], data)

    def _promise(self, number: int, link: Link) -> Settled:
        promise = self._promises.get(number)
        if promise is None:
            promise = self._promises[number] = Settled()
            if number in self._parts.models:
                self._outcomes[id(promise)] = self._model(number, link.depth)
            else:
                promise.error = ReplyDecodeError("a promise without its value")
        return promise

    def _server(self, number: int, link: Link) -> ServerSlot | None:
        if link.key == "then" and type(link.holder) is dict:
            # What has a callable `then` would count as a promise in JavaScript.
            return None
        slot = self._servers.get(number)
        if slot is None:
            self._model(number, link.depth)
            slot = self._servers[number] = ServerSlot(number)
        return slot

    def _stream(self, number: int, link: Link) -> Received:
        self._consume(link)
        stream = Received(STREAM_KINDS[link.code[1]])
        values: list[list[Any]] = []
        returned: list[Any] = [UNDEFINED]
        stream.error = ReplyDecodeError("a stream without its end")
        for piece in self._parts.streams.get(number, ()):
            if not isinstance(piece, str):
                self._fail("a file as a value of a stream")
            if piece.startswith("C"):
                stream.error = None
                if len(piece) > 1:
                    returned = self._parsed(piece[1:], link.depth)
                break
            values.append(self._parsed(piece, link.depth))
        self._streams.append((stream, values, returned))
        return stream

    # What needs finished values

    def _finish_server(self, slot: ServerSlot) -> None:
        if slot.done:
            return
        self._chain += 1
        if slot.busy or self._chain > self._limits.max_references:
            self._fail("a server reference that is bound to itself")
        slot.busy = True
        id, bound = self._metadata(slot.part)
        try:
            slot.value = self._server_reference(id, bound)
        except ReplyDecodeError:
            raise
        except RequestError as error:
            raise ReplyDecodeError(f"a server reference was refused: {error}") from error
        slot.done = True
        self._chain -= 1
        for holder, key in slot.places:
            holder[key] = None if key == "then" and type(holder) is dict else slot.value

    def _metadata(self, part: int) -> tuple[str, tuple[Any, ...] | None]:
        meta = self._models[part][0]
        if type(meta) is not dict or type(meta.get("id")) is not str:
            self._fail("a server reference without id")
        return meta["id"], self._bound(meta.get("bound"))

    def _bound(self, bound: Any) -> tuple[Any, ...] | None:
        if bound is None:
            return None
        if type(bound) is not Settled:
            self._fail("bound arguments that are no promise")
        self._settle(bound)
        args = bound.value
        if bound.error is not None or type(args) is not list or len(args) > self._limits.max_bound:
            self._fail("bound arguments that are missing, no array, or too many")
        self._finish_below(args)
        return tuple(args)

    def _finish_below(self, root: list[Any]) -> None:
        """Complete what stands in bound arguments before the registry sees them."""
        seen: set[int] = set()
        stack: list[Any] = [root]
        late: list[Any] = []
        while stack:
            value = stack.pop()
            if type(value) is ServerSlot:
                self._finish_server(value)
            children = self._children(value)
            if children is None or id(value) in seen:
                continue
            seen.add(id(value))
            self._searched += len(children) + 1
            if self._searched > self._limits.max_slots:
                self._fail("too many bound arguments")
            late.append(value)
            stack += children
        for value in late:
            self._complete(value)

    def _children(self, value: Any) -> list[Any] | None:
        """What a value holds, complete or not; None for values that hold nothing."""
        cls = type(value)
        if cls is list:
            return list(value)
        if cls is dict:
            return list(value.values())
        if cls is Map or cls is Set:
            return self._collections[id(value)][1]
        if cls is OneShot:
            return list(value.values)
        if cls is Settled:
            return self._outcomes.get(id(value), [])
        if cls is Received:
            return [holder[0] for stream, values, _ in self._streams if stream is value for holder in values]
        return None

    def _complete(self, value: Any) -> None:
        cls = type(value)
        if cls is Map or cls is Set:
            self._fill(*self._collections[id(value)])
        elif cls is Settled:
            self._settle(value)
        elif cls is Received:
            for stream, values, returned in self._streams:
                if stream is value:
                    self._collect(stream, values, returned)

    def _fill(self, collection: Map | Set, entries: list[Any]) -> None:
        if isinstance(collection, Set):
            for member in entries:
                collection.add(member)
            return
        for entry in entries:
            if type(entry) is not list or len(entry) != 2:
                self._fail("an entry of a Map that is no pair")
            collection[entry[0]] = entry[1]

    def _collect(self, stream: Received, values: list[list[Any]], returned: list[Any]) -> None:
        stream.values = [holder[0] for holder in values]
        stream.returned = returned[0]
        if stream.kind != "bytes":
            return
        if any(type(value) is not TypedArray or value.kind != "Uint8Array" for value in stream.values):
            self._fail("a byte stream of something else")
        stream.values = [value.data for value in stream.values]

    def _settle(self, promise: Settled) -> None:
        """Give a promise its outcome; a promise for a promise has the outcome of the last."""
        chain: list[Settled] = []
        while (holder := self._outcomes.pop(id(promise), None)) is not None:
            chain.append(promise)
            promise.value = holder[0]
            if type(promise.value) is not Settled:
                break
            promise = promise.value
        if promise.error is None and type(promise.value) is Settled:
            promise.error = ReplyDecodeError("a promise for itself")
        for earlier in chain:
            earlier.value = UNDEFINED if promise.error is not None else promise.value
            earlier.error = promise.error

    def _fail(self, message: str, holder: Any = None, key: Any = None) -> NoReturn:
        raise ReplyDecodeError(message, "" if holder is None else self._path(holder, key))

    def _path(self, holder: Any, key: Any) -> str:
        """Where a place is, found by a search that only failures pay for."""
        for number, root in self._models.items():
            name = "args" if number == 0 else f"part {number}"
            seen = {id(root)}
            stack: list[tuple[Any, str]] = [(root, "")]
            while stack:
                container, path = stack.pop()
                if container is holder:
                    return (name + (path if container is root else _joined(path, container, key)))[:200]
                for step, item in container.items() if type(container) is dict else enumerate(container):
                    if type(item) in (list, dict) and id(item) not in seen:
                        seen.add(id(item))
                        stack.append((item, "" if container is root else _joined(path, container, step)))
        return ""


def _joined(path: str, container: Any, step: Any) -> str:
    return f"{path[:200]}[{step}]" if type(container) is list else f"{path[:200]}.{str(step)[:100]}"


def _number(digits: str) -> int:
    if _NUMBER.fullmatch(digits) is None:
        raise ReplyDecodeError("a code that no client writes")
    return int(digits, 16)


_READERS: Final[dict[str, Callable[[Graph, int, Link], Any]]] = {
    "@": Graph._promise,
    "h": Graph._server,
    "Q": Graph._map,
    "W": Graph._set,
    "i": Graph._iterator,
    "K": Graph._form_data,
    "B": Graph._file,
    **dict.fromkeys(KIND_OF_TAG, Graph._typed_array),
    **dict.fromkeys(STREAM_KINDS, Graph._stream),
}
"""By the letter after `$`. Anything else is the number of a part, with a path or without."""
