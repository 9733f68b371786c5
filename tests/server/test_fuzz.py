"""Five thousand requests that nobody meant to send, to a real server on a real port."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import random
import re
import secrets
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.server.rubbish import FILES, Maker
from tests.server.serving import exchange, serving

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

WARM_UP = 1000
"""Requests after which everything that is kept once is there."""
REQUESTS = 5000
GROWTH = 1_000_000
"""Bytes that the requests after the warm-up may leave behind all together."""
AT_ONCE = 24
PATIENCE = 0.5
"""Seconds after which a request that may be incomplete is given up."""
LOGGERS = ("jetbridge", "jetbridge.actions", "uvicorn.error", "python_multipart.multipart")
HANGING = 30.0
"""Seconds within which a whole request has its answer, on a busy machine."""


@pytest.fixture
def anyio_backend():
    return "asyncio"


class OddLines(logging.Filter):
    """Counts what is logged, and keeps what must not be there: errors, tracebacks, and what is more than a line.

    As a filter that lets nothing through: pytest would keep every record.
    """

    def __init__(self) -> None:
        super().__init__()
        self.lines = 0
        self.odd: list[str] = []

    def filter(self, record: logging.LogRecord) -> bool:
        self.lines += 1
        message = record.getMessage()
        if record.levelno >= logging.ERROR or record.exc_info or not message.isprintable() or len(message) > 1000:
            self.odd.append(message)
        return False


@pytest.fixture
def log(monkeypatch):
    """What is logged."""
    odd_lines = OddLines()
    for name in LOGGERS:
        monkeypatch.setattr(logging.getLogger(name), "filters", [odd_lines])
    logging.getLogger("jetbridge").setLevel(logging.INFO)
    return odd_lines


async def send_all(host: str, maker: Maker, chance: random.Random, count: int) -> tuple[set[int], list[str]]:
    """Send `count` requests; returns the statuses that came back, and what went wrong."""
    statuses: set[int] = set()
    problems: list[str] = []
    left = iter(range(count))

    async def send_some() -> None:
        for _ in left:
            request = maker.make()
            cut = chance.randrange(len(request.data) + 1)
            answer = await exchange(host, request.data, cut, HANGING if request.complete else PATIENCE)
            found = [int(status) for status in re.findall(rb"^HTTP/1\.[01] (\d\d\d)", answer, re.MULTILINE)]
            statuses.update(found)
            if max(found, default=0) >= 500 or (request.complete and not found):
                problems.append(f"{answer[:200]!r} for {request.data[:2000]!r}")

    await asyncio.gather(*(send_some() for _ in range(AT_ONCE)))
    return statuses, problems


async def test_rubbish(make_site, tmp_path, log):
    """Never a 500, a traceback or a hang; what is logged stays on its line; and afterwards all is as it was."""
    seed = int(os.environ.get("JETBRIDGE_FUZZ_SEED") or secrets.randbits(32))
    print(f"JETBRIDGE_FUZZ_SEED={seed}")  # noqa: T201
    chance = random.Random(seed)  # noqa: S311
    (tmp_path / "public").mkdir()
    (tmp_path / "public" / "robots.txt").write_text("User-agent: *")
    async with make_site(FILES) as site:
        page = (await site.get("/?q=secret")).text
        sealed = re.findall(r"[0-9a-f]{32}\.s", page)[0], re.findall(r'\[\\"([\w-]{60,})\\"\]', page)[0]
        actions = [action.id for action in site.app.state.registry]
        with serving(site.app) as (host, server), traced_memory():
            maker = Maker(chance, host, actions, sealed)
            _, problems = await send_all(host, maker, chance, WARM_UP)
            before = kept_memory()
            statuses, more_problems = await send_all(host, maker, chance, REQUESTS - WARM_UP)
            growth = kept_memory() - before
            plain = f"GET /?q=still-there HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n".encode()
            answer = await exchange(host, plain, 0, HANGING)
            await asyncio.sleep(0.1)
            under_way = len(server.server_state.tasks)

    problems += more_problems
    assert not problems, "\n".join([f"{len(problems)} problems, for example:", *problems[:3]])
    assert statuses >= {200, 303, 400, 403, 404, 405, 413, 422}
    assert b"200 OK" in answer
    assert b"still-there" in answer
    assert under_way == 0
    assert growth < GROWTH
    assert log.lines > WARM_UP
    assert log.odd == []


@contextmanager
def traced_memory() -> Iterator[None]:
    """Count what Python allocates."""
    tracemalloc.start()
    try:
        yield
    finally:
        tracemalloc.stop()


def kept_memory() -> int:
    """Bytes that are still in use when nobody needs them any more."""
    gc.collect()
    return tracemalloc.get_traced_memory()[0]
