"""Whole pages that are kept: which are, how long, for whom, and what the browser is told."""

from __future__ import annotations

import json
import logging
import sys
import time
from random import Random
from urllib.parse import parse_qsl, urlencode

import anyio
import anyio.lowlevel
import pytest

from jetbridge.errors import ConfigError
from jetbridge.flight.model import Element
from jetbridge.server.page_cache import MAX_NAMES, VARIANTS
from tests.server.asgi import ask

pytestmark = pytest.mark.anyio

COUNTED = """
from jetbridge.html import h1, p
revalidate = 60
calls = []

async def page():
    calls.append(1)
    return h1[f"Render {len(calls)}"]
"""

SLOW = COUNTED.replace("    return", "    await anyio.sleep(0.03)\n    return").replace("from", "import anyio\nfrom", 1)

FLIGHT = {"accept": "text/x-component"}


def shown(response) -> str:
    """The text of the page's heading."""
    text = response.text if isinstance(response.text, str) else response.text()
    return text.partition("Render ")[2].partition('"')[0].partition("\\")[0]


async def eventually(load, fits):
    """The first response that fits, of many."""
    with anyio.fail_after(5):
        while not fits(response := await load()):
            await anyio.lowlevel.checkpoint()
    return response


async def test_a_kept_page_is_rendered_once(make_site):
    """Flight and HTML come from one render, with an ETag each, and say when that was."""
    async with make_site({"page.py": COUNTED}) as site:
        first = await site.get("/")
        again = await site.get("/")
        flight, payload = await site.flight("/")

    assert [shown(one) for one in (first, again, flight)] == ["1", "1", "1"]
    assert first.headers["cache-control"] == flight.headers["cache-control"] == "public, max-age=0, must-revalidate"
    assert first.headers["etag"] == again.headers["etag"] != flight.headers["etag"]
    assert first.headers["vary"] == "accept"
    assert flight.headers["jetbridge-build"] == "build-1"
    assert first.text == again.text
    assert f'\\"renderedAt\\":{payload["renderedAt"]}'[:30] in again.text
    assert payload["page"] == "/"


@pytest.mark.parametrize("headers", [{}, FLIGHT])
@pytest.mark.parametrize("known", ["{etag}", 'W/{etag}, "other"', '"other", {etag}', "*"])
async def test_not_modified(make_site, headers, known):
    """Who has the page already gets 304 without a body, with the headers that it may store."""
    async with make_site({"page.py": COUNTED}) as site:
        etag = (await site.get("/", headers=headers)).headers["etag"]
        response = await site.get("/", headers={**headers, "if-none-match": known.format(etag=etag)})
        other = await site.get("/", headers={**headers, "if-none-match": '"other"'})

    assert (response.status_code, response.content) == (304, b"")
    assert response.headers["etag"] == etag
    assert response.headers["cache-control"] == "public, max-age=0, must-revalidate"
    assert response.headers["vary"] == "accept"
    assert other.status_code == 200


async def test_the_first_answer_may_be_304(make_site):
    """Also a page that had to be rendered is not sent to a browser that has the same one."""
    async with make_site({"page.py": COUNTED.replace("{len(calls)}", "")}) as site:
        etag = (await site.get("/")).headers["etag"]
        await site.app.state.store.clear()
        again = await site.get("/", headers={"if-none-match": etag})

    # The time of the render stands in the page, so another render is another page.
    assert again.status_code == 200
    assert again.headers["etag"] != etag


async def test_head(make_site):
    """HEAD says what GET would send, from the cache or not."""
    async with make_site({"page.py": COUNTED}) as site:
        first = await site.client.head("/")
        page = await site.get("/")

    assert first.content == b""
    assert first.headers["etag"] == page.headers["etag"]
    assert first.headers["content-length"] == str(len(page.content))


PATHS = {
    "page.py": COUNTED,
    "posts/page.py": COUNTED,
    "posts/[id]/page.py": COUNTED.replace("page():", "page(id: int):"),
}
ACTIONS = '''
"""use server"""
from jetbridge import refresh, revalidate_path, revalidate_tag, update_tag

async def path(path: str, kind: str = "page"):
    revalidate_path(path, kind)

async def tag(tag: str, profile: str | None = None):
    revalidate_tag(tag, profile)

async def update(tag: str):
    update_tag(tag)

async def again():
    refresh()
'''


