"""One Node child process: its pipes as frames, its renders, its life and its restarts."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, Self

from jetbridge import wire
from jetbridge.errors import ConfigError, WorkerError
from jetbridge.node.frames import PROTOCOL, Frame, FrameError, FrameReader, FrameType, encode_credit, encode_frame

logger = logging.getLogger("jetbridge.node")

START_SECONDS: Final = 30.0
"""How long a process may take until it is ready."""
PING_SECONDS: Final = 5.0
"""A process that has work and does not answer for two of these is killed."""
CLOSE_SECONDS: Final = 2.0
FIRST_DELAY: Final = 0.1
LAST_DELAY: Final = 5.0
"""Seconds between the end of a process and the next one; doubled each time up to the last."""
STEADY_SECONDS: Final = 10.0
"""A process that lived this long starts the delays afresh."""
HTML_WAITING: Final = 64 * 1024
"""Bytes of HTML that may wait for their reader before no more Flight is sent for this render."""


class Render:
    """One render in a process: Flight goes in with `send` and `finish`, HTML comes out by iteration."""

    def __init__(self, child: Child, stream: int) -> None:
        self._child = child
        self._stream = stream
        self._pieces: deque[bytes] = deque()
        self._waiting = 0
        self._ended = False
        self._error: BaseException | None = None
        self._arrived = asyncio.Event()
        self._taken = asyncio.Event()

    async def send(self, flight: bytes) -> None:
        """Hand Flight to Node; waits while Node or the reader of the HTML is behind."""
        while self._waiting > HTML_WAITING and not self._ended:
            self._taken.clear()
            await self._taken.wait()
        await self._child.writable.wait()
        if not self._ended:
            self._child.write(encode_frame(FrameType.FLIGHT, self._stream, flight))

    def finish(self) -> None:
        """There is no more Flight."""
        if not self._ended:
            self._child.write(encode_frame(FrameType.FLIGHT_END, self._stream))

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        while not self._pieces:
            if self._error is not None:
                raise self._error
            if self._ended:
                raise StopAsyncIteration
            self._arrived.clear()
            await self._arrived.wait()
        piece = self._pieces.popleft()
        self._waiting -= len(piece)
        self._taken.set()
        if not self._ended:
            self._child.write(encode_credit(self._stream, len(piece)))
        return piece

    def fail(self, error: BaseException) -> None:
        """End with an error, which the reader gets after the pieces that came before it."""
        if not self._ended:
            self._error = error
            self.end()

    def end(self) -> None:
        """The HTML is complete."""
        self._ended = True
        self._arrived.set()
        self._taken.set()

    def add(self, piece: bytes) -> None:
        """HTML has come."""
        self._pieces.append(piece)
        self._waiting += len(piece)
        self._arrived.set()

    def close(self) -> None:
        """Nobody reads any more: Node may stop."""
        if not self._ended:
            self._child.write(encode_frame(FrameType.ABORT, self._stream, b"The reader has gone."))
            self.end()
        self._child.renders.pop(self._stream, None)


class Child(asyncio.SubprocessProtocol):
    """One process, from its start to its end. ready: what it said when it was ready; exited: set at its end."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.renders: dict[int, Render] = {}
        self.ready: asyncio.Future[dict[str, Any]] = loop.create_future()
        self.exited = asyncio.Event()
        self.writable = asyncio.Event()
        self.writable.set()
        self.heard = loop.time()
        self._loop = loop
        self._reader = FrameReader()
        self._outgoing: list[bytes] = []
        self._errors = b""
        self._last_stream = 0
        self._transport: asyncio.SubprocessTransport | None = None
        self._stdin: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.SubprocessTransport)  # noqa: S101
        self._transport = transport
        self._stdin = transport.get_pipe_transport(0)  # type: ignore[assignment]

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        if fd == 2:
            self._log_errors(data)
            return
        self.heard = self._loop.time()
        try:
            for frame in self._reader.feed(data):
                self._receive(frame)
        except FrameError as error:
            self.kill(f"it sent no frames ({error})")

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        if fd == 1:
            self._lost()
        elif fd == 2:
            self._log_errors(b"\n")

    def process_exited(self) -> None:
        self._lost()

    def connection_lost(self, exc: Exception | None) -> None:
        self._lost()
        if self._transport is not None:
            self._transport.close()
        self.exited.set()

    def pause_writing(self) -> None:
        self.writable.clear()

    def resume_writing(self) -> None:
        self.writable.set()

    @property
    def pid(self) -> int:
        return self._transport.get_pid() if self._transport is not None else 0

    @property
    def returncode(self) -> int | None:
        return self._transport.get_returncode() if self._transport is not None else None

    def open_render(self, options: Mapping[str, Any]) -> Render:
        """Start a render. Raises: WorkerError when the process is at its end."""
        if self._stdin is None:
            raise WorkerError("The Node process has stopped.")
        self._last_stream = self._last_stream % 0xFFFFFFFF + 1
        render = self.renders[self._last_stream] = Render(self, self._last_stream)
        self.write(encode_frame(FrameType.RENDER, self._last_stream, json.dumps(options).encode()))
        return render

    def write(self, frame: bytes) -> None:
        """Send a frame, together with the others of this turn of the event loop."""
        if not self._outgoing:
            self._loop.call_soon(self._flush)
        self._outgoing.append(frame)

    def _flush(self) -> None:
        data = b"".join(self._outgoing)
        self._outgoing.clear()
        if self._stdin is not None:
            self._stdin.write(data)

    def kill(self, reason: str) -> None:
        """End the process at once."""
        logger.error("The Node process %d is killed: %s.", self.pid, reason)
        self._end(force=True)
        self._lost()

    async def close(self) -> None:
        """Let the process go: it ends when its input ends."""
        self._end(force=False)
        try:
            await asyncio.wait_for(self.exited.wait(), CLOSE_SECONDS)
        except TimeoutError:
            self._end(force=True)
            await self.exited.wait()

    def _end(self, *, force: bool) -> None:
        if self._stdin is not None:
            self._stdin.close()
        if force and self._transport is not None:
            with suppress(ProcessLookupError):
                self._transport.kill()

    def _receive(self, frame: Frame) -> None:
        render = self.renders.get(frame.stream)
        match frame.type:
            case FrameType.HTML if render is not None:
                render.add(frame.payload)
            case FrameType.HTML_END if render is not None:
                render.end()
            case FrameType.ERROR if render is not None:
                render.fail(WorkerError(f"Making HTML failed. {frame.payload.decode(errors='replace')}"))
            case FrameType.LOG:
                entry = json.loads(frame.payload)
                logger.log(logging.WARNING if entry["level"] == "warning" else logging.INFO, "%s", entry["message"])
            case FrameType.READY if not self.ready.done():
                self.ready.set_result(json.loads(frame.payload))

    def _lost(self) -> None:
        """The process is at its end, or no longer to be trusted: nobody may wait for it."""
        self._stdin = None
        self.writable.set()
        for render in list(self.renders.values()):
            render.fail(WorkerError("The Node process stopped while it made HTML."))
        self.renders.clear()
        if not self.ready.done():
            self.ready.cancel()

    def _log_errors(self, data: bytes) -> None:
        *lines, self._errors = (self._errors + data).split(b"\n")
        for line in lines:
            if line.strip():
                logger.warning("node: %s", line.decode(errors="replace").rstrip())


