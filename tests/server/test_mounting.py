"""Inside another application: its routes, its middleware, and no start signal."""

import httpx2
import orjson
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from jetbridge.flight.decoder import decode_flight
from tests.server.asgi import ask

pytestmark = pytest.mark.anyio

FILES = {
    "page.py": "def page():\n    return 'home ' * 500",
    "slow/page.py": "import anyio\n\nasync def page():\n    await anyio.sleep(0.01)\n    return 'slow'",
    "slow/loading.py": "def loading():\n    return 'wait'",
    "fail/page.py": "def page():\n    raise ValueError('secret')",
    "api/route.py": "from starlette.responses import Response\n\nasync def GET():\n    return Response('pong')",
    "actions/main.py": '''
        """use server"""
        from jetbridge import cookies, refresh, redirect

        async def add(a: int, b: int):
            refresh()
            return a + b

        async def go(form):
            cookies().set("seen", "1")
            redirect("/slow")
    ''',
}


async def add_header(request, call_next):
    response = await call_next(request)
    response.headers["x-outer"] = "yes"
    return response


def own_route(request):
    return PlainTextResponse("own")


@pytest.mark.parametrize("middleware", [[], [Middleware(BaseHTTPMiddleware, add_header)], [Middleware(GZipMiddleware)]])
async def test_at_the_root(make_site, middleware, caplog):
    """Pages, navigations, calls, forms and handlers work behind another application's routes and middleware."""
    async with make_site(FILES) as site:
        outer = Starlette(routes=[Route("/own", own_route), Mount("/", site.app)], middleware=middleware)
        transport = httpx2.ASGITransport(app=outer)
        async with httpx2.AsyncClient(transport=transport, base_url="http://site.test") as client:
            own = await client.get("/own")
            page = await client.get("/")
            slow = await client.get("/slow", headers={"accept": "text/x-component"})
            api = await client.get("/api")
            missing = await client.get("/nowhere")
            same_site = {"sec-fetch-site": "same-origin", "jetbridge-page": "/slow"}
            url = f"/_jetbridge/action/{site.action_id(':add')}"
            call = await client.post(url, content=orjson.dumps([2, 3]), headers=same_site)
            evil = await client.post(url, content=b"[2,3]", headers={"origin": "https://evil.example"})
            fields = {f"$ACTION_ID_{site.action_id(':go')}": (None, "")}
            form = await client.post("/", files=fields, headers={"sec-fetch-site": "same-origin"})

        assert (own.text, api.text) == ("own", "pong")
        assert "home home" in page.text
        assert b"slow" in slow.content
        assert missing.status_code == 404
        assert decode_flight(call.content)["returnValue"].value == 5
        assert evil.status_code == 403
        assert (form.status_code, form.headers["location"]) == (303, "/slow")
        assert form.headers["set-cookie"].startswith("seen=1")
        assert [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")] == []


async def test_below_a_path(make_site, caplog):
    """Handlers answer there; that pages cannot work is said once in the log."""
    async with make_site(FILES) as site:
        outer = Starlette(routes=[Mount("/site", site.app)])
        answers = [await ask(outer, path="/site/api") for _ in range(3)]
        slash = await ask(outer, path="/site/api/")

    assert [answer.body for answer in answers] == [b"pong"] * 3
    assert slash.status == 200
    assert [record.levelname for record in caplog.records if "mounted at /site" in record.getMessage()] == ["WARNING"]
