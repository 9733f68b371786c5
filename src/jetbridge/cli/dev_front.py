"""The one port of development: passes connections on, to the Python process of the moment or to Vite.

Python is started again after each edit; connections made meanwhile wait here, and none is refused. The web socket of
hot reload goes to Vite, past Python: the open page would reload, and lose its state, if that socket broke.
"""

from __future__ import annotations

import asyncio
import re
import socket
from asyncio import StreamReader, StreamWriter
from collections.abc import Sequence
from contextlib import suppress
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from jetbridge import wire
from jetbridge.server.origin import matches_origin

_MAX_HEAD: Final = 64 * 1024
_CHUNK: Final = 64 * 1024

_HOT_RELOAD: Final = re.compile(
    rb"GET " + re.escape(wire.DEV_PATH).encode() + rb".*\r\nupgrade: *websocket", re.IGNORECASE | re.DOTALL
)

_AWAY: Final = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n"
    b"Refresh: 1\r\n\r\nThe Python process has ended; the terminal says why. This page asks again by itself.\n"
)

_HOST: Final = re.compile(rb"\r\nhost:[ \t]*([^\r\n]*)", re.IGNORECASE)

_STRANGE_HOST: Final = (
    b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n"
    b"The development server does not know this host name. If it is yours, start it with JETBRIDGE_ALLOWED_ORIGINS=%s\n"
)


class Front:
    """Listens on the port that the developer opens.

    allowed_origins: under whose names the port may be opened, besides localhost and addresses.
    """

    def __init__(self, listening: socket.socket, vite_port: int, allowed_origins: Sequence[str] = ()) -> None:
        self._listening = listening
        self._allowed_origins = allowed_origins
        self._vite_port = vite_port
        self._python_port = 0
        self._ready = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        """Begin to accept."""
        self._server = await asyncio.start_server(self._accept, sock=self._listening, limit=_MAX_HEAD)

    async def close(self) -> None:
        """Accept no more, and cut what is open."""
        if self._server is not None:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    def hold(self) -> None:
        """Let new connections wait until `send_to`."""
        self._ready.clear()

    def send_to(self, port: int) -> None:
        """Pass new connections on to this port of the loopback interface."""
        self._python_port = port
        self._ready.set()

    async def _accept(self, reader: StreamReader, writer: StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        with suppress(OSError, asyncio.CancelledError):
            await self._serve(reader, writer)
        writer.close()

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        head = await _read_head(reader)
        if not head:
            return
        host = found[1].decode("latin-1") if (found := _HOST.search(head)) else "localhost"
        if not is_known_host(host, self._allowed_origins):
            writer.write(_STRANGE_HOST % f"http://{host}".encode("ascii", "replace"))
            await writer.drain()
            return
        if _HOT_RELOAD.match(head):
            port = self._vite_port
        else:
            await self._ready.wait()
            port = self._python_port
        try:
            upstream_reader, upstream_writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            writer.write(_AWAY)
            await writer.drain()
            return
        upstream_writer.write(head)
        up = asyncio.create_task(_pump(reader, upstream_writer))
        try:
            await _pump(upstream_reader, writer)
        finally:
            up.cancel()
            await asyncio.wait({up})
            upstream_writer.close()


def is_known_host(host: str, allowed_origins: Sequence[str]) -> bool:
    """Whether a browser may know this machine by such a Host: as localhost, by an address, or as was configured.

    The page of another site can give its own name the address of this machine. To the browser both are then one site,
    and that page could read the sources.
    """
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    if name == "localhost" or name.endswith(".localhost"):
        return True
    with suppress(ValueError):
        ip_address(name)
        return True
    return any(matches_origin(f"{scheme}://{host}", rule) for rule in allowed_origins for scheme in ("http", "https"))


async def _read_head(reader: StreamReader) -> bytes:
    """The head of the first request; b"" when the connection ends before it."""
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        return error.partial
    except asyncio.LimitOverrunError as error:
        return await reader.read(error.consumed)


async def _pump(reader: StreamReader, writer: StreamWriter) -> None:
    with suppress(OSError):
        while chunk := await reader.read(_CHUNK):
            writer.write(chunk)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()
