"""`fetch`, against a real HTTP server."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import anyio
import orjson
import pytest

from jetbridge import FetchError, fetch
from jetbridge.cache import MemoryStore, cached, use_store
from jetbridge.cache.http_client import SharedClient
from jetbridge.context import RequestContext, request_context
from jetbridge.errors import ConfigError

pytestmark = pytest.mark.anyio


class Handler(BaseHTTPRequestHandler):
    """Answers with the number of the request and what was asked; /status/404 with that status, and so on."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        server = self.server
        self.rfile.read(int(self.headers.get("content-length", 0)))
        server.seen.append((self.command, self.path, {name.lower(): value for name, value in self.headers.items()}))
        first, _, rest = urlsplit(self.path).path.strip("/").partition("/")
        if first == "wait":
            server.gate.wait(20)
        if first == "redirect":
            self.send_response(302)
            self.send_header("location", "/target")
            self.send_header("content-length", "0")
            self.end_headers()
            return
        body = b"x" * int(rest) if first == "large" else orjson.dumps({"number": len(server.seen), "path": self.path})
        if first == "text":
            body = "größer".encode("latin-1")
        self.send_response(server.status or (int(rest) if first == "status" else 200))
        self.send_header("content-type", "text/plain; charset=ISO-8859-1" if first == "text" else "application/json")
        self.send_header("set-cookie", f"visitor={len(server.seen)}")
        if "chunked" in self.path:
            self.send_header("connection", "close")
        else:
            self.send_header("content-length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_HEAD = do_POST = do_GET  # noqa: N815

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.seen, server.gate, server.status = [], threading.Event(), None
    server.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.gate.set()
    server.shutdown()
    thread.join()
    server.server_close()


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(autouse=True)
async def store(clock):
    client = SharedClient()
    store = MemoryStore(clock=clock)
    with use_store(store, client=client):
        yield store
    await client.aclose()


async def test_answer(server):
    """Status, headers in any letter case, body, text and JSON."""
    response = await fetch(f"{server.url}/posts", params={"page": 2}, headers={"X-Test": "a"})

    assert (response.status, response.ok, response.headers["Content-Type"]) == (200, True, "application/json")
    assert response.json() == {"number": 1, "path": "/posts?page=2"}
    assert response.text == response.body.decode()
    assert response.url == f"{server.url}/posts?page=2"
    assert server.seen[0][2]["x-test"] == "a"
    assert (await fetch(f"{server.url}/text")).text == "größer"


async def test_other_methods(server):
    """What is sent is sent each time."""
    for _ in range(2):
        await fetch(f"{server.url}/posts", method="post", json={"title": "x"})

    assert [(method, headers["content-type"]) for method, _, headers in server.seen] == [
        ("POST", "application/json")
    ] * 2


@pytest.mark.parametrize(
    ("options", "requests"),
    [
        ({}, 2),
        ({"tags": ["posts"]}, 1),
        ({"revalidate": 60}, 1),
        ({"revalidate": "hours"}, 1),
        ({"cache": "force-cache"}, 1),
        ({"tags": ["posts"], "cache": "no-store"}, 2),
    ],
)
async def test_what_is_kept(server, options, requests):
    """An answer is kept where tags, a time or "force-cache" ask for it."""
    for _ in range(2):
        assert (await fetch(server.url, **options)).json()["number"] <= requests

    assert len(server.seen) == requests


async def test_what_tells_requests_apart(server):
    """URL, method and headers: nobody gets what was answered to other credentials."""
    ways = [
        {"headers": {"authorization": "ann"}},
        {"headers": {"authorization": "bob"}},
        {"params": {"a": 1}},
        {"method": "HEAD"},
        {},
    ]
    for _ in range(2):
        for way in ways:
            await fetch(server.url, tags=["x"], **way)

    assert len(server.seen) == len(ways)


async def test_kept_answer(server):
    """A kept answer is as the first one was; cookies of the other server are for nobody."""
    first, second = [await fetch(f"{server.url}/text", tags=["x"]) for _ in range(2)]

    assert (second.status, second.text, second.url) == (first.status, "größer", first.url)
    assert dict(second.headers) == dict(first.headers)
    assert "set-cookie" not in second.headers
    assert len(server.seen) == 1


async def test_no_cookies_are_remembered(server):
    """Cookies that one answer sets are not sent with the next request: it may be for another visitor."""
    for _ in range(2):
        await fetch(server.url)

    assert ["cookie" in headers for _, _, headers in server.seen] == [False, False]


async def test_expiry(server, store, clock):
    """Answers expire by tag and by age, and their tags reach cached functions around them."""
    assert await count_of(server.url) == 1
    assert await count_of(server.url) == 1
    await store.expire_tags(["posts"])
    assert await count_of(server.url) == 2
    clock.now += 60
    assert (await fetch(server.url, tags=["posts"], revalidate=60)).json()["number"] == 3


@cached
async def count_of(url: str) -> int:
    return (await fetch(url, tags=["posts"], revalidate=60)).json()["number"]


@pytest.mark.parametrize(("status", "requests"), [(200, 1), (404, 1), (410, 1), (400, 2), (401, 2), (429, 2), (500, 2)])
async def test_statuses(server, status, requests):
    """What says that something went wrong is given out and not kept."""
    for _ in range(2):
        response = await fetch(f"{server.url}/status/{status}", tags=["x"])
        assert response.status == status

    assert len(server.seen) == requests
    if not response.ok:
        with pytest.raises(FetchError, match=f"answered with {status}") as raised:
            response.raise_for_status()
        assert raised.value.response is response
    else:
        assert response.raise_for_status() is response


async def test_server_that_fails_later(server, clock):
    """While the other server fails, what it answered before stays, and it is not asked at each read."""
    await fetch(server.url, revalidate="minutes")
    clock.now += 61
    server.status = 500
    for _ in range(3):
        assert (await fetch(server.url, revalidate="minutes")).status == 200
        await wait_for(lambda: len(server.seen) == 2)
        await anyio.wait_all_tasks_blocked()
    assert len(server.seen) == 2


async def wait_for(condition):
    with anyio.fail_after(20):
        while not condition():  # noqa: ASYNC110
            await anyio.sleep(0.01)


async def test_at_the_same_time(server):
    """Requests for the same answer at the same time are one."""
    results: list = []

    async def ask():
        results.append((await fetch(f"{server.url}/wait", tags=["x"])).json()["number"])

    async with anyio.create_task_group() as group:
        for _ in range(20):
            group.start_soon(ask)
        await wait_for(lambda: server.seen)
        server.gate.set()

    assert results == [1] * 20


async def test_redirects(server):
    """Redirects are followed; the answer says where it came from."""
    response = await fetch(f"{server.url}/redirect", tags=["x"])

    assert (response.url, response.status) == (f"{server.url}/target", 200)


@pytest.mark.parametrize(
    ("path", "options", "message"),
    [
        ("/wait", {"timeout": 0.1}, r"/wait did not answer within 0\.1 s"),
        ("/large/2000", {"max_bytes": 1000}, r"more than 1000 bytes \(max_bytes\)"),
    ],
)
@pytest.mark.parametrize("tags", [[], ["x"]])
async def test_limits(server, path, options, message, tags):
    """An answer that is late or too large is an error, and is not kept."""
    for _ in range(2):
        with pytest.raises(FetchError, match=message):
            await fetch(f"{server.url}{path}", tags=tags, **options)
    assert len(server.seen) == 2


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_endless_answer(server, anyio_backend):
    """An answer that does not say how long it is counts as it comes."""
    with pytest.raises(FetchError, match="more than 1000 bytes"):
        await fetch(f"{server.url}/large/200000?chunked", max_bytes=1000)


async def test_nobody_there(server):
    """A server that cannot be reached is an error that names it."""
    with pytest.raises(FetchError, match=r"http://127\.0\.0\.1:1/x: "):
        await fetch("http://127.0.0.1:1/x")


async def test_body_that_is_no_json(server):
    """A body that is no JSON is named."""
    with pytest.raises(FetchError, match="did not answer with JSON"):
        (await fetch(f"{server.url}/text")).json()


@pytest.mark.parametrize(
    ("url", "options", "message"),
    [
        ("/posts", {}, "needs a whole URL"),
        ("file:///etc/passwd", {}, "needs a whole URL"),
        ("http://x:port", {}, "no URL"),
        ("http://x", {"method": "POST", "tags": ["x"]}, "only answers to GET and HEAD"),
        ("http://x", {"tags": "posts"}, r"tags=\['posts'\]"),
        ("http://x", {"revalidate": 0}, "more than 0"),
    ],
)
async def test_options_that_do_not_fit(url, options, message):
    """Wrong options are named before anything is sent."""
    with pytest.raises(ConfigError, match=message):
        await fetch(url, **options)


async def test_without_an_application(server):
    """Without an application each call has connections of its own."""
    with use_store(MemoryStore()):
        assert (await fetch(server.url)).ok


async def test_events(server):
    """What a request fetched from the cache is recorded."""
    context = RequestContext()
    with request_context(context):
        for _ in range(2):
            await fetch(f"{server.url}/posts", tags=["posts"])

    assert [(event.name, event.outcome, event.tags) for event in context.cache_events] == [
        (f"GET {server.url}/posts", "miss", ("posts",)),
        (f"GET {server.url}/posts", "hit", ("posts",)),
    ]


async def test_credentials_in_the_url(server, store, caplog):
    """They are sent as a header, tell answers apart, and stand in no message, log line, event or kept value."""
    caplog.set_level("DEBUG")
    host = server.url.removeprefix("http://")
    numbers = []
    context = RequestContext()
    with request_context(context):
        for user in ("ann:s3cret", "bob:s3cret", "ann:s3cret"):
            answer = await fetch(f"http://{user}@{host}/a", tags=["x"])
            numbers.append(answer.json()["number"])
        with pytest.raises(FetchError) as refused:
            (await fetch(f"http://ann:s3cret@{host}/status/500")).raise_for_status()
        with pytest.raises(FetchError) as absent:
            await fetch("http://ann:s3cret@127.0.0.1:1/")
        with pytest.raises(ConfigError) as misused:
            await fetch(f"http://ann:s3cret@{host}/a", method="POST", tags=["x"])
    kept = [(await store.get(entry.key)).value for entry in await store.entries()]

    assert numbers == [1, 2, 1]
    assert [headers["authorization"] for _, _, headers in server.seen][:2] == [
        "Basic YW5uOnMzY3JldA==",
        "Basic Ym9iOnMzY3JldA==",
    ]
    told = [
        answer.url,
        *(str(error.value) for error in (refused, absent, misused)),
        str(kept),
        str(context.cache_events),
        caplog.text,
    ]
    assert not [text for text in told if "s3cret" in text]


@pytest.mark.parametrize(
    "data",
    [b"", b"[]\n", b'["u",200,[[1,2]]]\n', b'["u","200",[]]\n', b"[3,200,[]]\n", b'["u",200,[["a","\xe2\x82\xac"]]]\n'],
)
async def test_kept_by_somebody_else(server, store, data):
    """Bytes that are no answer of ours are none: it is asked for anew."""
    await fetch(server.url, tags=["x"])
    (entry,) = await store.entries()
    await store.clear()
    await store.set(entry.key, data, version=(await store.get(entry.key)).version)

    assert (await fetch(server.url, tags=["x"])).json()["number"] == 2
