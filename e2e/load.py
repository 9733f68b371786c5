"""Many requests at once, without spending the machine's time on the side that asks."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run it in an event loop of its own: Playwright's may be running in this thread."""
    with ThreadPoolExecutor(1) as executor:
        return executor.submit(asyncio.run, coroutine).result()


async def read_response(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Status and body of one response on a connection that is kept."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    status = int(head[9:12])
    if b"transfer-encoding: chunked" in head:
        pieces = []
        while size := int(await reader.readline(), 16):
            pieces.append((await reader.readexactly(size + 2))[:-2])
        await reader.readline()
        return status, b"".join(pieces)
    length = int(head.split(b"content-length: ")[1].split(b"\r\n")[0])
    return status, await reader.readexactly(length)


async def visit_often(port: int, path: str, times: int, must_contain: bytes) -> Counter[str]:
    """One visitor: the same page again and again. Returns how often each thing happened; "ok" is what should."""
    happened: Counter[str] = Counter()
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: text/html\r\n\r\n".encode()
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
    for _ in range(times):
        writer.write(request)
        status, body = await asyncio.wait_for(read_response(reader), 30)
        whole = must_contain in body and b"</html>" in body
        happened["ok" if status == 200 and whole else f"{status} {'whole' if whole else 'not whole'}"] += 1
    writer.close()
    return happened


async def visit_together(port: int, path: str, visitors: int, times: int, must_contain: bytes) -> Counter[str]:
    """Many visitors at once."""
    results = await asyncio.gather(*(visit_often(port, path, times, must_contain) for _ in range(visitors)))
    return sum(results, Counter())