@pytest.mark.parametrize(
    ("args", "anew"),
    [
        (["/posts"], {"/posts"}),
        (["/posts/3"], {"/posts/3"}),
        (["/posts/[id]"], {"/posts/3", "/posts/4"}),
        (["/posts", "layout"], {"/posts", "/posts/3", "/posts/4"}),
        (["/", "page"], {"/"}),
        (["/", "layout"], {"/", "/posts", "/posts/3", "/posts/4"}),
        (["/elsewhere"], set()),
    ],
)
async def test_expired_paths(make_site, args, anew):
    """`revalidate_path` reaches kept pages: by URL, by pattern, and with everything below a layout."""
    urls = ["/", "/posts", "/posts/3", "/posts/4"]
    async with make_site({**PATHS, "actions/all.py": ACTIONS}) as site:
        before = {url: (await site.get(url)).text for url in urls}
        await site.call(site.action_id(":path"), *args, page="/elsewhere")
        after = {url: (await site.get(url)).text for url in urls}

    assert {url for url in urls if before[url] != after[url]} == anew


TAGGED = """
from jetbridge import cached
from jetbridge.html import h1
revalidate = {revalidate}
data = [1]

@cached(tags=["posts"])
async def posts():
    data.append(1)
    return len(data)

async def page():
    return h1[f"Render {{await posts()}}"]
"""


@pytest.mark.parametrize("revalidate", [60, None, False, '"hours"'])
@pytest.mark.parametrize("action", ["tag", "update"])
async def test_expired_tags(make_site, revalidate, action):
    """A page has the tags of the data that it read, and is rendered anew when one of them is expired."""
    files = {"page.py": TAGGED.format(revalidate=revalidate), "actions/all.py": ACTIONS}
    async with make_site(files) as site:
        first = [shown(await site.get("/")), shown(await site.get("/"))]
        await site.call(site.action_id(":" + action), "others", page="/elsewhere")
        second = shown(await site.get("/"))
        await site.call(site.action_id(":" + action), "posts", page="/elsewhere")
        third = [shown(await site.get("/")), shown((await site.flight("/"))[0])]

    assert (first, second, third) == (["2", "2"], "2", ["3", "3"])


async def test_a_tag_that_is_expired_softly(make_site):
    """With a profile the old page is given out once more, while a new one is made in the background."""
    files = {"page.py": TAGGED.format(revalidate=None), "actions/all.py": ACTIONS}
    async with make_site(files) as site:
        await site.get("/")
        await site.call(site.action_id(":tag"), "posts", "max", page="/elsewhere")
        stale = shown(await site.get("/"))
        await eventually(lambda: site.get("/"), lambda response: shown(response) != stale)
        fresh = shown(await site.get("/"))

    assert (stale, fresh) == ("2", "3")


async def test_many_who_find_a_stale_page(make_site):
    """All get the old page at once, and one render makes the new one."""
    page = SLOW.replace("60", "'max'").replace("import anyio", "import anyio\nfrom jetbridge import cache_tag", 1)
    page = page.replace("    calls.append(1)", "    calls.append(1)\n    cache_tag('posts')")
    seen = []
    async with make_site({"page.py": page, "actions/all.py": ACTIONS}) as site:
        await site.get("/")
        await site.call(site.action_id(":tag"), "posts", "max", page="/elsewhere")

        async def load(headers):
            seen.append(shown(await site.get("/", headers=headers)))

        async with anyio.create_task_group() as tasks:
            for number in range(20):
                tasks.start_soon(load, FLIGHT if number % 2 else {})
        await eventually(lambda: site.get("/"), lambda response: shown(response) != "1")
        fresh = [shown(await site.get("/", headers=headers)) for headers in ({}, FLIGHT)]

    assert seen == ["1"] * 20
    assert fresh == ["2", "2"]


async def test_a_page_says_itself_what_it_depends_on(make_site):
    """`cache_tag` and `cache_life` in the page count for it, and do no harm where it is not kept."""
    page = """
from jetbridge import cache_life, cache_tag, cookies
from jetbridge.html import h1
revalidate = None
calls = []

async def page(id: int):
    calls.append(1)
    cache_tag(f"post:{id}")
    cache_life("minutes")
    return h1[f"Render {len(calls)}", cookies().get("name") if id == 9 else ""]
"""
    async with make_site({"[id]/page.py": page, "actions/all.py": ACTIONS}) as site:
        first = [shown(await site.get(url)) for url in ("/1", "/2", "/1")]
        kept = {entry.key.split(":")[1]: entry for entry in await site.app.state.store.entries("page:")}
        answer, _ = await site.call(site.action_id(":tag"), "post:1", page="/1")
        second = [shown(await site.get(url)) for url in ("/1", "/2")]
        private = await site.get("/9")

    assert first == ["1", "2", "1"]
    assert kept["/1"].tags == ("post:1",)
    assert kept["/1"].expires_in is not None
    assert shown(answer) == "3"
    assert second == ["4", "2"]
    assert private.status_code == 200