class NodeProcess:
    """A Node process that is started again whenever it ends.

    command: program and arguments. settings: what the process is told first, asked for at each start.
    role: for the log, such as "The HTML worker". without: what happens while it is away, for the log.
    """

    def __init__(
        self,
        command: Sequence[str],
        settings: Callable[[], Mapping[str, Any]],
        *,
        cwd: str,
        mode: str,
        role: str,
        without: str,
    ) -> None:
        self._command = tuple(command)
        self._settings = settings
        self._cwd = cwd
        self._mode = mode
        self._role = role
        self._without = without
        self._child: Child | None = None
        self._supervisor: asyncio.Task[None] | None = None
        self.answer: Mapping[str, Any] = {}

    @property
    def child(self) -> Child | None:
        """The process that is ready now, or None."""
        return self._child

    @property
    def load(self) -> int:
        """Renders under way."""
        return len(self._child.renders) if self._child is not None else 0

    def open_render(self, options: Mapping[str, Any]) -> Render:
        """Start a render. Raises: WorkerError while the process is away."""
        if self._child is None:
            raise WorkerError(f"{self._role} is away.")
        return self._child.open_render(options)

    async def start(self) -> None:
        """Start the process and wait until it is ready or has failed once.

        Raises: ConfigError with its own words when it says that the project cannot be served.
        """
        first: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._supervisor = asyncio.create_task(self._supervise(first))
        await first

    async def close(self) -> None:
        """End the process; renders under way fail."""
        if self._supervisor is not None:
            self._supervisor.cancel()
            with suppress(asyncio.CancelledError):
                await self._supervisor
            self._supervisor = None

    async def _supervise(self, first: asyncio.Future[None]) -> None:
        loop = asyncio.get_running_loop()
        delay = FIRST_DELAY
        away = False
        while True:
            started = loop.time()
            try:
                child = await self._launch()
            except ConfigError as error:
                if not first.done():
                    first.set_exception(error)
                    return
                reason = str(error)
            except (OSError, WorkerError) as error:
                reason = str(error)
            else:
                if away:
                    logger.info("%s is back (process %d).", self._role, child.pid)
                away = False
                reason = await self._watch(child, first)
            if not away:
                logger.warning("%s stopped: %s. %s until it is back.", self._role, reason, self._without)
                away = True
            if not first.done():
                first.set_result(None)
            if loop.time() - started > STEADY_SECONDS:
                delay = FIRST_DELAY
            await asyncio.sleep(delay)
            delay = min(delay * 2, LAST_DELAY)

    async def _launch(self) -> Child:
        """A process that is ready. Raises: OSError, WorkerError, ConfigError."""
        child = await self._spawn()
        try:
            child.write(encode_frame(FrameType.INIT, 0, json.dumps(self._settings()).encode()))
            try:
                answer = await asyncio.wait_for(asyncio.shield(child.ready), START_SECONDS)
            except TimeoutError:
                raise WorkerError(f"it was not ready within {START_SECONDS:.0f} seconds") from None
            except asyncio.CancelledError:
                if not child.ready.cancelled():
                    raise
                raise WorkerError("it ended before it was ready") from None
            self._check(answer)
        except BaseException:
            await child.close()
            raise
        self.answer = answer
        return child

    async def _spawn(self) -> Child:
        env = {name: value for name, value in os.environ.items() if name != "JETBRIDGE_SECRET"}
        # Ctrl-C in a terminal goes to the whole group; the process has to stay until the server lets it go.
        group: dict[str, Any] = {"start_new_session": True}
        if sys.platform == "win32":
            group = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
        loop = asyncio.get_running_loop()
        _, child = await loop.subprocess_exec(
            Child, *self._command, cwd=self._cwd, env=env | {"NODE_ENV": self._mode}, **group
        )
        return child

    def _check(self, answer: Mapping[str, Any]) -> None:
        if answer.get("error"):
            raise ConfigError(answer["error"])
        if answer["protocol"] != PROTOCOL or answer["react"] != wire.REACT_VERSION:
            raise ConfigError(
                f"The files beside jetbridge are of another version (React {answer.get('react')}, protocol "
                f"{answer['protocol']}): install jetbridge again."
            )

    async def _watch(self, child: Child, first: asyncio.Future[None]) -> str:
        """Offer the process until its end; returns how it ended."""
        self._child = child
        if not first.done():
            first.set_result(None)
        try:
            while not child.exited.is_set():
                asked = child.heard if child.renders else None
                if asked is not None:
                    child.write(encode_frame(FrameType.PING))
                with suppress(TimeoutError):
                    await asyncio.wait_for(child.exited.wait(), PING_SECONDS)
                if asked is not None and child.heard == asked and not child.exited.is_set():
                    child.kill(f"it has not answered for {PING_SECONDS:.0f} seconds")
        finally:
            self._child = None
            if not child.exited.is_set():
                await child.close()
        return f"exit status {child.returncode}"
