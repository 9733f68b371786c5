"""The last step of decoding a reply: values that must know other values in their final form.

Server references are made by the registry from complete bound arguments; Maps and Sets compare their keys; promises
take the outcome of their part, and streams their values.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, NoReturn, TypeVar

from jetbridge.errors import ReplyDecodeError, RequestError
from jetbridge.flight.limits import Limits
from jetbridge.flight.model import UNDEFINED, Map, OneShot, Set, TypedArray
from jetbridge.flight.received import Received, Settled

Collection = TypeVar("Collection", Map, Set)


@dataclass(slots=True, eq=False)
class ServerSlot:
    """A server reference until its bound arguments are complete. places: containers and keys where it stands."""

    part: int
    places: list[tuple[Any, Any]] = field(default_factory=list)
    busy: bool = False
    done: bool = False


@dataclass(slots=True, eq=False)
class _Stream:
    """The values of a stream in lists of one, and what it returned; None if it has no end."""

    stream: Received
    values: list[list[Any]]
    returned: list[Any] | None


class Finisher:
    """Collects what is unfinished while a reply is read. models: the roots of the parts, in lists of one."""

    def __init__(
        self,
        models: dict[int, list[Any]],
        limits: Limits,
        server_reference: Callable[[str, tuple[Any, ...] | None], object],
    ) -> None:
        self._models = models
        self._limits = limits
        self._server_reference = server_reference
        self._promises: dict[int, Settled] = {}
        self._unsettled: dict[int, int] = {}
        self._servers: dict[int, ServerSlot] = {}
        self._collections: dict[int, tuple[Map | Set, list[Any]]] = {}
        self._streams: dict[int, _Stream] = {}
        self._nested = 0
        self._searched = 0

    def promise(self, part: int) -> Settled | None:
        """The promise for a part, if there is one."""
        return self._promises.get(part)

    def add_promise(self, part: int, is_there: bool) -> Settled:
        promise = self._promises[part] = Settled()
        if is_there:
            self._unsettled[id(promise)] = part
        else:
            promise.error = ReplyDecodeError("a promise without its value")
        return promise

    def server(self, part: int) -> ServerSlot:
        """The server reference that a part describes."""
        slot = self._servers.get(part)
        if slot is None:
            slot = self._servers[part] = ServerSlot(part)
        return slot

    def add_collection(self, collection: Collection, entries: list[Any]) -> Collection:
        self._collections[id(collection)] = (collection, entries)
        return collection

    def add_stream(
        self,
        kind: Literal["iterable", "iterator", "values", "bytes"],
        values: list[list[Any]],
        returned: list[Any] | None,
    ) -> Received:
        stream = Received(kind)
        self._streams[id(stream)] = _Stream(stream, values, returned)
        return stream

    def streamed(self) -> list[list[Any]]:
        """The values of all streams."""
        return [holder for state in self._streams.values() for holder in (*state.values, state.returned or [None])]

    def finish(self) -> None:
        """Complete everything. Raises: ReplyDecodeError."""
        for slot in self._servers.values():
            self._finish_server(slot)
        for collection, entries in self._collections.values():
            _fill(collection, entries)
        for promise in self._promises.values():
            self._settle(promise)
        for state in self._streams.values():
            _collect(state)

    def metadata(self, part: int) -> tuple[str, tuple[Any, ...] | None]:
        """Id and bound arguments of the server reference that a part describes. Raises: ReplyDecodeError."""
        meta = self._models[part][0]
        if type(meta) is not dict or type(meta.get("id")) is not str:
            _fail("a server reference without id")
        bound = meta.get("bound")
        if bound is None:
            return meta["id"], None
        if type(bound) is not Settled:
            _fail("bound arguments that are no promise")
        self._settle(bound)
        args = bound.value
        if bound.error is not None or type(args) is not list or len(args) > self._limits.max_bound:
            _fail("bound arguments that are missing, no array, or too many")
        self._complete_below(args)
        return meta["id"], tuple(args)

    def _finish_server(self, slot: ServerSlot) -> None:
        if slot.done:
            return
        self._nested += 1
        if slot.busy or self._nested > self._limits.max_references:
            _fail("a server reference that is bound to itself")
        slot.busy = True
        id, bound = self.metadata(slot.part)
        try:
            value = self._server_reference(id, bound)
        except ReplyDecodeError:
            raise
        except RequestError as error:
            raise ReplyDecodeError(f"a server reference was refused: {error}") from error
        slot.done = True
        self._nested -= 1
        for holder, key in slot.places:
            holder[key] = None if key == "then" and type(holder) is dict else value

    def _complete_below(self, root: list[Any]) -> None:
        """Complete what stands in bound arguments before the registry sees them."""
        seen: set[int] = set()
        late: list[Any] = []
        stack: list[Any] = [root]
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
                _fail("too many bound arguments")
            late.append(value)
            stack += children
        for value in late:
            self._complete(value)

    def _children(self, value: Any) -> list[Any] | None:
        """What a value holds, complete or not; None for values that hold nothing."""
        cls = type(value)
        if cls is list:
            return value  # type: ignore[no-any-return]
        if cls is dict:
            return list(value.values())
        if cls is Map or cls is Set:
            return self._collections[id(value)][1]
        if cls is OneShot:
            return list(value.values)
        if cls is Settled:
            part = self._unsettled.get(id(value))
            return [value.value] if part is None else self._models[part]
        if cls is Received:
            return [holder[0] for holder in self._streams[id(value)].values]
        return None

    def _complete(self, value: Any) -> None:
        cls = type(value)
        if cls is Map or cls is Set:
            _fill(*self._collections[id(value)])
        elif cls is Settled:
            self._settle(value)
        elif cls is Received:
            _collect(self._streams[id(value)])

    def _settle(self, promise: Settled) -> None:
        """Give a promise its outcome; a promise for a promise has the outcome of the last."""
        chain: list[Settled] = []
        while (part := self._unsettled.pop(id(promise), None)) is not None:
            chain.append(promise)
            promise.value = self._models[part][0]
            if type(promise.value) is not Settled:
                break
            promise = promise.value
        if promise.error is None and type(promise.value) is Settled:
            promise.error = ReplyDecodeError("a promise for itself")
        for earlier in chain:
            earlier.value = UNDEFINED if promise.error is not None else promise.value
            earlier.error = promise.error


def _fill(collection: Map | Set, entries: list[Any]) -> None:
    if isinstance(collection, Set):
        for member in entries:
            collection.add(member)
        return
    for entry in entries:
        if type(entry) is not list or len(entry) != 2:
            _fail("an entry of a Map that is no pair")
        collection[entry[0]] = entry[1]


def _collect(state: _Stream) -> None:
    stream = state.stream
    stream.values = [holder[0] for holder in state.values]
    if state.returned is None:
        stream.error = ReplyDecodeError("a stream without its end")
    else:
        stream.returned = state.returned[0]
    if stream.kind == "bytes":
        if any(type(value) is not TypedArray or value.kind != "Uint8Array" for value in stream.values):
            _fail("a byte stream of something else")
        stream.values = [value.data for value in stream.values]


def _fail(message: str) -> NoReturn:
    raise ReplyDecodeError(message)