async def test_stale_data_is_not_kept_as_fresh(make_site):
    """A page that is rendered to be kept has its data made anew, where others would be shown what is stale."""
    other = "from app.page import posts\nfrom jetbridge.html import h1\nasync def page():\n"
    files = {
        "page.py": TAGGED.format(revalidate=None),
        "other/page.py": f"{other}    return h1[f'Render {{await posts()}}']\n",
        "actions/all.py": ACTIONS,
    }
    async with make_site(files) as site:
        first = shown(await site.get("/other"))
        await site.call(site.action_id(":tag"), "posts", "max", page="/elsewhere")
        kept = [shown(await site.get("/")), shown(await site.get("/"))]

    assert first == "2"
    assert kept == ["3", "3"]


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_a_store_that_is_away(make_site):
    """Pages are rendered, many who ask at once share a render, and nothing is kept."""
    seen = []
    async with make_site({"page.py": SLOW}, cache="redis://127.0.0.1:1/0") as site:

        async def load():
            seen.append(await site.get("/"))

        async with anyio.create_task_group() as tasks:
            for _ in range(20):
                tasks.start_soon(load)
        later = await site.get("/")

    renders = {shown(response) for response in seen}
    assert len(renders) <= 2
    assert shown(later) == str(len(renders) + 1)


async def test_an_action_shows_the_page_as_it_is_now(make_site):
    """The page in the answer to an action is never a stale one, and the next reader sees the same data."""
    files = {"page.py": TAGGED.format(revalidate='"max"'), "actions/all.py": ACTIONS}
    async with make_site(files) as site:
        await site.get("/")
        answer, _ = await site.call(site.action_id(":tag"), "posts", page="/")
        after = await site.get("/")

    assert (shown(answer), shown(after)) == ("3", "3")


async def test_a_hundred_at_once(make_site):
    """Many who ask for a page that is not kept wait for one render."""
    pages = []
    async with make_site({"page.py": SLOW}) as site, anyio.create_task_group() as tasks:

        async def load(headers):
            pages.append(shown(await site.get("/", headers=headers)))

        for number in range(100):
            tasks.start_soon(load, FLIGHT if number % 2 else {})

    assert pages == ["1"] * 100


async def test_the_one_that_renders_goes_away(make_site):
    """Another one who waits renders in its place."""
    async with make_site({"page.py": SLOW}) as site, anyio.create_task_group() as tasks:
        tasks.start_soon(lambda: ask(site.app, leaves_after=0))
        await anyio.sleep(0.01)
        response = await site.get("/")

    assert shown(response) == "2"


PRIVATE = """
from jetbridge import cookies, headers, session
from jetbridge.html import h1, p
from jetbridge.flight.model import SUSPENSE, Element
import anyio
revalidate = 60

async def late(read):
    await anyio.sleep(0.01)
    return p[f"Hello {read()}"]

async def page():
    {code}
"""


