"""What a visitor can send so that others get a kept page that is not theirs, or wait for it."""

from __future__ import annotations

import sys
import zlib

import anyio
import anyio.lowlevel
import pytest

from jetbridge.server.page_cache import VARIANTS

pytestmark = pytest.mark.anyio

SHOWS = """
from jetbridge.html import h1
revalidate = 60

async def page(params):
    return h1[f"Shows {sorted(params.items())}"]
"""


@pytest.mark.parametrize(
    ("files", "one", "other"),
    [
        (["[id]/page.py", "[id]/[part]/page.py"], "/3%2Fedit", "/3/edit"),
        (["[...rest]/page.py"], "/a%2Fb", "/a/b"),
        (["[...rest]/page.py"], "/a%2fb/c", "/a/b%2Fc"),
    ],
)
@pytest.mark.parametrize("headers", [{}, {"accept": "text/x-component"}])
async def test_an_encoded_slash_is_no_slash(make_site, files, one, other, headers):
    """Two paths that lead to other parameters are two pages, in both orders."""
    async with make_site(dict.fromkeys(files, SHOWS)) as site:
        expected = (await site.get(one, headers=headers)).text
        await site.app.state.store.clear()
        second = (await site.get(other, headers=headers)).text
        first = (await site.get(one, headers=headers)).text

    told = expected.partition("Shows")[2].partition("]")[0]
    assert told in first
    assert told not in second


BUSY = """
import anyio
from jetbridge.html import h1
revalidate = 60
running, most, gate = [], [], anyio.Event()

async def page(search_params):
    q = search_params.get("q")
    if q and q.startswith("slow"):
        running.append(q)
        if len(running) == 2:
            gate.set()
        await gate.wait()
    return h1[f"Asked for {q}"]
"""


def same_place(count: int) -> list[str]:
    """Queries that take turns in one place."""
    found: dict[int, list[str]] = {}
    for number in range(10_000):
        text = f"q=slow{number}"
        place = found.setdefault(zlib.crc32(text.encode()) % VARIANTS, [])
        place.append(text)
        if len(place) == count:
            return place
    raise AssertionError


async def test_queries_of_one_place_do_not_wait_for_each_other(make_site):
    """Nobody holds up another query by asking for one that is kept in the same place."""
    queries, seen = same_place(2), []
    async with make_site({"page.py": BUSY}) as site:
        await site.get("/?q=learned")

        async def load(query):
            seen.append((query, (await site.get(f"/?{query}")).text))

        with anyio.fail_after(5):
            async with anyio.create_task_group() as tasks:
                for query in queries:
                    tasks.start_soon(load, query)

    assert sorted(query for query, _ in seen) == sorted(queries)
    assert all(f"Asked for {query[2:]}" in text for query, text in seen)


async def ask_and_never_read(app, sending, query=b""):
    """As a browser that takes no byte of the answer."""

    async def send(_):
        sending.set()
        await anyio.sleep_forever()

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "root_path": "",
        "path": "/",
        "raw_path": b"/",
        "query_string": query,
        "client": ("192.0.2.1", 50000),
        "headers": [(b"host", b"site.test")],
    }
    await app(scope, anyio.sleep_forever, send)


@pytest.mark.parametrize("cache", ["memory", "redis://127.0.0.1:1/0"])
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_a_slow_reader_holds_up_nobody(make_site, cache):
    """The others get the page while the one it was rendered for does not read it, also when nothing can be kept."""
    wait = "    begun.set()\n    await gate.wait()\n    return"
    page = SHOWS.replace("    return", wait).replace("from", "import anyio\nfrom", 1)
    page = page.replace("revalidate = 60", "revalidate = 60\nbegun, gate = anyio.Event(), anyio.Event()")
    async with make_site({"page.py": page}, cache=cache) as site, anyio.create_task_group() as tasks:
        module = sys.modules["app.page"]
        sending, answers = anyio.Event(), []

        async def load():
            answers.append(await site.get("/"))

        tasks.start_soon(ask_and_never_read, site.app, sending)
        with anyio.fail_after(5):
            await module.begun.wait()
            async with anyio.create_task_group() as waiting:
                for _ in range(3):
                    waiting.start_soon(load)
                await anyio.lowlevel.checkpoint()
                module.gate.set()
            await sending.wait()
            await load()
        tasks.cancel_scope.cancel()

    assert [answer.status_code for answer in answers] == [200] * 4


async def test_a_slow_reader_of_a_query_keeps_no_page_from_being_kept(make_site):
    """Also while an answer that cannot be shared is under way, the next one is kept."""
    page = SHOWS.replace("page(params)", "page(search_params)").replace(
        "sorted(params.items())", "[search_params.get('q')]"
    )
    async with make_site({"page.py": page}) as site, anyio.create_task_group() as tasks:
        sending = anyio.Event()
        tasks.start_soon(ask_and_never_read, site.app, sending, b"q=1")
        with anyio.fail_after(5):
            await sending.wait()
            answers = [await site.get("/") for _ in range(2)]
        tasks.cancel_scope.cancel()

    assert answers[0].headers["etag"] == answers[1].headers["etag"]
