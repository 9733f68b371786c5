"""Development: Vite lives on while Python is started again. This is how each Python process reaches it.

For each render one connection to a Unix socket. To the process that keeps Vite: the options as JSON, the pieces of
Flight, an empty piece. Back: the pieces of HTML, then an empty piece; or, after a length of all ones, what went wrong.
A piece: 4 bytes length, big-endian, then that many bytes.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import tempfile
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Protocol, Self

from jetbridge.errors import ConfigError, WorkerError
from jetbridge.node.vite import ViteServer
from jetbridge.node.worker import DocumentResources, RenderOptions

VARIABLE: Final = "JETBRIDGE_DEV_LINK"

_FAILED: Final = 0xFFFFFFFF
_CHUNK: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class DevLink:
    """Where a Python process finds Vite. origin: its URL. socket: the path of the Unix socket for renders."""

    origin: str
    socket: str

    @classmethod
    def from_environment(cls) -> Self:
        """What the process that keeps Vite has told. Raises: ConfigError when nothing was told."""
        text = os.environ.get(VARIABLE)
        if not text:
            raise ConfigError("Development needs Vite beside Python: start both with `jetbridge dev`.")
        return cls(**json.loads(text))

    def to_environment(self) -> dict[str, str]:
        """For the environment of a Python process."""
        return {VARIABLE: json.dumps(asdict(self))}


class Renderer(Protocol):
    """What makes the HTML beside Vite: a `Worker`."""

    def render_html(self, flight: AsyncIterable[bytes], options: DocumentResources) -> AsyncIterator[bytes]: ...


class LinkedWorker:
    """Has HTML made by the Node process that runs Vite."""

    def __init__(self, link: DevLink) -> None:
        self._link = link

    @property
    def available(self) -> bool:
        """Whether HTML can be made: assumed until a render fails."""
        return True

    async def start(self) -> None:
        """There is nothing to start."""

    async def close(self) -> None:
        """There is nothing to end."""

    async def render_html(self, flight: AsyncIterable[bytes], options: DocumentResources) -> AsyncIterator[bytes]:
        """The HTML of a page, as `Worker.render_html`. Raises: WorkerError; what `flight` raises."""
        try:
            reader, writer = await asyncio.open_unix_connection(self._link.socket)
        except OSError as error:
            raise WorkerError(f"Vite cannot be reached ({error.strerror}).") from None
        pump = asyncio.create_task(_send_flight(writer, flight, options))
        try:
            while html := await _read_piece(reader):
                yield html
        except (OSError, EOFError):
            if pump.done():
                pump.result()
            raise WorkerError("The process beside Vite stopped while it made HTML.") from None
        finally:
            pump.cancel()
            await asyncio.wait({pump})
            writer.close()


class RenderRelay:
    """Beside Vite: takes the renders of Python processes. They wait until there is a renderer."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="jetbridge-"))
        self._server: asyncio.Server | None = None
        self._renderer: asyncio.Future[Renderer] = asyncio.get_running_loop().create_future()

    async def open(self, vite: ViteServer) -> DevLink:
        """Begin to listen; returns what Python processes must know."""
        path = str(self._folder / "render")
        self._server = await asyncio.start_unix_server(self._serve, path)
        return DevLink(vite.origin, path)

    def use(self, renderer: Renderer) -> None:
        """Have this worker make the HTML from now on."""
        self._renderer.set_result(renderer)

    async def close(self) -> None:
        """Take no more renders."""
        if self._server is not None:
            self._server.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        # The other process may go, or no longer want this page, at any time.
        with suppress(OSError, EOFError):
            await self._render(reader, writer)
            # The HTML may be complete before the Flight is: who still writes must not find a closed connection.
            while await reader.read(_CHUNK):
                pass
        writer.close()

    async def _render(self, reader: StreamReader, writer: StreamWriter) -> None:
        options = RenderOptions(**json.loads(await _read_piece(reader)))
        renderer = await asyncio.shield(self._renderer)
        try:
            async for html in renderer.render_html(_pieces(reader), options):
                _write_piece(writer, html)
                await writer.drain()
            _write_piece(writer, b"")
        except WorkerError as error:
            writer.write(_FAILED.to_bytes(4, "big"))
            _write_piece(writer, str(error).encode())
        await writer.drain()


async def _send_flight(writer: StreamWriter, flight: AsyncIterable[bytes], options: DocumentResources) -> None:
    shown = {name: getattr(options, name) for name in ("bootstrap_modules", "preload_modules", "stylesheets", "nonce")}
    _write_piece(writer, json.dumps(shown).encode())
    try:
        async for piece in flight:
            if piece:
                _write_piece(writer, piece)
                await writer.drain()
        _write_piece(writer, b"")
    except BaseException:
        # Half a page must not look like a whole one: the other side sees that the end is missing.
        writer.close()
        raise


async def _pieces(reader: StreamReader) -> AsyncIterator[bytes]:
    while piece := await _read_piece(reader):
        yield piece


async def _read_piece(reader: StreamReader) -> bytes:
    """The next piece. Raises: WorkerError for what went wrong there; EOFError when the connection ends early."""
    size = int.from_bytes(await reader.readexactly(4), "big")
    if size == _FAILED:
        raise WorkerError((await _read_piece(reader)).decode())
    return await reader.readexactly(size)


def _write_piece(writer: StreamWriter, piece: bytes) -> None:
    writer.write(len(piece).to_bytes(4, "big"))
    writer.write(piece)