@pytest.mark.parametrize(
    "code",
    [
        "return h1[f\"Hello {cookies().get('name')}\"]",
        "return h1[f\"Hello {headers().get('cookie')}\"]",
        'return h1[late(lambda: cookies().get("name"))]',
        'return Element(SUSPENSE, None, {{"fallback": "...", "children": late(lambda: cookies().get("name"))}})',
    ],
)
@pytest.mark.parametrize("headers", [{}, FLIGHT])
async def test_private_pages_are_never_shared(make_site, caplog, code, headers):
    """A page that reads cookies or headers, early or late, is rendered for each visitor; a warning says why, once."""
    names = ["Ada", "Bob", "Cid"]
    seen = []
    async with make_site({"page.py": PRIVATE.replace("{code}", code.replace("{{", "{").replace("}}", "}"))}) as site:

        async def load(name):
            response = await site.get("/", headers={**headers, "cookie": f"name={name}"})
            seen.append((name, response))

        async with anyio.create_task_group() as tasks:
            for name in names:
                tasks.start_soon(load, name)
        await load("Dan")

    for name, response in seen:
        assert name in response.text
        assert not any(other in response.text for other in {*names, "Dan"} - {name})
        assert "private" in response.headers["cache-control"]
        assert "etag" not in response.headers
    warnings = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert len([one for one in warnings if "says `revalidate` and reads" in one.getMessage()]) == 1


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("raise LookupError('x')", 500),
        ("not_found()", 404),
        ("forbidden()", 403),
        ("redirect('/other')", 307),
        ("return Element(SUSPENSE, None, {'fallback': '...', 'children': broken()})", 200),
    ],
)
async def test_what_is_not_kept(make_site, code, status):
    """Pages that failed, were not found or lead elsewhere are answered anew each time."""
    page = f"""
from jetbridge import forbidden, not_found, redirect
from jetbridge.flight.model import SUSPENSE, Element
revalidate = None
calls = []

async def broken():
    raise LookupError

async def page():
    calls.append(1)
    {code}
"""
    async with make_site({"page.py": page, "other/page.py": COUNTED}) as site:
        responses = [await site.get("/") for _ in range(3)]
        module = sys.modules["app.page"]

        assert [one.status_code for one in responses] == [status] * 3
        assert len(module.calls) == 3
        assert not any("etag" in one.headers for one in responses)
        assert await site.app.state.store.entries("page:/:") == []


async def test_a_redirect_in_the_browser_leads_to_a_kept_page(make_site):
    """The answer with the target in it belongs to the page that redirects, and is not kept under either."""
    page = "from jetbridge import redirect\nrevalidate = None\nasync def page():\n    redirect('/other')\n"
    async with make_site({"page.py": page, "other/page.py": COUNTED}) as site:
        _, payload = await site.flight("/")
        _, again = await site.flight("/other")

    assert payload["page"] == "/other"
    assert payload["redirect"]["url"] == "/other"
    assert "redirect" not in again


SEARCH = """
from jetbridge.html import h1
revalidate = 60
calls = []

async def page(search_params):
    calls.append(1)
    {code}
    return h1[f"Render {{len(calls)}}"]
"""


@pytest.mark.parametrize(
    ("code", "urls", "expected"),
    [
        ("pass", ["/", "/?a=1", "/?b=2"], "111"),
        ("search_params.get('q')", ["/", "/?a=1", "/?q=1", "/?q=1&a=2", "/?q=2", "/?utm=9", "/?q=1"], "1122312"),
        ("search_params.get_all('q')", ["/?q=1&q=2", "/?q=1&q=2&x=3", "/?q=2", "/?x=4&q=1&q=2"], "1121"),
        ("'q' in search_params and search_params['p']", ["/?q&p=1", "/?q&p=2", "/?p=2", "/?p=1&q"], "1231"),
        ("dict(search_params)", ["/", "/?a=1", "/?a=2", "/?a=1", "/"], "12321"),
    ],
)
async def test_queries(make_site, code, urls, expected):
    """A page varies by what it reads of its query, and by nothing else."""
    async with make_site({"page.py": SEARCH.format(code=code)}) as site:
        # What a page reads of its query is known once it has.
        await site.get("/?q=0&p=0")
        renders = [shown(await site.get(url)) for url in urls]
        _, payload = await site.flight(urls[1] + "&utm=1")

    numbers = {render: str(number) for number, render in enumerate(dict.fromkeys(renders), 1)}
    assert "".join(numbers[render] for render in renders) == expected
    assert ("utm" in payload["page"]) == (code == "dict(search_params)")


READER = """
from jetbridge.html import h1
{revalidate}

async def page(search_params):
    told, name = [], "a"
    for _ in range(4):
        if name == "all":
            told.append(sorted(search_params.items()))
            break
        value = search_params.get_all(name) if name == "c" else search_params.get(name)
        told.append((name, value))
        name = (value[0] if isinstance(value, list) and value else value) or "b"
    return h1[f"Told {{told}}"]
"""
"""A page that reads names of its query, each as the one before says."""

VALUES = ("a", "b", "c", "d", "all", "")


