"""Requests as servers of all kinds hand them on: odd paths, missing members, mounts, duplicates, HEAD, HTTP/1.0."""

import anyio
import pytest

from tests.server.asgi import ask

pytestmark = pytest.mark.anyio

FILES = {
    "page.py": "def page():\n    return 'home'",
    "posts/[id]/page.py": "def page(id):\n    return f'post {id}'",
    "go/page.py": "from jetbridge import redirect\n\ndef page():\n    redirect('/posts/1')",
    "not_found.py": "def not_found():\n    return 'nothing here'",
    "echo/route.py": """
        from starlette.responses import PlainTextResponse

        async def POST(request):
            return PlainTextResponse(await request.body())
    """,
    "actions/main.py": '''
        """use server"""
        from typing import Annotated, Any

        from jetbridge import redirect
        from pydantic import AfterValidator

        async def echo(value):
            return value

        def _refuse(value):
            raise ValueError(f"{value} is not wanted")

        async def check(value: Annotated[Any, AfterValidator(_refuse)]):
            return value

        async def go():
            redirect("/posts/1")
    ''',
}

SAME_SITE = {"sec-fetch-site": "same-origin"}


@pytest.mark.parametrize(
    "path", ["/posts/a\r\nset-cookie: x=1/", "/posts/日本/", "/posts/a?b=1/", "/posts/%/", "/posts/\ud800/"]
)
async def test_a_server_without_raw_path(make_site, path):
    """Where only the decoded path is known it is encoded again: nothing in it reaches a header or is decoded twice."""
    async with make_site(FILES) as site:
        answer = await ask(site.app, decoded=path)

        assert answer.status == 308
        location = answer.header("location")
        assert location is not None
        assert location.isprintable()
        assert "?" not in location
        assert answer.header("set-cookie") is None


async def test_what_a_server_may_leave_out(make_site):
    """The members of a scope that are optional, or missing in test tools, are not needed."""
    async with make_site(FILES) as site:
        answer = await ask(site.app, raw_path=None, scheme=None, client=None, server=None, root_path=None)

        assert answer.status == 200


@pytest.mark.parametrize(
    ("root_path", "path", "text"),
    [
        ("/app", "/app", "home"),
        ("/app", "/app/", "home"),
        ("/app/", "/app/posts/1", "post 1"),
        ("/my app", "/my%20app/posts/1", "post 1"),
        ("/a", "/posts/1", "post 1"),
        ("/post", "/posts/1", "post 1"),
        ("", "/posts/%E6%97%A5", "post 日"),
    ],
)
async def test_the_path_below_a_mount(make_site, root_path, path, text):
    """The mount is taken off the path where it is a whole part of it, however it is written."""
    async with make_site(FILES) as site:
        answer = await ask(site.app, path=path, root_path=root_path)

        assert text.encode() in answer.body


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "OPTIONS", "PROPFIND"])
async def test_other_methods_where_nothing_is(make_site, method):
    """No method is allowed at an address that does not exist: 404, and no list of methods."""
    async with make_site(FILES) as site:
        answer = await ask(site.app, method, "/nowhere", headers=SAME_SITE)

        assert (answer.status, answer.header("allow")) == (404, None)


@pytest.mark.parametrize("path", ["/", "/nowhere", "/_jetbridge/assets/x/y.js", "/_jetbridge/action/x", "/echo"])
async def test_head_never_has_a_body(make_site, path):
    """Whatever answers HEAD, a refusal included, sends no body."""
    async with make_site(FILES) as site:
        answer = await ask(site.app, "HEAD", path)

        assert answer.status in (200, 404, 405)
        assert (answer.body, answer.complete) == (b"", True)


@pytest.mark.parametrize("host", ["", "a b", "[::1", "user@host", "host:99999", "a, b", "é", "\x00"])
@pytest.mark.parametrize("origin", [None, "http://site.test"])
async def test_a_strange_host_is_no_error_of_the_server(make_site, host, origin):
    """Whatever stands in Host: a redirect leads to its path, and a call is answered or refused."""
    headers = {**SAME_SITE, "host": host} if origin is None else {"host": host, "origin": origin}
    async with make_site(FILES) as site:
        page = await ask(site.app, path="/go", headers=headers)
        call = await ask(site.app, "POST", f"/_jetbridge/action/{site.action_id(':go')}", headers=headers, body=b"[]")

        assert (page.status, page.header("location")) == (307, "/posts/1")
        assert call.status == (200 if origin is None else 403)


