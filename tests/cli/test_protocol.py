"""Limits on the head of a request."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn

from jetbridge.cli import protocol
from jetbridge.cli.protocol import HttpProtocol


async def app(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


@pytest.fixture
def port() -> Iterator[int]:
    """A server with these limits."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, http=HttpProtocol, log_config=None, lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    yield listening.getsockname()[1]
    server.should_exit = True
    thread.join(10)


async def exchange(port: int, *pieces: bytes, seconds: float = 5) -> bytes:
    """Send the pieces until the connection ends; what came back."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
    except OSError:
        pass
    answer = await asyncio.wait_for(reader.read(), seconds)
    writer.close()
    return answer


HEAD = b"GET / HTTP/1.1\r\nhost: x\r\n"


@pytest.mark.parametrize(
    "pieces",
    [(b"GET /", *[b"a" * 50_000] * 200), (HEAD, b"x: ", *[b"a" * 50_000] * 200), (HEAD, *[b"x: y\r\n" * 9_000] * 200)],
    ids=["url", "one header", "many headers"],
)
def test_an_endless_head_is_cut(port, pieces):
    """A request that never gets to its end is not collected in memory."""
    try:
        answer = asyncio.run(exchange(port, *pieces))
    except ConnectionError:
        return  # what was still under way when the connection was closed

    assert answer.startswith(b"HTTP/1.1 400")


def test_usual_heads_pass(port):
    """Several requests on one connection, in pieces of any size, each with a head of tens of kilobytes."""
    request = HEAD + b"cookie: " + b"a" * 30_000 + b"\r\n\r\n"
    last = HEAD + b"connection: close\r\n\r\n"
    answer = asyncio.run(exchange(port, request, request, request[:7], request[7:20_000], request[20_000:], last))

    assert answer.count(b"HTTP/1.1 200") == 4


@pytest.mark.parametrize("sent", [b"", b"GET / HT", HEAD], ids=["nothing", "a line", "a header"])
def test_a_request_that_does_not_come_is_not_waited_for(port, monkeypatch, sent):
    """Connections that send nothing, or too slowly, do not stay."""
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.2)

    assert asyncio.run(exchange(port, sent)) == b""


def test_a_request_that_is_begun_later_is_not_waited_for_either(port, monkeypatch):
    """The limit holds for each request of a connection, and not for the time a handler takes."""
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.2)

    assert asyncio.run(exchange(port, HEAD + b"\r\n", HEAD)).count(b"200 OK") == 1