@pytest.mark.parametrize("seed", range(6))
async def test_any_queries_in_any_order(make_site, seed):
    """However pages read their query, what is kept is what they would show."""
    random = Random(seed)  # noqa: S311
    queries = [[(random.choice("abcd"), random.choice(VALUES)) for _ in range(random.randint(0, 4))] for _ in range(8)]
    files = {"page.py": READER.format(revalidate="revalidate = None"), "plain/page.py": READER.format(revalidate="")}
    async with make_site(files) as site:
        for query in random.choices(queries, k=60):
            kept, plain = [(await site.flight(f"{path}?{urlencode(query)}"))[1] for path in ("/", "/plain")]
            told = parse_qsl(kept["page"].partition("?")[2], keep_blank_values=True)

            assert str(heading(kept)) == str(heading(plain))
            assert set(told) <= set(query)
        entries = await site.app.state.store.entries("page:")

    assert 0 < len(entries) <= VARIANTS + 1


def heading(payload) -> object:
    """What the page's h1 shows."""
    nodes = [payload["root"]]
    while nodes:
        node = nodes.pop()
        if isinstance(node, list | tuple):
            nodes.extend(node)
        elif isinstance(node, Element):
            if node.type == "h1":
                return node.props["children"]
            nodes.append(node.props.get("children"))
    return None


async def test_another_process_knows_what_the_query_means(make_site):
    """An entry says itself what its page has read of the query: a process that has rendered nothing yet obeys it."""
    async with make_site({"page.py": SEARCH.format(code="search_params.get('q')")}) as site:
        await site.get("/?q=0")
        one, none = shown(await site.get("/?q=1")), shown(await site.get("/"))
        site.app.state.pages._known.clear()
        again = [shown(await site.get(url)) for url in ("/?q=2", "/?q=1", "/?x=1", "/")]

    assert again[0] not in (one, none)
    assert again[1:] == [one, none, none]


async def test_no_query_fills_the_store(make_site):
    """Ever new queries take turns in a few places; the page without one keeps its own."""
    async with make_site({"page.py": SEARCH.format(code="search_params.get('q')")}) as site:
        await site.get("/?q=0")
        plain = shown(await site.get("/"))
        for number in range(200):
            await site.get(f"/?q={number}")
        kept = await site.app.state.store.entries("page:/:")

        assert len(kept) <= 2 * (VARIANTS + 1)
        assert shown(await site.get("/")) == plain
        assert (await site.get("/?" + "&".join(f"a{number}" for number in range(1100)))).status_code == 400


async def test_names_that_visitors_choose(make_site):
    """A page may read names that stand in the query itself: no visitor makes the list of them endless."""
    page = SEARCH.format(code="search_params.get(search_params.get('by', ''))")
    async with make_site({"page.py": page}) as site:
        for number in range(MAX_NAMES + 10):
            await site.flight(f"/?by=n{number}")
        renders = [shown((await site.flight(url))[0]) for url in ("/?by=x&x=1", "/?by=x&x=2", "/?by=x&x=1")]
        known = site.app.state.pages._known

    assert renders[0] == renders[2] != renders[1]
    assert known == {"/": None}


async def test_spellings_of_one_path(make_site):
    """However a path is percent-encoded, it is one page."""
    async with make_site({"[name]/page.py": COUNTED.replace("page():", "page(name):")}) as site:
        renders = [(await ask(site.app, path=path)).body for path in ("/a%20b", "/%61%20b", "/a%2Fb", "/a%2fb")]
        _, payload = await site.flight("/%61%20b")

    assert renders[0] == renders[1] != renders[2] == renders[3]
    assert payload["page"] == "/a%20b"


@pytest.mark.parametrize("value", ["True", "-1", "'fortnight'", "[60]", "page"])
async def test_a_life_that_is_none(make_site, value):
    """What `revalidate` cannot mean is an error at start that names the file."""
    with pytest.raises(ConfigError, match=r"revalidate|profile"):
        async with make_site({"page.py": f"async def page():\n    return None\nrevalidate = {value}\n"}):
            pass


async def test_zero_keeps_nothing(make_site):
    """`revalidate = 0` is a page that is rendered each time, as without it."""
    async with make_site({"page.py": COUNTED.replace("60", "0")}) as site:
        renders = [shown(await site.get("/")) for _ in range(2)]

    assert renders == ["1", "2"]


async def test_a_page_that_is_past_its_time(make_site, monkeypatch):
    """After its seconds a page is rendered anew; with a profile the old one is given out once more."""
    files = {"page.py": COUNTED, "soft/page.py": COUNTED.replace("60", "'minutes'")}
    now = time.monotonic()
    async with make_site(files) as site:
        site.app.state.store._clock = lambda: now
        first = [shown(await site.get(url)) for url in ("/", "/soft")]
        now += 100
        second = [shown(await site.get(url)) for url in ("/", "/soft")]
        await eventually(lambda: site.get("/soft"), lambda response: shown(response) == "2")

    assert first == ["1", "1"]
    assert second == ["2", "1"]


