"""A real server on a real port, and bytes sent to it."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Literal

import uvicorn


@contextmanager
def serving(app: object, http: Literal["auto", "httptools", "h11"] = "auto") -> Iterator[tuple[str, uvicorn.Server]]:
    """A server in a thread; yields its host and port."""
    listening = socket.create_server(("127.0.0.1", 0))
    settings = uvicorn.Config(app, http=http, log_config=None, access_log=False, ws="none", timeout_graceful_shutdown=1)
    server = uvicorn.Server(settings)
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{listening.getsockname()[1]}", server
    finally:
        server.should_exit = True
        thread.join(10)
    assert not thread.is_alive()


async def exchange(host: str, data: bytes, cut: int, patience: float) -> bytes:
    """Send a request in two pieces; what came back until the connection was closed, b"" if nothing did."""
    name, _, port = host.partition(":")
    reader, writer = await asyncio.open_connection(name, int(port))
    received = bytearray()
    with suppress(OSError):
        writer.write(data[:cut])
        await writer.drain()
        await asyncio.sleep(0)
        writer.write(data[cut:])
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                while chunk := await reader.read(65536):
                    received += chunk
    writer.close()
    return bytes(received)
