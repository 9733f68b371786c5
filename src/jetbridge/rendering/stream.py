"""Drives the encoder: awaits the parts of a payload, the shell first, then each part as it finishes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from inspect import iscoroutine
from types import TracebackType
from typing import Any, Final, Self, cast

import anyio
from anyio.abc import TaskGroup

from jetbridge.errors import Signal, captured
from jetbridge.flight.encoder import ClientRow, ErrorRow, FlightEncoder, Pending
from jetbridge.flight.model import ClientReference, ServerReference
from jetbridge.flight.task import Where
from jetbridge.rendering.cancelling import asyncio_task
from jetbridge.rendering.failures import DescribedError, Failure

RETURN_VALUE: Final = "returnValue"
"""Boundary key of an action's result: its failure belongs to the caller and leaves the page alone."""

_IN_RESULT: Final = Where("", RETURN_VALUE, False)

CLOSE_SECONDS: Final = 2.0
"""How long an async generator may take to end when nobody asks for its items any more."""


class Settled(Awaitable[Any]):
    """A result that is known already, and can be awaited by each attempt to render the answer."""

    __slots__ = ("failure", "value")

    def __init__(self, value: Any, failure: Failure | None) -> None:
        self.value = value
        self.failure = failure

    @property
    def error(self) -> DescribedError | None:
        """What awaiting it raises, if anything."""
        return None if self.failure is None else DescribedError(self.failure)

    def __await__(self) -> Generator[Any, None, Any]:
        if self.error is not None:
            raise self.error
        return self.value
        yield


class AtEnd(Awaitable[Any]):
    """A value of the payload that is known when everything else is: it is asked for then, and goes out last."""

    __slots__ = ("value",)

    def __init__(self, value: Callable[[], Any]) -> None:
        self.value = value

    def __await__(self) -> Generator[Any, None, Any]:
        return self.value()
        yield


@dataclass(frozen=True, slots=True)
class References:
    """How the encoder finds out what a reference looks like on the wire, and what may be said of an error.

    describe: an exception and its path in the payload -> what is told about it. debug: in development.
    """

    client: Callable[[ClientReference], ClientRow]
    server: Callable[[object], ServerReference | None]
    describe: Callable[[BaseException, str], Failure]
    debug: bool = False


@dataclass(frozen=True, slots=True)
class ShellFailure:
    """A part of the shell failed, so the response can still become another one.

    level: key of the innermost Boundary around it, None outside of all.
    """

    failure: Failure
    level: int | None