async def test_a_page_that_cannot_be_made_anew(make_site):
    """While the render of a stale page fails, the old one stays, and the error reaches the log once."""
    files = {
        "page.py": TAGGED.format(revalidate=None).replace("async def page():", "async def page():\n    check()")
        + "\ndef check():\n    if len(data) > 1 and data[0] == 'broken':\n        raise LookupError\n",
        "actions/all.py": ACTIONS,
    }
    reports = []
    async with make_site(files, on_error=reports.append) as site:
        await site.get("/")
        sys.modules["app.page"].data[0] = "broken"
        await site.call(site.action_id(":tag"), "posts", "max", page="/elsewhere")
        renders = []
        for _ in range(20):
            renders.append(shown(await site.get("/")))
            await anyio.sleep(0.001)

    assert renders == ["2"] * 20


async def test_a_page_that_becomes_private(make_site):
    """A stale page that turns out to read cookies when it is made anew is given out no more."""
    page = TAGGED.format(revalidate=None).replace(
        "return h1", "name = cookies().get('name') if data[0] == 'private' else ''\n    return h1"
    )
    page = page.replace("import cached", "import cached, cookies").replace("await posts()}", "await posts()} {name}")
    async with make_site({"page.py": page, "actions/all.py": ACTIONS}) as site:
        await site.get("/")
        sys.modules["app.page"].data[0] = "private"
        await site.call(site.action_id(":tag"), "posts", "max", page="/elsewhere")
        response = await eventually(
            lambda: site.get("/", headers={"cookie": "name=Ada"}), lambda response: "Ada" in response.text
        )

    assert "etag" not in response.headers


@pytest.fixture
def development(monkeypatch):
    """Where the application would find Vite: nobody is there, so documents are rendered by the browser."""
    link = {"origin": "http://127.0.0.1:9", "socket": "/nowhere/vite.sock"}
    monkeypatch.setenv("JETBRIDGE_DEV_LINK", json.dumps(link))


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_development_tells_what_was_read(make_site, caplog, development):
    """A header and one log line name the page and the data: whether they were kept, and their tags."""
    caplog.set_level(logging.INFO, "jetbridge.cache")
    async with make_site({"page.py": TAGGED.format(revalidate=None)}, dev=True) as site:
        responses = [await site.get("/", headers=FLIGHT) for _ in range(2)] + [await site.get("/")]

    assert [one.headers["jetbridge-cache"] for one in responses] == [
        "page / miss, app.page:posts miss",
        "page / hit",
        "page / hit",
    ]
    assert [record.getMessage() for record in caplog.records if record.name == "jetbridge.cache"] == [
        "cache GET /: page / miss, app.page:posts miss; tags posts",
        "cache GET /: page / hit; tags posts",
        "cache GET /: page / hit; tags posts",
    ]
    assert "etag" not in responses[2].headers


async def test_development_tells_why_a_page_is_not_shared(make_site, caplog, development):
    """The line of each request says what the page read; the warning says once what to do about it."""
    caplog.set_level(logging.INFO, "jetbridge.cache")
    page = PRIVATE.replace("{code}", "return h1[cookies().get('name'), headers().get('x')]")
    async with make_site({"posts/[id]/page.py": page.replace("page():", "page(id: int):")}, dev=True) as site:
        responses = [await site.get(f"/posts/{number}", headers=FLIGHT) for number in (1, 1, 2)]

    told = [record.getMessage() for record in caplog.records if record.name == "jetbridge.cache"]
    assert responses[1].headers["jetbridge-cache"] == "page /posts/1 not shared: it reads cookies() and headers()"
    assert told[0].startswith("The page /posts/[id] says `revalidate` and reads cookies() and headers():")
    assert told[1:] == [
        f"cache GET /posts/{number}: page /posts/{number} not shared: it reads cookies() and headers()"
        for number in (1, 1, 2)
    ]


async def test_production_tells_nothing(make_site, caplog):
    """No header and no line there."""
    caplog.set_level(logging.INFO, "jetbridge.cache")
    async with make_site({"page.py": TAGGED.format(revalidate=None)}) as site:
        responses = [await site.get("/"), await site.get("/")]

    assert not any("jetbridge-cache" in one.headers for one in responses)
    assert [record for record in caplog.records if record.name == "jetbridge.cache"] == []