async def test_http_1_0_without_a_host(make_site):
    """An old client names no host: pages and redirects work all the same."""
    async with make_site(FILES) as site:
        answer = await ask(site.app, path="/go", headers=[("host", "")], http_version="1.0")

        assert (answer.status, answer.header("location")) == (307, "/posts/1")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([("origin", "http://site.test"), ("origin", "http://site.test")], 403),
        ([("origin", "http://site.test"), ("origin", "https://evil.example")], 403),
        ([("origin", "")], 403),
        ([("origin", "http://site.test"), ("host", "site.test"), ("host", "evil.example")], 403),
        ([("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")], 403),
        ([("sec-fetch-site", "same-origin"), ("content-length", "2"), ("content-length", "2")], 400),
        ([("sec-fetch-site", "same-origin"), ("content-length", "-1")], 400),
        ([("sec-fetch-site", "same-origin"), ("content-length", "9" * 5000)], 413),
        ([("sec-fetch-site", "same-origin"), ("content-type", "multipart/form-data; boundary=" + "b" * 5000)], 400),
        ([("sec-fetch-site", "same-origin"), ("cookie", "=; ;;a;b=;" * 3000)], 200),
        ([("sec-fetch-site", "same-origin"), *[("cookie", f"c{number}=1") for number in range(500)]], 200),
        ([("sec-fetch-site", "same-origin"), ("content-type", "\xff"), ("content-type", ";;")], 200),
    ],
)
async def test_duplicate_and_strange_headers(make_site, headers, status):
    """A header that is sent twice never widens what is allowed."""
    async with make_site(FILES) as site:
        answer = await ask(
            site.app, "POST", f"/_jetbridge/action/{site.action_id(':echo')}", headers=headers, body=b"[1]"
        )

        assert answer.status == status


async def test_a_multipart_post_of_another_site_is_refused_unread(make_site):
    """The origin is checked before the body is asked for."""
    headers = {"origin": "https://evil.example", "content-type": "multipart/form-data; boundary=b"}
    async with make_site(FILES) as site:
        answer = await ask(site.app, "POST", "/", headers=headers, body=["never read"])

        assert answer.status == 403


async def test_a_body_in_pieces(make_site):
    """How a body was cut on the way does not matter, empty pieces included."""
    async with make_site(FILES) as site:
        url = f"/_jetbridge/action/{site.action_id(':echo')}"
        answer = await ask(site.app, "POST", url, headers=SAME_SITE, body=[b"", b'["a', b"", b'b"]', b""])

        assert answer.status == 200
        assert b'"ab"' in answer.body


async def test_who_sends_too_much_reads_why(make_site):
    """The rest of a body that is refused is read for a moment, and only then is the connection closed."""
    async with make_site(FILES) as site:
        url = f"/_jetbridge/action/{site.action_id(':echo')}"
        pieces = [b"x" * 600_000] * 4
        answer = await ask(site.app, "POST", url, headers=SAME_SITE, body=pieces)
        modern = await ask(site.app, "POST", url, headers=SAME_SITE, body=pieces, http_version="2")

        assert (answer.status, answer.header("connection"), answer.complete) == (413, "close", True)
        assert (modern.status, modern.header("connection")) == (413, None)


async def test_a_sender_without_end_is_not_waited_for(make_site, monkeypatch):
    """Reading on is bounded in time."""
    monkeypatch.setattr("jetbridge.server.body.LINGER_SECONDS", 0.05)
    async with make_site(FILES) as site:
        url = f"/_jetbridge/action/{site.action_id(':echo')}"
        messages = iter(lambda: {"type": "http.request", "body": b"x" * 100_000, "more_body": True}, None)
        sent = []

        async def receive():
            await anyio.sleep(0.001)
            return next(messages)

        async def send(message):
            sent.append(message)

        scope = {"type": "http", "method": "POST", "path": url, "headers": [(b"sec-fetch-site", b"same-origin")]}
        with anyio.fail_after(2):
            await site.app(scope, receive, send)

        assert sent[0]["status"] == 413
        assert not sent[-1].get("more_body")


async def test_a_validator_that_names_what_no_encoding_holds(make_site):
    """A lone surrogate that a validator repeats is refused, and is no error of the server."""
    async with make_site(FILES) as site:
        url = f"/_jetbridge/action/{site.action_id(':check')}"
        answer = await ask(site.app, "POST", url, headers=SAME_SITE, body=b'["\\ud800"]')

        assert answer.status == 422
        assert b"no encoding" in answer.body
