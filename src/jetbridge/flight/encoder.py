"""Values to rows: what the server sends to React in the browser, without I/O.

The encoder walks what it has, writes rows, and names what it waits for as Pending. Its owner awaits those, hands
results back with `resolve`, `reject`, `push` and `close`, and sends what `flush` returns.
Source: React 19.3 ReactFlightServer.
"""

from __future__ import annotations

from collections import ChainMap, deque
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from jetbridge.errors import EncodeError
from jetbridge.flight.fast_writer import TOKEN, FastWriter, write_plain
from jetbridge.flight.hints import Hint, preinit_style
from jetbridge.flight.model import UNDEFINED, ClientReference, ServerReference, Stream, Symbol, TypedArray
from jetbridge.flight.places import walk_places
from jetbridge.flight.rows import TYPED_ARRAY_TAGS, hint_row, json_bytes, length_row, text_bytes, text_row
from jetbridge.flight.task import DATA, FAILURES, Task, Where, Writer
from jetbridge.flight.temporary import TemporaryReferences
from jetbridge.flight.values import EXACT, LONG_TEXT, describe_type
from jetbridge.flight.writer import RowWriter

STREAM_TAGS: Final = {"values": b"R", "bytes": b"r", "iterable": b"X", "iterator": b"x"}


@dataclass(frozen=True, slots=True)
class ClientRow:
    """What the row of a client reference says.

    id: the module's, on the wire. chunks: alternating chunk ids and file names. name: the export.
    stylesheets: sent as hints, each once. is_async: whether `require` of the module returns a promise.
    """

    id: str
    chunks: tuple[str, ...]
    name: str
    stylesheets: tuple[str, ...] = ()
    is_async: bool = False


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """What the browser learns of an error.

    name, message, stack: only in development. stack: (function, file, line, column, 0, 0) per call.
    """

    digest: str
    name: str = "Error"
    message: str = ""
    stack: tuple[tuple[str, str, int, int, int, int], ...] = ()


@dataclass(slots=True, eq=False)
class Pending:
    """Something the response waits for: await `source` and `resolve`, or iterate it, `push` and `close`."""

    id: int
    source: Awaitable[Any] | AsyncIterator[Any]
    kind: Literal["promise", "stream"]
    where: Where


@dataclass(slots=True, eq=False)
class _Open:
    """Pending as the encoder sees it. tag: of a stream's opening row."""

    task: Task
    tag: bytes = b""


@dataclass(slots=True, eq=False)
class Drained:
    """A generator that was consumed."""

    generator: Any
    items: list[Any] = field(default_factory=list)
    error: BaseException | None = None


