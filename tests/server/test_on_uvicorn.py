"""What only shows on real connections: early answers, `Expect`, pipelining, HTTP/1.0, browsers that go away."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Callable
from contextlib import suppress

import pytest

from tests.server.serving import exchange, serving

pytestmark = pytest.mark.anyio

FILES = {
    "page.py": "def page(search_params):\n    return 'home ' + search_params.get('q', '')",
    "endless/page.py": """
        import anyio
        from jetbridge.flight.model import SUSPENSE, Element
        from app.actions import main

        async def later():
            try:
                await anyio.sleep(60)
            finally:
                main.log.append("cancelled")

        def page():
            return Element(SUSPENSE, None, {"fallback": "wait", "children": later()})
    """,
    "hook/route.py": """
        from starlette.responses import Response

        async def POST():
            return Response(status_code=401)
    """,
    "actions/main.py": '''
        """use server"""
        import anyio
        from jetbridge import action

        log = []

        @action(shield=True)
        async def pay():
            try:
                log.append("started")
                while "gone" not in log:
                    await anyio.sleep(0.01)
                await anyio.sleep(0)
                log.append("paid")
            finally:
                log.append("ended")

        async def echo(value):
            return value

        async def slow():
            try:
                log.append("started")
                await anyio.sleep(60)
            finally:
                log.append("cancelled")
    ''',
}


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture(params=["httptools", "h11"])
async def server(request, make_site):
    """Host, action ids by name, and the server, for each of uvicorn's parsers."""
    async with make_site(FILES) as site:
        with serving(site.app, request.param) as (host, server):
            yield host, site.action_id, server


def log() -> list[str]:
    return sys.modules["app.actions.main"].log


def call(host: str, action_id: str, body: bytes, *more: str, length: int | None = None) -> bytes:
    head = [
        f"POST /_jetbridge/action/{action_id} HTTP/1.1",
        f"host: {host}",
        "sec-fetch-site: same-origin",
        *more,
        *([] if length == -1 else [f"content-length: {len(body) if length is None else length}"]),
    ]
    return "\r\n".join([*head, "", ""]).encode() + body


async def wait_until(check: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not check():  # noqa: ASYNC110 (the server runs in another thread)
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("chunked", [False, True])
async def test_who_still_sends_reads_the_refusal(server, chunked):
    """A body far beyond the limit: the answer arrives whole, and is not lost in a reset connection."""
    host, action_id, _ = server
    name, _, port = host.partition(":")
    reader, writer = await asyncio.open_connection(name, int(port))
    piece = b"x" * 64_000
    head = call(
        host,
        action_id(":echo"),
        b"",
        *(["transfer-encoding: chunked"] if chunked else []),
        length=-1 if chunked else 30_000_000,
    )
    writer.write(head)

    async def send() -> None:
        with suppress(OSError):
            for _ in range(400):
                writer.write(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
                await writer.drain()

    sending = asyncio.create_task(send())
    await asyncio.sleep(0.3)
    answer = await asyncio.wait_for(reader.read(), 10)
    sending.cancel()
    writer.close()

    assert answer.startswith(b"HTTP/1.1 413")
    assert b"The request is too large." in answer


@pytest.mark.parametrize(
    ("target", "status"), [("/_jetbridge/action/" + "0" * 32, b"404"), ("/nowhere", b"404"), ("/hook", b"401")]
)
async def test_who_sends_all_before_reading(server, target, status):
    """An answer that needs no body reaches a client that sends all of it first, and asked to be disconnected."""
    host = server[0]
    body = b"x" * 900_000
    head = f"POST {target} HTTP/1.1\r\nhost: {host}\r\nsec-fetch-site: same-origin\r\nconnection: close\r\n"
    data = head.encode() + b"content-length: %d\r\n\r\n" % len(body) + body

    answers = [await exchange(host, data, len(head) + 100_000, 5) for _ in range(10)]

    assert [answer[9:12] for answer in answers] == [status] * 10


async def test_expect_continue(server):
    """A body that will be refused is not asked for; one that will not, is."""
    host, action_id, _ = server
    expect = ("expect: 100-continue", "connection: close")
    refused = call(host, action_id(":echo"), b"", *expect, length=5_000_000)
    unknown = call(host, "0" * 32, b"", *expect, length=3)
    welcome = call(host, action_id(":echo"), b"[1]", *expect)

    assert re.findall(rb"HTTP/1.1 (\d+)", await exchange(host, refused, len(refused), 5)) == [b"413"]
    assert re.findall(rb"HTTP/1.1 (\d+)", await exchange(host, unknown, len(unknown), 5)) == [b"404"]
    assert re.findall(rb"HTTP/1.1 (\d+)", await exchange(host, welcome, len(welcome) - 3, 5)) == [b"100", b"200"]


async def test_requests_on_one_connection(server):
    """Pipelined requests are answered in their order, one that was refused unread among them."""
    host, action_id, _ = server
    get = f"GET /?q={{}} HTTP/1.1\r\nhost: {host}\r\n{{}}\r\n"
    evil = call(host, action_id(":echo"), b"[1]", "origin: https://evil.example")
    data = get.format("one", "").encode() + evil + get.format("two", "connection: close\r\n").encode()
    answer = await exchange(host, data, 0, 10)

    assert re.findall(rb"HTTP/1.1 (\d+)", answer) == [b"200", b"403", b"200"]
    assert answer.index(b"home one") < answer.index(b"Cross-site")
    assert answer.index(b"Cross-site") < answer.index(b"home two")


async def test_http_1_0(server):
    """An old client, which names no host and keeps no connection, gets its page."""
    host, _, _ = server
    answer = await exchange(host, b"GET /?q=old HTTP/1.0\r\n\r\n", 0, 10)

    assert b" 200 OK" in answer
    assert b"home old" in answer


async def test_a_browser_that_goes_away_during_an_action(server, caplog):
    """The action is cancelled at once, and the log has no more to say than that."""
    host, action_id, running = server
    name, _, port = host.partition(":")
    _, writer = await asyncio.open_connection(name, int(port))
    writer.write(call(host, action_id(":slow"), b"[]"))
    await wait_until(lambda: log() == ["started"])
    writer.close()
    await wait_until(lambda: log() == ["started", "cancelled"])
    await wait_until(lambda: not running.server_state.tasks)

    assert [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")] == []


async def test_a_browser_that_goes_away_during_a_shielded_action(server, caplog):
    """The action runs to its end, long after the server has seen that nobody is there any more."""
    host, action_id, running = server
    name, _, port = host.partition(":")
    _, writer = await asyncio.open_connection(name, int(port))
    writer.write(call(host, action_id(":pay"), b"[]"))
    await wait_until(lambda: log() == ["started"])
    writer.close()
    await wait_until(lambda: not running.server_state.connections)
    log().append("gone")
    await wait_until(lambda: log() == ["started", "gone", "paid", "ended"])
    await wait_until(lambda: not running.server_state.tasks)

    assert [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")] == []


async def test_a_browser_that_goes_away_during_a_page(server, caplog):
    """What a page still waits for is cancelled."""
    host, _, _ = server
    name, _, port = host.partition(":")
    reader, writer = await asyncio.open_connection(name, int(port))
    writer.write(f"GET /endless HTTP/1.1\r\nhost: {host}\r\n\r\n".encode())
    while b"wait" not in await reader.read(65536):
        pass
    writer.close()
    await wait_until(lambda: log() == ["cancelled"])

    assert [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")] == []
