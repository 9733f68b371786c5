"""Route handlers: the whole of HTTP for everyone who is not the React application."""

import hashlib
import hmac

import pytest

pytestmark = pytest.mark.anyio

HOOK = """
    import hashlib, hmac
    from starlette.responses import JSONResponse, Response

    async def POST(request):
        body = await request.body()
        expected = hmac.new(b"key", body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected, request.headers.get("x-signature", "")):
            return Response("bad signature", 401)
        return JSONResponse({"bytes": len(body)}, 202)
"""


async def test_a_webhook_reads_the_raw_body(make_site):
    """A signature over the exact bytes can be checked; no origin is asked for, any status may be answered."""
    body = b'{ "a":1 }'
    async with make_site({"hook/route.py": HOOK}) as site:
        signature = hmac.new(b"key", body, hashlib.sha256).hexdigest()
        good = await site.client.post("/hook", content=body, headers={"x-signature": signature})
        bad = await site.client.post("/hook", content=body + b" ", headers={"x-signature": signature})

        assert (good.status_code, good.json()) == (202, {"bytes": 9})
        assert bad.status_code == 401


async def test_methods(make_site):
    """HEAD comes with GET, OPTIONS lists what there is, and the rest is 405 with `Allow`."""
    source = """
        from starlette.responses import PlainTextResponse

        def GET(id: int):
            return PlainTextResponse(f"item {id}")
    """
    async with make_site({"items/[id]/route.py": source}) as site:
        get = await site.get("/items/7")
        head = await site.client.head("/items/7")
        options = await site.client.options("/items/7")
        post = await site.client.post("/items/7")

        assert get.text == "item 7"
        assert (head.status_code, head.headers["content-length"], head.content) == (200, "6", b"")
        assert (options.status_code, options.headers["allow"]) == (204, "GET, HEAD, OPTIONS")
        assert (post.status_code, post.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
        assert (await site.get("/items/x")).status_code == 404


async def test_a_stream(make_site):
    """A handler may stream its answer."""
    source = """
        from starlette.responses import StreamingResponse

        async def pieces():
            yield b"a"
            yield b"b"

        async def GET():
            return StreamingResponse(pieces(), media_type="text/plain")
    """
    async with make_site({"s/route.py": source}) as site:
        assert (await site.get("/s")).text == "ab"


async def test_cookies_redirects_and_signals(make_site):
    """The same functions work as in actions: cookies are set, redirect() is 307 for GET and 303 for POST."""
    source = """
        from jetbridge import cookies, forbidden, not_found, redirect

        async def GET():
            cookies().set("seen", "1")
            redirect("/x")

        async def POST():
            redirect("/x")

        async def PUT():
            forbidden()

        async def DELETE():
            not_found()
    """
    async with make_site({"r/route.py": source}) as site:
        get = await site.get("/r")
        assert (get.status_code, get.headers["location"]) == (307, "/x")
        assert get.headers["set-cookie"].startswith("seen=1")
        assert (await site.client.post("/r")).status_code == 303
        assert (await site.client.put("/r")).status_code == 403
        assert (await site.client.delete("/r")).status_code == 404


async def test_a_handler_that_returns_no_response(make_site, caplog):
    """The log names the handler and says what it must return; the caller learns nothing."""
    async with make_site({"r/route.py": "async def GET():\n    return {'password': 'hunter2'}"}) as site:
        response = await site.get("/r")

        assert response.status_code == 500
        assert "hunter2" not in response.text
        assert "a route handler returns a Response" in caplog.text


async def test_what_a_failing_handler_revalidated_counts(make_site):
    """As with actions: the data has changed, whatever happened next."""
    source = """
        from starlette.responses import PlainTextResponse
        from jetbridge import cached, revalidate_tag

        made = []

        @cached(tags=["t"])
        async def read():
            made.append(1)
            return len(made)

        async def GET():
            return PlainTextResponse(str(await read()))

        async def POST():
            revalidate_tag("t")
            raise ValueError("later")
    """
    async with make_site({"r/route.py": source}) as site:
        assert (await site.get("/r")).text == "1"
        assert (await site.client.post("/r")).status_code == 500
        assert (await site.get("/r")).text == "2"


async def test_a_signal_out_of_a_task_group(make_site):
    """A handler may redirect from within a task group, which wraps what leaves it."""
    source = """
        import anyio
        from jetbridge import redirect

        async def leave():
            redirect("/x")

        async def GET():
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(leave)
    """
    async with make_site({"r/route.py": source}) as site:
        response = await site.get("/r")

        assert (response.status_code, response.headers["location"]) == (307, "/x")


async def test_work_after_the_response(make_site):
    """after() runs when the response is sent, and its errors stop nothing."""
    source = """
        from jetbridge import after, redirect
        from starlette.responses import PlainTextResponse

        done = []

        async def later():
            done.append("async")

        def broken():
            raise ValueError("broken")

        def leaving():
            redirect("/x")

        async def GET():
            after(broken)
            after(leaving)
            after(later)
            after(lambda: done.append("plain"))
            return PlainTextResponse(str(len(done)))
    """
    async with make_site({"r/route.py": source}) as site:
        assert (await site.get("/r")).text == "0"
        assert (await site.get("/r")).text == "2"
