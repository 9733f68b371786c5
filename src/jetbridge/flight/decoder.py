"""Rows to values, as React in the browser reads them: for tests and tools.

The input is our own server's, so this is written for clarity and refuses only what is no Flight at all. Lazy nodes
that arrived are replaced by what they stand for; what failed stands in its place as Failed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from jetbridge.flight.hints import Hint
from jetbridge.flight.model import (
    UNDEFINED,
    BigInt,
    ClientReference,
    Element,
    File,
    FormData,
    JSDate,
    Map,
    OneShot,
    ServerReference,
    Set,
    Symbol,
    TemporaryReference,
    TypedArray,
)
from jetbridge.flight.received import Received, Settled
from jetbridge.flight.rows import TYPED_ARRAY_TAGS, Row, RowReader
from jetbridge.flight.scalars import CONSTANTS, parse_date

KIND_OF_TAG: Final = {tag: kind for kind, tag in TYPED_ARRAY_TAGS.items()}
STREAM_KINDS: Final[dict[str, Literal["iterable", "iterator", "values", "bytes"]]] = {
    "R": "values",
    "r": "bytes",
    "X": "iterable",
    "x": "iterator",
}


class FlightError(Exception):
    """An error that a response tells of. digest, name, message, stack: as the row says."""

    def __init__(self, digest: str = "", name: str = "Error", message: str = "", stack: Iterable[Any] = ()) -> None:
        super().__init__(message or digest)
        self.digest = digest
        self.name = name
        self.message = message
        self.stack = list(stack)


@dataclass(frozen=True, slots=True)
class Failed:
    """A node that throws where React renders it."""

    error: FlightError


CLOSED: Final = Failed(FlightError(message="Connection closed."))
"""What stands for a row that did not arrive."""


@dataclass(frozen=True, slots=True)
class Response:
    """A whole response. root: the value of row 0, or Failed. client_rows: what the I rows say, as lists."""

    root: Any
    hints: list[Hint]
    client_rows: list[list[Any]]


def decode_flight(data: bytes | Iterable[bytes]) -> Any:
    """The root of a response. A root that is a promise is followed.

    Raises: FlightError when the root failed or is missing; ValueError when the bytes are no Flight.
    """
    root = decode_response(data).root
    if isinstance(root, Settled):
        root = root.result()
    if isinstance(root, Failed):
        raise root.error
    return root


def decode_response(data: bytes | Iterable[bytes]) -> Response:
    """Everything a response says. Raises: ValueError when the bytes are no Flight."""
    reader = RowReader()
    rows = [row for piece in ([data] if isinstance(data, bytes) else data) for row in reader.feed(piece)]
    return _Decoder(rows).decode()


@dataclass(slots=True, eq=False)
class _Link:
    """A reference to a row, in its place. container: a list, a dict, or an Element with key "type".

    kind: the letter of the code, "" for a plain reference.
    """

    kind: str
    row: int
    steps: list[str]
    container: Any
    key: Any
    done: bool = False
    value: Any = None


@dataclass(slots=True)
class _Stream:
    stream: Received
    values: list[list[Any]] = field(default_factory=list)
    returned: list[Any] | None = None


class _Decoder:
    """Values stand in lists of one, so that the root of a row is a place like any other."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._hints: list[Hint] = []
        self._client_rows: list[list[Any]] = []
        self._models: dict[int, list[Any]] = {}
        self._links: list[_Link] = []
        self._promises: dict[int, Settled] = {}
        self._promise_rows: dict[int, int] = {}
        self._made: dict[tuple[str, int], Any] = {}
        self._streams: dict[int, _Stream] = {}
        self._collections: list[tuple[str, Any, int]] = []
        for row in rows:
            self._read(row)

    def decode(self) -> Response:
        root = self._models.get(0, [CLOSED])
        for link in self._links:
            self._resolve(link)
        for stream in self._streams.values():
            self._finish_stream(stream)
        for prefix, collection, id in self._collections:
            self._fill(prefix, collection, self._models.get(id, [[]])[0])
        for promise in self._promises.values():
            self._settle(promise)
        return Response(root[0], self._hints, self._client_rows)

    # Rows

    def _read(self, row: Row) -> None:
        stream = self._streams.get(row.id)
        if row.tag == "H":
            self._hints.append(Hint(chr(row.data[0]), json.loads(row.data[1:])))
        elif row.tag in STREAM_KINDS:
            received = Received(STREAM_KINDS[row.tag])
            received.error = FlightError(message="Connection closed.")
            self._streams[row.id] = _Stream(received)
            self._models[row.id] = [received]
        elif stream is not None and row.tag == "C":
            stream.stream.error = None
            stream.returned = self._model(row.data) if row.data else None
        elif stream is not None and row.tag == "E":
            stream.stream.error = self._error(row.data)
        elif stream is not None:
            stream.values.append(self._value(row))
        else:
            self._models[row.id] = self._value(row)

    def _value(self, row: Row) -> list[Any]:
        match row.tag:
            case "":
                return self._model(row.data)
            case "I":
                model = self._model(row.data)
                self._client_rows.append(model[0])
                return [_Import(model)]
            case "E":
                return [Failed(self._error(row.data))]
            case "T":
                return [row.data.decode()]
            case "b":
                return [row.data]
            case tag if tag in KIND_OF_TAG:
                return [TypedArray(KIND_OF_TAG[tag], row.data)]
        raise ValueError(f"a row of kind {row.tag!r}")

    def _error(self, data: bytes) -> FlightError:
        members = json.loads(data)
        known = {name: members[name] for name in ("digest", "name", "message", "stack") if name in members}
        return FlightError(**known)

    def _model(self, data: bytes) -> list[Any]:
        holder: list[Any] = [None]
        self._put(holder, 0, json.loads(data))
        return holder

    def _put(self, container: Any, key: Any, value: Any) -> None:
        """Put a JSON value into its place, its codes read."""
        if isinstance(value, str) and value.startswith("$"):
            self._code(value, container, key)
        elif isinstance(value, list) and value and value[0] == "$":
            element = Element("", None if value[2] is None else value[2].removeprefix("$"), {})
            self._put(element, "type", value[1])
            for name, item in value[3].items():
                self._put(element.props, name, item)
            container[key] = element
        elif isinstance(value, list):
            container[key] = value
            for index, item in enumerate(value):
                self._put(value, index, item)
        elif isinstance(value, dict):
            container[key] = {}
            for name, item in value.items():
                if name != "__proto__":
                    self._put(container[key], name, item)
        else:
            _store(container, key, value)

    def _code(self, code: str, container: Any, key: Any) -> None:
        kind, rest = code[1:2], code[2:]
        if code in CONSTANTS:
            _store(container, key, CONSTANTS[code])
        elif kind == "$":
            _store(container, key, code[1:])
        elif kind == "S":
            _store(container, key, Symbol(rest))
        elif kind == "n":
            _store(container, key, BigInt(rest))
        elif kind == "D":
            _store(container, key, parse_date(rest) or JSDate(None))
        elif kind == "T":
            _store(container, key, TemporaryReference(rest))
        elif kind == "@":
            promise = self._promises.setdefault(int(rest, 16), Settled())
            self._promise_rows[id(promise)] = int(rest, 16)
            _store(container, key, promise)
        elif code == "$Z":
            _store(container, key, FlightError())
        elif kind in _COLLECTIONS:
            collection = _COLLECTIONS[kind]()
            self._collections.append((kind, collection, int(rest, 16)))
            _store(container, key, collection)
        else:
            kind = kind if kind in "LZhKB" else ""
            row, *steps = code[1 + len(kind) :].split(":")
            link = _Link(kind, int(row, 16), steps, container, key)
            self._links.append(link)
            _store(container, key, link)

    # References

    def _resolve(self, link: _Link) -> Any:
        if not link.done:
            link.done = True
            holder = self._models.get(link.row, [CLOSED])
            value = self._walk(holder[0], link.steps)
            link.value = self._make(link, value) if link.kind in ("h", "K", "B", "Z") else value
            _store(link.container, link.key, link.value)
        return link.value

    def _make(self, link: _Link, model: Any) -> Any:
        """What is made of a row; its own references stand before it in the response, and are resolved."""
        made = self._made.get((link.kind, link.row))
        if made is None:
            if link.kind == "h" and model["bound"] is not None:
                model = {**model, "bound": self._resolved(self._outcome(model["bound"]))}
            elif link.kind != "h":
                model = self._resolved(model)
            made = self._made[link.kind, link.row] = _MAKERS[link.kind](model)
        return made

    def _resolved(self, value: Any) -> Any:
        if isinstance(value, _Link):
            return self._resolve(value)
        return [self._resolved(item) for item in value] if isinstance(value, list) else value

    def _walk(self, value: Any, steps: list[str]) -> Any:
        for step in (None, *steps):
            if step is not None:
                value = self._step(value, step)
            if isinstance(value, _Link):
                value = self._resolve(value)
            if isinstance(value, _Import):
                value = value.reference
        return value

    def _step(self, value: Any, step: str) -> Any:
        if isinstance(value, Element):
            return {"type": value.type, "key": value.key, "props": value.props}[step]
        return value[int(step)] if isinstance(value, list) else value[step]

    def _fill(self, prefix: str, collection: Any, entries: Any) -> None:
        if prefix == "Q":
            for key, value in entries:
                collection[key] = value
        elif prefix == "W":
            for member in entries:
                collection.add(member)
        else:
            collection.values.extend(entries)

    def _settle(self, promise: Settled) -> None:
        value = self._outcome(promise)
        if isinstance(value, Failed):
            promise.error = value.error
        else:
            promise.value = value

    def _outcome(self, promise: Settled) -> Any:
        """The value of a promise's row; of a promise for a promise, that of the last."""
        value: Any = promise
        for _ in self._promises:
            if not isinstance(value, Settled):
                return value
            value = self._models.get(self._promise_rows[id(value)], [CLOSED])[0]
        return CLOSED if isinstance(value, Settled) else value

    def _finish_stream(self, state: _Stream) -> None:
        state.stream.values = [holder[0] for holder in state.values]
        if state.returned is not None:
            state.stream.returned = state.returned[0]


class _Import:
    """The row of a client reference; strings of it may stand in rows of their own."""

    def __init__(self, model: list[Any]) -> None:
        self._model = model

    @property
    def reference(self) -> ClientReference:
        id, _, name = self._model[0][:3]
        return ClientReference(id, name)


def _store(container: Any, key: Any, value: Any) -> None:
    if isinstance(container, Element):
        container.type = value
    elif value is UNDEFINED and isinstance(container, dict):
        container.pop(key, None)
    else:
        container[key] = value


def _make_server(meta: Any) -> ServerReference:
    bound = meta["bound"]
    return ServerReference(meta["id"], None if bound is None else tuple(bound))


def _make_file(model: Any) -> File:
    return File(b"".join(piece.data for piece in model[1:]), None, model[0])


def _make_error(model: Any) -> FlightError:
    return FlightError(name=model["name"], message=model["message"], stack=model["stack"])


_MAKERS: Final[dict[str, Callable[[Any], Any]]] = {
    "h": _make_server,
    "K": lambda entries: FormData((name, value) for name, value in entries),
    "B": _make_file,
    "Z": _make_error,
}

_COLLECTIONS: Final[dict[str, Callable[[], Any]]] = {"Q": Map, "W": Set, "i": lambda: OneShot([])}
