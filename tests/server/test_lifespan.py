"""Start and end: the Node worker may be slow, hang or be missing; the server answers and ends all the same."""

import asyncio
import stat
import time
from pathlib import Path

import anyio
import pytest

from jetbridge.server import application
from jetbridge.server.application import Jetbridge
from tests.server.asgi import ask

pytestmark = pytest.mark.anyio

FILES = {"page.py": "def page():\n    return 'home'"}


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture(params=["while read -r _; do :; done", "exec cat >/dev/null"], ids=["silent", "deaf"])
def hanging_node(request, tmp_path):
    """A Node that starts and never says that it is ready, or closes its output and stays; notes its process."""
    script = tmp_path / "node"
    version = '[ "$1" = --version ] && echo v24.0.0 && exit'
    script.write_text(f"#!/bin/sh\n{version}\necho $$ >> {tmp_path}/starts\n{request.param}\n")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return script


def started(tmp_path) -> list[int]:
    """The processes that were started."""
    file = tmp_path / "starts"
    return [int(line) for line in file.read_text().split()] if file.exists() else []


def alive(pids: list[int]) -> list[int]:
    return [pid for pid in pids if Path(f"/proc/{pid}").exists()]


@pytest.fixture
def app(make_site, hanging_node, tmp_path, monkeypatch):
    """An application whose Node hangs, with less patience than usual."""
    monkeypatch.setattr(application, "START_SECONDS", 0.3)

    async def make() -> Jetbridge:
        async with make_site(FILES) as site:
            return Jetbridge(config=site.app.config.__class__.load(tmp_path, node=str(hanging_node)))

    return make


async def test_a_worker_that_hangs_holds_nothing_up(app, tmp_path, caplog):
    """The start waits a moment, says so, and pages are rendered by the browser. Nothing is left of it at the end."""
    app = await app()
    began = time.monotonic()
    await app.start()
    waited = time.monotonic() - began
    answer = await ask(app)
    await app.close()

    assert waited < 2
    assert alive(started(tmp_path)) == []
    assert answer.status == 200
    assert "Until it is, pages are rendered by the browser" in caplog.text


async def test_without_a_lifespan_the_first_request_starts(app, tmp_path):
    """Requests that come at once start it once, and so does one whose browser goes away meanwhile."""
    app = await app()
    impatient = asyncio.create_task(ask(app))
    await asyncio.sleep(0.1)
    impatient.cancel()
    with pytest.raises(asyncio.CancelledError):
        await impatient
    answers = await asyncio.gather(*(ask(app) for _ in range(5)))
    await asyncio.sleep(0.1)
    count = len(started(tmp_path))
    await app.close()

    assert [answer.status for answer in answers] == [200] * 5
    assert count == 1
    assert alive(started(tmp_path)) == []


async def test_a_server_that_gives_up_while_starting(app, tmp_path):
    """A lifespan that is cancelled ends what it has begun."""
    app = await app()
    sent = []

    async def receive():
        return {"type": "lifespan.startup"}

    async def send(message):
        sent.append(message)

    before = asyncio.all_tasks()
    lifespan = asyncio.create_task(app({"type": "lifespan"}, receive, send))
    await asyncio.sleep(0.1)
    lifespan.cancel()
    with pytest.raises(asyncio.CancelledError), anyio.fail_after(5):
        await lifespan

    assert sent == []
    assert asyncio.all_tasks() == before
    assert alive(started(tmp_path)) == []


async def test_a_lifespan(make_site):
    """Start and end are each said once."""
    async with make_site(FILES) as site:
        sent = []
        messages = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])

        async def receive():
            return next(messages)

        async def send(message):
            sent.append(message["type"])

        await site.app({"type": "lifespan"}, receive, send)

        assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
