"""A store whose entries somebody else has written to: what does not fit is made anew, and no request fails."""

from __future__ import annotations

import copy

import orjson
import pytest

pytestmark = pytest.mark.anyio

PAGE = """
from jetbridge import Element, cached
from jetbridge.html import Node, aside, h1, main, p
{says}

@cached
async def card(title: str, children: Node) -> Element:
    return aside(title="50%")[p[title], children, *[p["%s" * 400]] * 2]

async def page(search_params):
    return main[h1["Shown"], card(search_params.get("q", "title"), children=[p["mine"]])]
"""

VALUES = [
    None,
    True,
    -1,
    10**9,
    1e300,
    "x",
    'W/"\r\nset-cookie: a=b',
    "$1",
    [],
    {},
    [None],
    [[1, 2]],
    [[[], {}]],
    ["$xyz"],
]


def places(value, path=()):
    """Where something stands in JSON data."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in items:
        yield (*path, key)
        yield from places(below, (*path, key))


def mutants(head):
    """The same data with one thing in it replaced, or taken out."""
    for *above, last in places(head):
        for number in range(len(VALUES) + 1):
            changed = copy.deepcopy(head)
            around = changed
            for key in above:
                around = around[key]
            if number < len(VALUES):
                around[last] = VALUES[number]
            else:
                del around[last]
            yield changed


def lines_of(value: bytes):
    """Of stored bytes: what comes before their line of JSON, that line, and the rest."""
    if value.startswith(b"\x00"):
        mark, _, value = value.partition(b"\n")
        return mark + b"\n", *value.split(b"\n", 1)
    return b"", *value.split(b"\n", 1)


async def fills(site, key: str, value: bytes) -> None:
    store = site.app.state.store
    await store.set(key, value, version=(await store.get(key)).version)


@pytest.mark.parametrize("headers", [{}, {"accept": "text/x-component"}], ids=["html", "flight"])
@pytest.mark.parametrize("says", ["revalidate = 60", ""], ids=["page", "component"])
async def test_heads_that_do_not_fit(make_site, says, headers):
    """Whatever stands in the head of an entry: there is a page, and no header is somebody else's."""
    async with make_site({"page.py": PAGE.format(says=says)}) as site:
        store = site.app.state.store
        await site.get("/?q=a", headers=headers)
        await site.get("/?q=a", headers=headers)
        entries = {entry.key: (await store.get(entry.key)).value for entry in await store.entries()}
        count = 0
        for key, value in entries.items():
            before, head, rest = lines_of(value)
            for changed in mutants(orjson.loads(head)):
                await store.clear()
                await fills(site, key, before + orjson.dumps(changed) + b"\n" + rest)
                response = await site.get("/?q=a", headers=headers)
                assert response.status_code == 200, changed
                assert "set-cookie" not in response.headers
                count += 1

    assert count > 40


@pytest.mark.parametrize("body", [b"", b"%", b"%x", b"%d%s%n", b"%999999999x", b"%(a)s", b"1:%x\n%%x%"])
async def test_templates_that_do_not_fit(make_site, body):
    """A component's bytes with other places than its head says are not used."""
    async with make_site({"page.py": PAGE.format(says="")}) as site:
        store = site.app.state.store
        await site.get("/")
        (entry,) = await store.entries()
        before, head, _ = lines_of((await store.get(entry.key)).value)
        await store.clear()
        await fills(site, entry.key, before + head + b"\n" + body)
        response = await site.get("/")

    assert response.status_code == 200
    assert "title" in response.text


async def test_another_kind(make_site):
    """Flight is never sent as HTML, nor HTML as Flight, wherever it stands."""
    async with make_site({"page.py": PAGE.format(says="revalidate = 60")}) as site:
        store = site.app.state.store
        await site.get("/")
        pages = {key.split(":")[3]: key for key in [entry.key for entry in await store.entries("page:")]}
        values = {kind: (await store.get(key)).value for kind, key in pages.items()}
        await store.clear()
        await fills(site, pages["html"], values["flight"])
        await fills(site, pages["flight"], values["html"])
        document = await site.get("/")
        flight, payload = await site.flight("/")

    assert document.text.startswith("<!DOCTYPE html>")
    assert flight.headers["content-type"] == "text/x-component"
    assert payload["page"] == "/"