class FlightEncoder:
    """One response.

    client_reference: what the row of a client component says; it may raise when the build lacks the module.
    server_reference: asked for every callable; None for one that is no server action.
    describe_error: what the browser learns of an error, and the place to log it.
    temporary_references: those of the call that is answered; what came from there is given back by its path.
    debug: for React's development build: children that stand side by side in the source are marked as in JSX, so that
        it asks for keys only where a collection is shown.
    """

    def __init__(
        self,
        *,
        client_reference: Callable[[ClientReference], ClientRow],
        server_reference: Callable[[object], ServerReference | None],
        describe_error: Callable[[BaseException, Where], ErrorRow],
        temporary_references: TemporaryReferences | None = None,
        debug: bool = False,
    ) -> None:
        self.debug = debug
        self.client_rows: list[ClientRow] = []
        self.places: dict[int, tuple[str, Any]] = {}
        self.rows: MutableMapping[int, tuple[int, Any]] = {}
        self.seen: dict[int, int] = {}
        self.shared: set[int] = set()
        self.server_reference = server_reference
        self.temporary_references = temporary_references
        self._client_reference = client_reference
        self._describe_error = describe_error
        self._next_id = 1
        self._open: dict[int, _Open] = {}
        self._announced: list[Pending] = []
        self._later: deque[Task] = deque()
        self._fast_rows: dict[int, Any] = {}
        self._drained: dict[int, Drained] = {}
        self._made: list[Any] = []
        self.clients: dict[ClientReference, int] = {}
        self._symbols: dict[Symbol, int] = {}
        self._names: dict[str, bytes] = {}
        self._hints_sent: set[bytes] = set()
        self._imports: list[bytes] = []
        self._hints: list[bytes] = []
        self._models: list[bytes] = []
        self._errors: list[bytes] = []

    # For the owner

    def start(self, root: Any) -> list[Pending]:
        """Write the root. Returns what it waits for."""
        return self._write(Task(0, root))

    def start_settled(
        self, facts: dict[str, Any], name: str, where: Where, value: Any, error: BaseException | None
    ) -> list[Pending]:
        """Write a root of plain data with one promise in it that is settled already, as `name`: by `value` or `error`.

        The rows are those of `start` and `resolve` or `reject`. where: the promise stands there, without path.
        """
        id = self.new_id()
        self._models.append(text_row(0, write_plain({**facts, name: f"{TOKEN}@{id:x}"})))
        if error is not None:
            self._error(id, error, where)
            return []
        return self._write(Task(id, value, where.boundary, where.suspended, (name,), node=False))

    def resolve(self, pending: Pending, value: Any) -> list[Pending]:
        """A promise came true. Returns what its value waits for."""
        opened = self._open.pop(pending.id, None)
        if opened is None:
            return []
        opened.task.value = value
        return self._write(opened.task)

    def reject(self, pending: Pending, error: BaseException) -> None:
        """A promise or a stream failed."""
        if self._open.pop(pending.id, None) is not None:
            self._error(pending.id, error, pending.where)

    def push(self, pending: Pending, value: Any) -> list[Pending]:
        """A stream gave a value. Returns what the value waits for.

        Raises: EncodeError for a piece of a byte stream that is no bytes.
        """
        opened = self._open.get(pending.id)
        if opened is None:
            return []
        if opened.tag == b"r":
            data = _bytes_of(value, pending.where)
            if data:
                self._models.append(length_row(pending.id, "b", data))
            return []
        # A stream may be endless: nothing is remembered of its values, and they share objects with nobody.
        kept = self.places, self.rows, self.seen, self._drained
        self.places, self.rows, self.seen, self._drained = {}, ChainMap({}, self.rows), {}, {}
        opened.task.value = value
        try:
            return self._write(opened.task)
        finally:
            opened.task.value = None
            self.places, self.rows, self.seen, self._drained = kept

    def close(self, pending: Pending, value: Any = UNDEFINED) -> None:
        """A stream ended. value: what an async iterator returned."""
        opened = self._open.pop(pending.id, None)
        if opened is None:
            return
        model = b""
        if value is not UNDEFINED and opened.tag in (b"X", b"x"):
            opened.task.value = value
            model = text_bytes(RowWriter(self, opened.task).write(opened.task))
        self._models.append(text_row(pending.id, model, b"C"))

    def abort(self, error: BaseException) -> None:
        """Fail everything that is outstanding, with one error."""
        shared: int | None = None
        for id, opened in self._open.items():
            if opened.tag:
                self._error(id, error, opened.task.where)
                continue
            if shared is None:
                shared = self.error_row(error, opened.task.where)
            self._errors.append(text_row(id, b'"$%x"' % shared))
        self._open.clear()

    def hint(self, hint: Hint) -> None:
        """Tell the browser about a resource, once.

        Raises: ValueError for an address that starts with "$", which React would misread.
        """
        href = hint.model if isinstance(hint.model, str) else hint.model[0]
        if href.startswith("$"):
            raise ValueError("the address of a hint must not start with '$'")
        row = hint_row(hint.code, hint.model)
        if row not in self._hints_sent:
            self._hints_sent.add(row)
            self._hints.append(row)

    def flush(self) -> bytes:
        """The rows that are ready: imports first, then hints, values, errors."""
        data = b"".join((*self._imports, *self._hints, *self._models, *self._errors))
        for queue in (self._imports, self._hints, self._models, self._errors):
            queue.clear()
        return data

    # For the writers of rows (task.Outliner)

    def place_of(self, value: Any) -> str | None:
        """The path of an object that was written before."""
        known = self.places.get(id(value))
        if known is None:
            row = self.seen.get(id(value), EXACT)
            if row == EXACT or row not in self._fast_rows:
                return None
            for ref, found in walk_places(row, self._fast_rows.pop(row), self.items):
                self.places.setdefault(id(found), (ref, found))
            known = self.places.get(id(value))
        return None if known is None else known[0]

    def items(self, generator: Any) -> list[Any]:
        """What a generator yields. It is consumed once and remembered, for whoever comes second."""
        drained = self._drained.get(id(generator))
        if drained is None:
            drained = self._drained[id(generator)] = Drained(generator)
            try:
                drained.items.extend(generator)
            except FAILURES as error:
                drained.error = error
        if drained.error is not None:
            raise drained.error
        return drained.items

    def new_id(self) -> int:
        id = self._next_id
        self._next_id += 1
        return id

    def add_rows(self, rows: bytes) -> None:
        """Take over rows that are complete; their ids are of this response."""
        self._models.append(rows)

    def text_row(self, text: str) -> int | None:
        """A row of literal text, one for each text; None if the text has no UTF-8 (lone surrogates)."""
        known = self.rows.get(id(text))
        if known is not None:
            return known[0]
        try:
            data = text.encode()
        except UnicodeEncodeError:
            return None
        row = self.new_id()
        self.rows[id(text)] = (row, text)
        self._models.append(length_row(row, "T", data))
        return row

    def binary_row(self, value: TypedArray) -> int:
        id = self.new_id()
        self._models.append(length_row(id, TYPED_ARRAY_TAGS[value.kind], value.data))
        return id

    def model_row(self, task: Task, depth: int) -> int:
        """A row that must be read before the one being written."""
        task.id = self.new_id()
        self._row(task, depth)
        return task.id

    def shared_row(self, task: Task, depth: int) -> int:
        """A row for an object that occurs several times, made when the first of them is written."""
        task.id = self.new_id()
        self.rows[id(task.value)] = (task.id, task.value)
        self._row(task, depth)
        return task.id

    def later_row(self, task: Task) -> int:
        """A row that is written after the current one."""
        task.id = self.new_id()
        self._later.append(task)
        return task.id

    def promise_row(self, source: Any, task: Task) -> int:
        task.id = self.new_id()
        self._open[task.id] = _Open(task)
        self._announced.append(Pending(task.id, source, "promise", task.where))
        return task.id

    def stream_row(self, source: Stream, task: Task) -> int:
        task.id, task.tracked = self.new_id(), False
        tag = STREAM_TAGS[source.kind]
        self._models.append(text_row(task.id, b"", tag))
        self._open[task.id] = _Open(task, tag)
        self._announced.append(Pending(task.id, aiter(source.source), "stream", task.where))
        return task.id

    def symbol_row(self, symbol: Symbol) -> int:
        """The row of an element type that is a symbol: one per response."""
        id = self._symbols.get(symbol)
        if id is None:
            id = self._symbols[symbol] = self.new_id()
            self._imports.append(text_row(id, json_bytes("$S" + symbol.key)))
        return id

    def client_row(self, reference: ClientReference, where: Where) -> int:
        """The row of a client reference: one per response. If the build lacks it, the row is an error."""
        id = self.clients.get(reference)
        if id is not None:
            return id
        id = self.clients[reference] = self.new_id()
        try:
            row = self._client_reference(reference)
        except FAILURES as error:
            self._error(id, error, where)
            return id
        model: list[Any] = [_escaped(row.id), [_escaped(chunk) for chunk in row.chunks], _escaped(row.name)]
        if row.is_async:
            model.append(1)
        for stylesheet in row.stylesheets:
            self.hint(preinit_style(stylesheet, precedence="default"))
        self._imports.append(text_row(id, json_bytes(model), b"I"))
        self.client_rows.append(row)
        return id

    def server_row(self, reference: ServerReference, writer: Writer) -> int:
        name = self._names.get(reference.id)
        if name is None:
            name = self._names[reference.id] = json_bytes(_escaped(reference.id))
        bound = reference.bound
        if bound is None:
            id = self.new_id()
            self._models.append(b'%x:{"id":%b,"bound":null}\n' % (id, name))
            return id
        if len(bound) == 1 and type(bound[0]) is str and len(bound[0]) < LONG_TEXT:
            # What nearly every action of a page has: one sealed value.
            args, id = self.new_id(), self.new_id()
            token = json_bytes(_escaped(bound[0]))
            self._models.append(b'%x:[%b]\n%x:{"id":%b,"bound":"$@%x"}\n' % (args, token, id, name, args))
            return id
        args = self.model_row(writer.task(list(bound), DATA, node=False), writer.depth + 1)
        id = self.new_id()
        self._models.append(b'%x:{"id":%b,"bound":"$@%x"}\n' % (id, name, args))
        return id

    def error_row(self, error: BaseException, where: Where) -> int:
        id = self.new_id()
        self._error(id, error, where)
        return id

    def error_value_row(self) -> int:
        """An exception that is sent as a value: nothing of it but its being an error reaches production."""
        id = self.new_id()
        self._models.append(text_row(id, json_bytes({"name": "Error", "message": "", "stack": [], "env": "Server"})))
        return id

    # Inside

    def _write(self, task: Task) -> list[Pending]:
        self._row(task, 0)
        while self._later:
            self._row(self._later.popleft(), 0)
        announced, self._announced = self._announced, []
        return announced

    def _row(self, task: Task, depth: int) -> None:
        plain = task.key_path is None and not task.implicit_slot
        if plain and not self.debug and self.temporary_references is None:
            fast = FastWriter(self, task, depth)
            data = fast.write(task)
            if data is not None:
                self._models.append(text_row(task.id, data))
                if task.tracked:
                    self._fast_rows[task.id] = task.value
                    self._made += fast.made
                return
        writer = RowWriter(self, task, depth)
        try:
            text = writer.write(task)
        except FAILURES as error:
            self._error(task.id, writer.explain(error), writer.where())
        else:
            self._models.append(text_row(task.id, text_bytes(text)))

    def _error(self, id: int, error: BaseException, where: Where) -> None:
        """Fail a row. All members are written although production reads only the digest: development needs them."""
        row = self._describe_error(error, where)
        model = {
            "digest": row.digest,
            "name": row.name,
            "message": row.message,
            "stack": [list(call) for call in row.stack],
            "env": "Server",
            "owner": None,
        }
        self._errors.append(text_row(id, json_bytes(model), b"E"))


def _bytes_of(value: Any, where: Where) -> memoryview:
    try:
        return memoryview(value).cast("B")
    except TypeError:
        place = f", at {where.path}" if where.path else ""
        text = (
            f"Cannot send {describe_type(value)} in a byte stream{place}. Its pieces must be bytes: encode text first."
        )
        raise EncodeError(text, where.path) from None


def _escaped(text: str) -> str:
    return "$" + text if text[:1] == "$" else text
