"""Two thousand requests that nobody meant to send, to a real server on a real port."""

from __future__ import annotations

import asyncio
import logging
import os
import random
import re
import secrets

import pytest

from tests.server.rubbish import FILES, Maker
from tests.server.serving import exchange, serving

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

REQUESTS = 2000
AT_ONCE = 24
PATIENCE = 0.5
"""Seconds after which a request that may be incomplete is given up."""
HANGING = 10.0
"""Seconds within which a whole request has its answer, on a busy machine."""


@pytest.fixture
def anyio_backend():
    return "asyncio"


async def send_all(host: str, maker: Maker, chance: random.Random) -> tuple[set[int], list[str]]:
    """Send the requests; returns the statuses that came back, and what went wrong."""
    statuses: set[int] = set()
    problems: list[str] = []
    left = iter(range(REQUESTS))

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


async def test_rubbish(make_site, tmp_path, caplog):
    """Never a 500, a traceback or a hang; what is logged stays on its line; and afterwards all is as it was."""
    seed = int(os.environ.get("JETBRIDGE_FUZZ_SEED") or secrets.randbits(32))
    print(f"JETBRIDGE_FUZZ_SEED={seed}")  # noqa: T201
    chance = random.Random(seed)  # noqa: S311
    caplog.set_level(logging.INFO)
    (tmp_path / "public").mkdir()
    (tmp_path / "public" / "robots.txt").write_text("User-agent: *")
    async with make_site(FILES) as site:
        page = (await site.get("/?q=secret")).text
        sealed = re.findall(r"[0-9a-f]{32}\.s", page)[0], re.findall(r'\[\\"([\w-]{60,})\\"\]', page)[0]
        actions = [action.id for action in site.app.state.registry]
        with serving(site.app) as (host, server):
            statuses, problems = await send_all(host, Maker(chance, host, actions, sealed), chance)
            plain = f"GET /?q=still-there HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n".encode()
            answer = await exchange(host, plain, 0, HANGING)
            await asyncio.sleep(0.1)
            under_way = len(server.server_state.tasks)

    assert not problems, "\n".join([f"{len(problems)} problems, for example:", *problems[:3]])
    assert statuses >= {200, 303, 400, 403, 404, 405, 422}
    assert b"200 OK" in answer
    assert b"still-there" in answer
    assert under_way == 0
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR" or record.exc_info] == []
    assert [message for message in caplog.messages if not message.isprintable() or len(message) > 1000] == []