class FlightStream:
    """One Flight response, while it is made.

    `async with FlightStream(references) as stream`: `await stream.start(payload)` returns when the shell is complete,
    so that status and headers can be decided; then `next_chunk()` until it returns b"".
    A part is in the shell unless it stands below a Suspense boundary or in an action's result.
    """

    def __init__(self, references: References) -> None:
        self._references = references
        self._tasks: TaskGroup | None = None
        self._changed: anyio.Event | None = None
        self._drained: anyio.Event | None = None
        self._outstanding: set[Pending] = set()
        self._at_end: list[tuple[Pending, AtEnd]] = []
        self._shell_outstanding = 0
        self._shell_sent = False
        self._shell_failure: ShellFailure | None = None
        self.failed = False
        """Whether any part failed."""
        self._leaving = False
        self._running: set[asyncio.Task[Any]] = set()
        self._encoder = FlightEncoder(
            client_reference=references.client,
            server_reference=references.server,
            describe_error=self._error_row,
            debug=references.debug,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Whoever leaves early (a browser that went away, a shell that failed) needs no part that is still under way.
        self._leaving = True
        try:
            if self._tasks is not None:
                for task in self._running:
                    task.cancel()
                if not self._running:
                    self._tasks.cancel_scope.cancel()
                # The error of the one who uses the stream stays what it is: a task group would wrap it.
                await self._tasks.__aexit__(None, None, None)
        finally:
            for part in self._outstanding:
                if iscoroutine(part.source):
                    part.source.close()  # a task that ends before its first step leaves it as it is
            # Breaks the circle that it closes by `_error_row`: the page goes now, not when the garbage is collected.
            del self._encoder

    @property
    def client_rows(self) -> list[ClientRow]:
        """The client references written so far."""
        return self._encoder.client_rows

    async def start(self, payload: Any) -> ShellFailure | None:
        """Encode `payload` and wait for its shell, or for the first part of the shell that fails."""
        pending = self._settle(self._encoder.start(payload))
        if pending:
            await self._begin_first(pending)
        self._finish()
        while self._shell_outstanding and self._shell_failure is None:
            await self._change()
        self._shell_sent = True
        return self._shell_failure

    async def start_result(self, facts: dict[str, Any], result: Settled) -> None:
        """Encode an answer that is no page: facts, which are plain data, and the result of an action beside them.

        The rows are those of a payload that holds the result as a promise.
        """
        pending = self._encoder.start_settled(facts, RETURN_VALUE, _IN_RESULT, result.value, result.error)
        if pending:
            await self._begin_first(pending)
        self._shell_sent = True

    @property
    def is_complete(self) -> bool:
        """Whether the next chunk is the last one."""
        return not self._outstanding

    async def next_chunk(self) -> bytes:
        """The rows that became ready since the last call; b"" at the end. May be cancelled and called again."""
        while True:
            chunk = self._encoder.flush()
            if chunk:
                if self._drained is not None:
                    self._drained.set()
                    self._drained = None
                return chunk
            if not self._outstanding:
                return b""
            await self._change()

    def _settle(self, pending: list[Pending]) -> list[Pending]:
        """Write what is known already; returns what has to be waited for."""
        waiting: list[Pending] = []
        for part in pending:
            source = part.source
            if isinstance(source, AtEnd):
                self._at_end.append((part, source))
            elif not isinstance(source, Settled):
                waiting.append(part)
            elif source.error is not None:
                self._encoder.reject(part, source.error)
            else:
                waiting += self._settle(self._encoder.resolve(part, source.value))
        return waiting

    def _finish(self) -> None:
        """Write what goes last, once there is nothing else under way."""
        if not self._outstanding:
            for part, source in self._at_end:
                self._encoder.resolve(part, source.value())
            self._at_end.clear()

    async def _begin_first(self, pending: list[Pending]) -> None:
        # Most answers of actions have no part that is waited for, and are spared the task group.
        self._tasks = await anyio.create_task_group().__aenter__()
        self._begin(self._tasks, pending)

    def _begin(self, tasks: TaskGroup, pending: list[Pending]) -> None:
        for part in pending:
            self._outstanding.add(part)
            if part.kind == "stream":
                tasks.start_soon(self._run_stream, tasks, part)
            else:
                self._shell_outstanding += _in_shell(part.where)
                tasks.start_soon(self._run, tasks, part)

    async def _run(self, tasks: TaskGroup, part: Pending) -> None:
        if self._leaving:
            return
        try:
            with self._cancelled_once():
                value = await cast("Awaitable[Any]", part.source)
        except BaseException as error:
            self._encoder.reject(part, self._failure_of(error))
        else:
            self._begin(tasks, self._encoder.resolve(part, value))
        self._outstanding.discard(part)
        self._shell_outstanding -= _in_shell(part.where)
        self._finish()
        self._notify()

    async def _run_stream(self, tasks: TaskGroup, part: Pending) -> None:
        source = cast("AsyncIterator[Any]", part.source)
        if self._leaving:
            return
        try:
            with self._cancelled_once():
                async for item in source:
                    if self._drained is None:
                        self._drained = anyio.Event()
                    drained = self._drained
                    self._begin(tasks, self._encoder.push(part, item))
                    self._notify()
                    # The next item is asked for when the browser's side has taken this one: a slow reader holds no
                    # queue.
                    await drained.wait()
        except BaseException as error:
            self._encoder.reject(part, self._failure_of(error))
        else:
            self._encoder.close(part)
        finally:
            if isinstance(source, AsyncGenerator):
                await self._close(source, part)
        self._outstanding.discard(part)
        self._finish()
        self._notify()

    async def _close(self, source: AsyncGenerator[Any, None], part: Pending) -> None:
        """End a generator in the task that ran it: what it holds open may not be closed by another one."""
        try:
            with anyio.move_on_after(CLOSE_SECONDS, shield=True):
                await source.aclose()
        except Exception as error:
            self._references.describe(error, part.where.path)

    @contextmanager
    def _cancelled_once(self) -> Iterator[None]:
        """Around the application's code: see `rendering.cancelling`."""
        task = asyncio_task()
        if task is None:
            yield
            return
        self._running.add(task)
        try:
            with anyio.CancelScope(shield=True):
                yield
        finally:
            self._running.discard(task)

    def _failure_of(self, error: BaseException) -> Exception | Signal:
        """What a part failed with. Raises: `error` itself when the whole response is being given up."""
        failure = captured(error)
        if failure is not None:
            return failure
        if self._leaving or not isinstance(error, asyncio.CancelledError):
            raise error
        failure = RuntimeError("something that this part awaited was cancelled").with_traceback(error.__traceback__)
        failure.__cause__ = error
        return failure

    async def _change(self) -> None:
        """Wait until something has happened."""
        if self._changed is None:
            self._changed = anyio.Event()
        await self._changed.wait()

    def _notify(self) -> None:
        if self._changed is not None:
            self._changed.set()
            self._changed = None

    def _error_row(self, error: BaseException, where: Where) -> ErrorRow:
        self.failed = True
        failure = self._references.describe(error, where.path)
        if not self._shell_sent and self._shell_failure is None and _in_shell(where):
            level = where.boundary if isinstance(where.boundary, int) else None
            self._shell_failure = ShellFailure(failure, level)
            self._notify()
        return failure.row()


def _in_shell(where: Where) -> bool:
    return not where.suspended and where.boundary != RETURN_VALUE
