"""Turns the parts of a reply into values.

Every model that is needed is parsed and its codes are found. Most codes mean one value; those that refer to something
become a Link, and links are resolved each once. What must know finished values (server references, Maps, promises)
is completed in the end, by Finisher. Nothing here recurses on the depth of the input.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from typing import Any, Final, Literal, NoReturn

import orjson

from jetbridge.errors import ReplyDecodeError
from jetbridge.flight.cost import Budget, count_containers, weigh
from jetbridge.flight.finish import Finisher, ServerSlot
from jetbridge.flight.limits import Limits
from jetbridge.flight.links import Link, find_path
from jetbridge.flight.model import UNDEFINED, File, FormData, Map, OneShot, Set, TemporaryReference, TypedArray
from jetbridge.flight.parts import Parts
from jetbridge.flight.received import Received, Settled
from jetbridge.flight.rows import TYPED_ARRAY_TAGS
from jetbridge.flight.scalars import CONSTANTS, parse_bigint, parse_date
from jetbridge.flight.slots import check_slots
from jetbridge.flight.strict_json import NotJSON, is_free_of_codes, measure, parse, parse_within
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

_FEW: Final = 100
_TINY: Final = 12
"""Characters of a text in which neither a long number nor `__proto__` has room."""
_MEMBER: Final = 240
"""Bytes of memory that an entry of a Map or a member of a Set takes besides its value."""
_USUAL_DATE: Final = 26
"""Characters of a code of a Date as clients write it."""
_NUMBER: Final = re.compile(r"[0-9a-f]{1,7}")
_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,8}")


class Graph:
    """One reply that is being decoded. Values stand in lists and dicts, the roots of models in lists of one."""

    def __init__(
        self,
        parts: Parts,
        limits: Limits,
        server_reference: Callable[[str, tuple[Any, ...] | None], object],
        temporary_references: TemporaryReferences | None = None,
    ) -> None:
        self._parts = parts
        self._limits = limits
        self._temporary = temporary_references
        self._models: dict[int, list[Any]] = {}
        self._wanted: deque[tuple[int, int]] = deque()
        self._links: deque[Link] = deque()
        self._containers = 0
        self._codes = 0
        self._chain = 0
        self._values = self._slots = 0
        self._is_shared = False
        self._consumed: set[str] = set()
        self._empty_forms: set[str] = set()
        self._budget = Budget(parts.size, limits)
        self._finisher = Finisher(self._models, limits, server_reference)

    def decode(self) -> Any:
        """The value of part 0. Raises: ReplyDecodeError."""
        holder = self._model(0, 0)
        while self._links or self._wanted:
            if self._wanted:
                self._model(*self._wanted.popleft())
            else:
                self._resolve(self._links.popleft())
        self._finisher.finish()
        # Where nothing is shared the value is no larger than its text; only characters beyond ASCII may count twice.
        if self._is_shared or self._slots > self._limits.max_slots:
            self._budget.spend(0, 100 * self._containers + 3 * self._values + self._slots // 2)
            roots = [root[0] for root in (*self._models.values(), *self._finisher.streamed())]
            check_slots(roots, self._limits.max_slots)
        return holder[0]

    def decode_server_metadata(self) -> tuple[str, tuple[Any, ...] | None]:
        """Id and bound arguments of the server reference that is described by part 0. Raises: ReplyDecodeError."""
        self.decode()
        return self._finisher.metadata(0)

    # Models

    def _model(self, number: int, depth: int) -> list[Any]:
        """The value of a model in a list of its own, so that the root is a place like all others."""
        holder = self._models.get(number)
        if holder is None:
            text = self._parts.model(number)
            if text is None:
                raise ReplyDecodeError("a part is missing")
            self._budget.spend(100, 40)
            node: Node | None = None if self._temporary is None else (None, f"{number:x}")
            holder = self._models[number] = [None]
            self._fill(holder, text, depth, node)
        return holder

    def _tiny_model(self, number: int, depth: int) -> list[Any] | None:
        """As `_model`, of a part that is too short to refer to anything; None for others."""
        text = self._parts.model(number)
        if text is None or len(text) > _TINY or self._temporary is not None:
            return None
        holder: list[Any] = [None]
        if not self._fill_tiny(holder, text, depth):
            return None
        self._budget.spend(100, 0)
        self._models[number] = holder
        return holder

    def _fill(self, holder: list[Any], text: str, depth: int, node: Node | None = None) -> list[Any]:
        """Put the value of a JSON text into a list of one."""
        limits = self._limits
        if node is None and len(text) <= _TINY and self._fill_tiny(holder, text, depth):
            return holder
        self._slots += len(text) if text.isascii() else 2 * len(text)
        containers = count_containers(text, limits.max_containers - self._containers)
        if self._containers + containers > limits.max_containers:
            raise ReplyDecodeError("too many containers (max_containers)")
        is_plain = node is None and is_free_of_codes(text)
        try:
            if self._budget.careful:
                self._parse_within(holder, text, is_plain=is_plain, is_kept=node is not None)
            else:
                holder[0] = parse(text)
        except NotJSON:
            raise ReplyDecodeError("a part is not JSON") from None
        if not is_plain:
            self._scan(holder, depth, node)
        elif depth + containers > limits.max_depth:
            self._containers += measure(holder[0], limits.max_depth - depth)
        else:
            self._containers += containers
        return holder

    def _fill_tiny(self, holder: list[Any], text: str, depth: int) -> bool:
        """Put the value of a text without codes into a list of one, if it is too short for a limit to strike."""
        if "$" in text or "\\" in text or depth + _TINY > self._limits.max_depth:
            return False
        containers = text.count("[") + text.count("{")
        if self._containers + containers > self._limits.max_containers:
            return False
        try:
            holder[0] = orjson.loads(text)
        except orjson.JSONDecodeError:
            return False
        self._containers += containers
        self._values += len(text)
        self._slots += 2 * len(text)
        self._budget.spend(40 * len(text), 20 + 5 * len(text))
        return True

    def _parse_within(self, holder: list[Any], text: str, *, is_plain: bool, is_kept: bool) -> None:
        """Parse what could be hostile, and pay for what is done with it. is_kept: each container is remembered."""
        weight = weigh(text, self._budget.memory)
        self._values += weight.values
        if not is_plain:
            self._budget.spend(0, 300 + weight.scan_steps)
            self._budget.check_codes(text)
        elif weight.containers > self._limits.max_depth:
            self._budget.spend(0, 2 * weight.values + 15 * weight.containers)
        if is_kept:
            self._budget.spend(300 * weight.containers, 70 * weight.containers)
        holder[0] = parse_within(text, self._budget, weight)

    def _scan(self, root: list[Any], depth: int, node: Node | None) -> None:
        """Find the codes below a holder. Those that mean one value become it, the others are queued."""
        stack: list[tuple[Any, int, Node | None]] = [(root, depth, node)]
        deepest = self._limits.max_depth
        while stack:
            container, depth, node = stack.pop()
            if depth > deepest:
                raise ReplyDecodeError("nested too deep (max_depth)")
            self._containers += 1
            removed: list[Any] = []
            codes = self._codes
            is_object = type(container) is dict
            for key, item in container.items() if is_object else enumerate(container):
                cls = type(item)
                if cls is str:
                    if item[:1] != "$":
                        continue
                    self._codes += 1
                    if item[1:2] == "$":
                        container[key] = item[1:]
                    elif item in CONSTANTS:
                        container[key] = CONSTANTS[item]
                        if is_object and CONSTANTS[item] is UNDEFINED:
                            removed.append(key)
                    elif item in self._empty_forms:
                        container[key] = FormData()
                    else:
                        place = node if node is None or container is root else (node, str(key))
                        self._code(item, container, key, depth, place)
                elif cls is list or cls is dict:
                    below = None
                    if node is not None:
                        below = node if container is root else (node, str(key))
                        self._remember(item, below)
                    stack.append((item, depth + 1, below))
                elif cls is int and not -MAX_SAFE_INTEGER <= item <= MAX_SAFE_INTEGER:
                    # The browser had a double, and wrote it with digits that it does not have.
                    container[key] = float(item)
            if self._codes != codes:
                self._budget.spend(0, 24 * (self._codes - codes))
                if self._codes > self._limits.max_codes:
                    self._fail("too many codes (max_codes)", container, key)
            if is_object:
                # An object has no undefined property, and none of this name (React drops it, too).
                for name in removed:
                    del container[name]
                container.pop("__proto__", None)

    def _remember(self, value: Any, node: Node) -> None:
        if self._temporary is not None:
            self._temporary.remember(value, node)

    # Codes

    def _code(self, text: str, holder: Any, key: Any, depth: int, node: Node | None) -> None:
        """Put what a code means into its place, or a Link."""
        if self._codes > self._limits.max_codes:
            self._fail("too many codes (max_codes)", holder, key)
        kind = text[1:2]
        read = _IMMEDIATE.get(kind)
        if read is not None:
            value: Any = read(self, text, holder, key, depth)
        elif text == "$T":
            value = self._temporary_reference(holder, key, node)
        else:
            value = None
            if kind == "Q" or kind == "W":
                value = self._tiny_collection(text, holder, key, depth)
            elif kind not in _READERS:
                value = self._known_container(text)
            if value is None:
                value = self._link(text, holder, key, depth)
        holder[key] = value

    def _tiny_collection(self, text: str, holder: Any, key: Any, depth: int) -> Map | Set | None:
        """A Map or Set whose part is too short to refer to anything; None for others."""
        number = self._number(text[2:], holder, key)
        root = None if number in self._models else self._tiny_model(number, depth)
        if root is None or type(root[0]) is not list:
            return None
        entries = root[0]
        self._consume(text, holder, key)
        self._budget.spend(90 + _MEMBER * len(entries), 80 + 60 * len(entries))
        if text[1] == "Q":
            return self._finisher.add_collection(Map(), entries)
        return self._finisher.add_collection(Set(), entries)

    def _link(self, text: str, holder: Any, key: Any, depth: int) -> Link:
        if text[1:2] not in STREAM_KINDS:
            digits = text[2:] if text[1:2] in _READERS else text[1:].partition(":")[0]
            if self._number(digits, holder, key) not in self._parts:
                self._fail("a part is missing", holder, key)
        self._budget.spend(110, 80 + 60 * text.count(":"))
        link = Link(text, holder, key, depth)
        self._links.append(link)
        return link

    def _bigint(self, text: str, holder: Any, key: Any, depth: int) -> Any:
        self._budget.spend(len(text), 60 + 2 * len(text))
        value = parse_bigint(text[2:], self._limits.max_digits)
        return value if value is not None else self._fail("not a BigInt, or too long (max_digits)", holder, key)

    def _date(self, text: str, holder: Any, key: Any, depth: int) -> Any:
        self._budget.spend(10, 100 if len(text) == _USUAL_DATE else 500)
        value = parse_date(text[2:])
        return value if value is not None else self._fail("not a date", holder, key)

    def _form_data(self, text: str, holder: Any, key: Any, depth: int) -> FormData:
        self._budget.spend(40, 120)
        entries = self._parts.take_form(self._number(text[2:], holder, key))
        if len(self._empty_forms) < _FEW:
            # Whoever asks again gets none.
            self._empty_forms.add(text)
        return FormData(entries)

    def _file(self, text: str, holder: Any, key: Any, depth: int) -> File:
        file = self._parts.file(self._number(text[2:], holder, key))
        return file if file is not None else self._fail("a file is missing", holder, key)

    def _typed_array(self, text: str, holder: Any, key: Any, depth: int) -> TypedArray:
        self._budget.spend(250, 200)
        self._consume(text, holder, key)
        data = self._file(text, holder, key, depth).read()
        self._slots += len(data)
        if len(data) % ELEMENT_SIZES.get(text[1], 1):
            self._fail("a typed array of broken length", holder, key)
        return TypedArray(KIND_OF_TAG[text[1]], data)

    def _promise(self, text: str, holder: Any, key: Any, depth: int) -> Settled:
        number = self._number(text[2:], holder, key)
        known = self._finisher.promise(number)
        if known is not None:
            self._is_shared = True
            return known
        self._budget.spend(400, 200)
        is_there = number in self._parts
        if is_there:
            self._wanted.append((number, depth))
        return self._finisher.add_promise(number, is_there)

    def _server(self, text: str, holder: Any, key: Any, depth: int) -> ServerSlot | None:
        if key == "then" and type(holder) is dict:
            # What has a callable `then` would count as a promise in JavaScript.
            return None
        number = self._number(text[2:], holder, key)
        slot = self._finisher.server(number)
        if not slot.places:
            self._budget.spend(500, 300)
            self._wanted.append((number, depth))
        self._budget.spend(80, 40)
        slot.places.append((holder, key))
        return slot

    def _temporary_reference(self, holder: Any, key: Any, node: Node | None) -> TemporaryReference:
        self._budget.spend(300, 200)
        path = path_text(node)
        if self._temporary is None or path is None:
            self._fail("a temporary reference is not accepted here", holder, key)
        return self._temporary.add(path)

    def _known_container(self, text: str) -> Any:
        """The list or dict that a reference leads to, if the way there is clear already."""
        self._is_shared = True
        self._budget.spend(0, 120 + 50 * text.count(":"))
        steps = text[1:].split(":")
        root = self._models.get(_KNOWN_NUMBERS.get(steps[0], -1))
        if root is None:
            return None
        value = root[0]
        for step in steps[1:]:
            if type(value) is dict:
                value = value.get(step)
            elif type(value) is list and _INDEX.fullmatch(step) is not None and int(step) < len(value):
                value = value[int(step)]
            else:
                return None
        return value if type(value) is list or type(value) is dict else None

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

    def _put(self, holder: Any, key: Any, value: Any) -> None:
        if type(value) is ServerSlot:
            value.places.append((holder, key))
        if value is UNDEFINED and type(holder) is dict:
            del holder[key]
        else:
            holder[key] = value

    def _value(self, link: Link) -> Any:
        code = link.code
        reader = _READERS.get(code[1:2])
        if reader is not None:
            return reader(self, self._number(code[2:], link.holder, link.key), link)
        number, *steps = code[1:].split(":")
        value = self._root(self._number(number, link.holder, link.key), link.depth)
        for step in steps:
            value = self._step(value, step)
        return value

    def _root(self, number: int, depth: int) -> Any:
        value = self._model(number, depth)[0]
        return self._resolve(value) if type(value) is Link else value

    def _step(self, value: Any, step: str) -> Any:
        """One step of a path: an own key of a dict, or an index of a list, spelled as JavaScript spells it."""
        if type(value) is dict and step in value:
            found = value[step]
        elif type(value) is list and _INDEX.fullmatch(step) is not None and int(step) < len(value):
            found = value[int(step)]
        else:
            raise ReplyDecodeError("a reference to nothing")
        return self._resolve(found) if type(found) is Link else found

    def _entries(self, number: int, link: Link) -> list[Any]:
        self._consume(link.code, link.holder, link.key)
        entries = self._root(number, link.depth)
        if type(entries) is not list:
            raise ReplyDecodeError("a collection that is no array")
        self._budget.spend(90 + _MEMBER * len(entries), 80 + 60 * len(entries))
        return entries

    def _map(self, number: int, link: Link) -> Map:
        return self._finisher.add_collection(Map(), self._entries(number, link))

    def _set(self, number: int, link: Link) -> Set:
        return self._finisher.add_collection(Set(), self._entries(number, link))

    def _iterator(self, number: int, link: Link) -> OneShot:
        return OneShot(self._entries(number, link))

    def _stream(self, number: int, link: Link) -> Received:
        self._consume(link.code, link.holder, link.key)
        self._budget.spend(550, 500)
        values: list[list[Any]] = []
        for piece in self._parts.stream(number):
            if not isinstance(piece, str):
                raise ReplyDecodeError("a file as a value of a stream")
            if piece.startswith("C"):
                returned = self._fill([None], piece[1:], link.depth) if len(piece) > 1 else [UNDEFINED]
                return self._finisher.add_stream(STREAM_KINDS[link.code[1]], values, returned)
            self._budget.spend(80, 100)
            values.append(self._fill([None], piece, link.depth))
        return self._finisher.add_stream(STREAM_KINDS[link.code[1]], values, None)

    def _consume(self, code: str, holder: Any, key: Any) -> None:
        """Map, Set, iterator, typed array and stream: each part makes one value."""
        what = ("stream " if code[1] in STREAM_KINDS else "part ") + code[2:]
        if what in self._consumed:
            self._fail("a part that is used twice", holder, key)
        self._consumed.add(what)

    # Errors

    def _number(self, digits: str, holder: Any, key: Any) -> int:
        number = _KNOWN_NUMBERS.get(digits)
        if number is not None:
            return number
        if _NUMBER.fullmatch(digits) is None:
            self._fail("a code that no client writes", holder, key)
        return int(digits, 16)

    def _fail(self, message: str, holder: Any, key: Any) -> NoReturn:
        raise ReplyDecodeError(message, find_path(self._models, holder, key))


_KNOWN_NUMBERS: Final = {f"{number:x}": number for number in range(1024)}
"""Spelled-out part numbers; larger ones are parsed."""

_IMMEDIATE: Final[dict[str, Callable[[Graph, str, Any, Any, int], Any]]] = {
    "n": Graph._bigint,
    "D": Graph._date,
    "K": Graph._form_data,
    "B": Graph._file,
    "@": Graph._promise,
    "h": Graph._server,
    **dict.fromkeys(KIND_OF_TAG, Graph._typed_array),
}
"""Codes whose value is there at once, by the letter after `$`."""

_READERS: Final[dict[str, Callable[[Graph, int, Link], Any]]] = {
    "Q": Graph._map,
    "W": Graph._set,
    "i": Graph._iterator,
    **dict.fromkeys(STREAM_KINDS, Graph._stream),
}
"""Codes that need the value of a part. Anything else is the number of a part, with a path or without."""
