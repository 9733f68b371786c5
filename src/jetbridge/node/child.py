"""One Node child process, from its start to its end: its pipes as frames, and its renders."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final, Self, cast

from jetbridge.errors import WorkerError
from jetbridge.node.frames import Frame, FrameError, FrameReader, FrameType, encode_credit, encode_frame

logger = logging.getLogger("jetbridge.node")

CLOSE_SECONDS: Final = 2.0
"""How long a process may take to end by itself."""
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
        # Not an isinstance check: uvloop's transports have a family of their own.
        self._transport = cast("asyncio.SubprocessTransport", transport)
        self._stdin = cast("asyncio.WriteTransport", self._transport.get_pipe_transport(0))

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
    def alive(self) -> bool:
        """Whether it may be asked for something."""
        return self._stdin is not None

    @property
    def pid(self) -> int:
        return self._transport.get_pid() if self._transport is not None else 0

    @property
    def returncode(self) -> int | None:
        return self._transport.get_returncode() if self._transport is not None else None

    def open_render(self, options: Mapping[str, Any]) -> Render:
        """Start a render in a process that is alive."""
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
            with suppress(TimeoutError):
                async with asyncio.timeout(CLOSE_SECONDS):
                    await self.exited.wait()
        finally:
            # Also when whoever waits is cancelled: nobody else will end the process.
            if not self.exited.is_set():
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
            self.ready.set_exception(WorkerError("it ended before it was ready"))
            self.ready.exception()  # whoever waited may have gone, which is no error

    def _log_errors(self, data: bytes) -> None:
        text, newline, self._errors = (self._errors + data).rpartition(b"\n")
        if newline and text.strip():
            logger.warning("node: %s", text.decode(errors="replace").rstrip())
