"""Python processes of development, and the renders they hand to the process beside Vite."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import pytest

from jetbridge.config import Config
from jetbridge.errors import ConfigError, WorkerError
from jetbridge.node.dev_link import VARIABLE, DevLink, LinkedWorker, RenderRelay
from jetbridge.node.vite import ViteServer
from jetbridge.node.worker import RenderOptions

pytestmark = pytest.mark.anyio


class Renderer:
    """Makes of each piece of Flight one piece of HTML, up to the piece b"end"; fails at the piece b"fail"."""

    async def render_html(self, flight, options):
        yield " ".join(options.bootstrap_modules).encode()
        async for piece in flight:
            if piece == b"end":
                return
            if piece == b"fail":
                raise WorkerError("React could not go on.")
            yield b"<" + piece + b">"


@asynccontextmanager
async def linked(config):
    """A worker that is linked with the renderer above."""
    relay = RenderRelay()
    link = await relay.open(ViteServer(config))
    relay.use(Renderer())
    try:
        yield LinkedWorker(link)
    finally:
        await relay.close()


async def flight(*pieces):
    for piece in pieces:
        if isinstance(piece, Exception):
            raise piece
        yield piece


async def read(worker, *pieces):
    return [piece async for piece in worker.render_html(flight(*pieces), RenderOptions(bootstrap_modules=("/run.js",)))]


async def test_pieces_stay_as_they_are(tmp_path):
    """HTML comes in the pieces in which it was made, each render by itself."""
    async with linked(Config(root=tmp_path)) as worker:
        both = await asyncio.gather(read(worker, b"a", b"b" * 100_000), read(worker, b"c"))

    assert both == [[b"/run.js", b"<a>", b"<" + b"b" * 100_000 + b">"], [b"/run.js", b"<c>"]]


async def test_html_may_be_complete_before_the_flight(tmp_path):
    """What is left of the Flight then is not read, and disturbs nobody."""
    async with linked(Config(root=tmp_path)) as worker:
        assert await read(worker, b"a", b"end", *[b"x" * 100_000] * 50) == [b"/run.js", b"<a>"]


async def test_failures(tmp_path):
    """A failure of the renderer, of the Flight, or of the link is told apart."""
    async with linked(Config(root=tmp_path)) as worker:
        with pytest.raises(WorkerError, match="React could not go on"):
            await read(worker, b"a", b"fail", *[b"x" * 100_000] * 50)
        with pytest.raises(ZeroDivisionError):
            await read(worker, b"a", ZeroDivisionError())
    with pytest.raises(WorkerError, match="cannot be reached"):
        await read(worker, b"a")


async def test_link_travels_by_the_environment(monkeypatch):
    """A process finds in its environment what the process beside Vite has put there; without it the text says how."""
    link = DevLink("http://127.0.0.1:5000", "/run/x/render")
    monkeypatch.setenv(VARIABLE, link.to_environment()[VARIABLE])
    assert DevLink.from_environment() == link

    monkeypatch.delenv(VARIABLE)
    with pytest.raises(ConfigError, match="jetbridge dev"):
        DevLink.from_environment()
