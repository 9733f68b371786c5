"""Cookies and sessions reach the browser on every kind of answer, and nobody else's browser."""

import pytest

from tests.server.asgi import ask

pytestmark = pytest.mark.anyio

PAGE = """
    from jetbridge import redirect, session

    def page(search_params):
        if "away" in search_params:
            redirect("/target")
        return f'home of {session().get("name", "nobody")}'
"""

FILES = {
    "page.py": PAGE,
    "target/page.py": "def page():\n    return 'the target'",
    "error.py": "from jetbridge.components import ErrorMessage\n\ndef error():\n    return ErrorMessage()",
    "api/route.py": """
        from starlette.responses import Response
        from jetbridge import cookies, forbidden, redirect, session

        SHARED = Response("shared")

        async def GET(request):
            if "name" in request.query_params:
                session()["name"] = request.query_params["name"]
            return SHARED

        async def POST():
            cookies().set("seen", "1")
            redirect("/target")

        async def PUT():
            cookies().set("seen", "1")
            forbidden()

        async def DELETE():
            session().clear()
            return Response(status_code=204)

        async def PATCH():
            session()["big"] = "x" * 5000
            return Response("not sent")
    """,
    "actions/main.py": '''
        """use server"""
        from jetbridge import ActionError, cookies, not_found, redirect, refresh, revalidate_path, session

        async def value(form):
            cookies().set("seen", "1")

        async def go(form):
            cookies().set("seen", "1")
            redirect("/target")

        async def go_far(form):
            cookies().set("seen", "1")
            redirect("https://pay.example/", external=True)

        async def fail(form):
            cookies().set("seen", "1")
            raise ValueError("x")

        async def refuse(form):
            cookies().set("seen", "1")
            raise ActionError("No", status=409)

        async def missing(form):
            cookies().set("seen", "1")
            not_found()

        async def large(form):
            session()["big"] = "x" * 5000
            refresh()
            return "kept"

        async def strange(form):
            session()["object"] = object()

        async def remember(form):
            session()["name"] = "Ada"

        async def forget(form):
            session().clear()

        async def twice(form):
            session()["name"] = "Bob"
            del session()["name"]

        async def fill(form):
            session()["cart"] = [{"id": 1}]

        async def add(form):
            session()["cart"].append({"id": 2})
            session()["cart"][0]["id"] = 7

        async def spoil(form):
            session()["cart"].append(object())

        async def look(form):
            return session()["cart"]

        async def split(form):
            cookies().set("a", "b", path="/\\r\\nset-cookie: c=d")
    ''',
}


@pytest.mark.parametrize(
    ("name", "call_status", "form_status"),
    [
        ("value", 200, 200),
        ("go", 200, 303),
        ("go_far", 200, 303),
        ("fail", 500, 500),
        ("refuse", 409, 409),
        ("missing", 404, 404),
    ],
)
async def test_a_cookie_of_an_action_is_never_lost(make_site, name, call_status, form_status):
    """However the action ends, with JavaScript and without, its cookie is on the answer, once."""
    async with make_site(FILES) as site:
        action_id = site.action_id(f":{name}")
        call, _ = await site.call(action_id, {})
        form = await site.post("/", {f"$ACTION_ID_{action_id}": ""})

        assert (call.status_code, form.status_code) == (call_status, form_status)
        for response in (call, form):
            assert response.headers.get_list("set-cookie") == ["seen=1; Path=/; HttpOnly; SameSite=Lax"]


@pytest.mark.parametrize("javascript", [False, True])
async def test_a_cookie_survives_a_page_that_redirects(make_site, javascript):
    """The page that is rendered after an action may itself lead elsewhere."""
    async with make_site(FILES) as site:
        action_id = site.action_id(":value")
        if javascript:
            response, payload = await site.call(action_id, {}, page="/?away")
            assert payload["redirect"]["url"] == "/target"
        else:
            response = await site.post("/?away", {f"$ACTION_ID_{action_id}": ""})
            assert (response.status_code, response.headers["location"]) == (303, "/target")

        assert response.headers.get_list("set-cookie") == ["seen=1; Path=/; HttpOnly; SameSite=Lax"]


async def test_a_call_is_answered_as_a_call_whatever_it_accepts(make_site):
    """A call gets Flight even when its sender forgot to ask for it, a redirect of the page included."""
    async with make_site(FILES) as site:
        response, payload = await site.call(site.action_id(":value"), {}, page="/?away", accept="*/*")

        assert response.status_code == 200
        assert payload["page"] == "/target"


@pytest.mark.parametrize(("method", "status"), [("POST", 303), ("PUT", 403)])
async def test_a_cookie_of_a_handler_that_ends_with_a_signal(make_site, method, status):
    """Redirects and refusals carry the cookies too."""
    async with make_site(FILES) as site:
        answer = await ask(site.app, method, "/api")

        assert (answer.status, answer.all("set-cookie")) == (status, ["seen=1; Path=/; HttpOnly; SameSite=Lax"])


async def test_a_response_that_is_given_to_everybody_carries_nobodys_cookies(make_site):
    """A handler may return one object again and again: the session of one visitor is not sent to the next."""
    async with make_site(FILES) as site:
        first = await ask(site.app, path="/api?name=Ada")
        second = await ask(site.app, path="/api")

        assert len(first.all("set-cookie")) == 1
        assert second.all("set-cookie") == []


@pytest.mark.parametrize("name", ["large", "strange"])
async def test_a_session_that_cannot_be_kept_is_the_actions_error(make_site, caplog, name):
    """Too large for a cookie, or no JSON: the action has failed, and its page shows the error boundary."""
    async with make_site(FILES) as site:
        call, payload = await site.call(site.action_id(f":{name}"), {})
        form = await site.post("/", {f"$ACTION_ID_{site.action_id(f':{name}')}": ""})

        assert (call.status_code, form.status_code) == (500, 500)
        assert "returnValue" in payload
        assert "ErrorMessage" in form.text
        assert "set-cookie" not in call.headers
        assert "session" in caplog.text


async def test_a_session_that_a_handler_cannot_keep(make_site, caplog):
    """A handler's response is not sent without the session that it counts on."""
    async with make_site(FILES) as site:
        answer = await ask(site.app, "PATCH", "/api")

        assert answer.status == 500
        assert b"not sent" not in answer.body
        assert "a cookie holds 4000" in caplog.text


async def test_a_session_that_is_emptied_is_deleted(make_site):
    """Nothing is left of it in the browser."""
    async with make_site(FILES) as site:
        await site.call(site.action_id(":remember"), {})
        assert "jetbridge-session" in site.client.cookies
        response, _ = await site.call(site.action_id(":forget"), {})
        assert "Max-Age=0" in response.headers["set-cookie"]
        assert "jetbridge-session" not in site.client.cookies
        await site.call(site.action_id(":remember"), {})
        await site.client.delete("/api")
        assert "jetbridge-session" not in site.client.cookies
        response, _ = await site.call(site.action_id(":twice"), {})
        assert "Max-Age=0" in response.headers["set-cookie"]


async def test_over_https_cookies_are_secure(make_site):
    """Also behind a proxy that ends TLS, where it is trusted."""
    headers = {"sec-fetch-site": "same-origin", "x-forwarded-proto": "https"}
    async with make_site(FILES, trusted_proxies=("192.0.2.0/24",)) as site:
        url = f"/_jetbridge/action/{site.action_id(':remember')}"
        trusted = await ask(site.app, "POST", url, headers=headers, body=b"[{}]")
        other = await ask(site.app, "POST", url, headers=headers, body=b"[{}]", client=("198.51.100.1", 1))

        assert "; Secure" in (trusted.header("set-cookie") or "")
        assert "; Secure" not in (other.header("set-cookie") or "")


async def test_no_attribute_of_a_cookie_starts_a_header(make_site, caplog):
    """A path with a line break is refused where it is set."""
    async with make_site(FILES) as site:
        response, _ = await site.call(site.action_id(":split"), {})

        assert response.status_code == 500
        assert "set-cookie" not in response.headers
        assert "a character that headers cannot hold" in caplog.text


async def test_a_change_inside_a_value_of_the_session_is_kept(make_site):
    """A list that is appended to, and a dict in it, are written back; what is only read is not."""
    async with make_site(FILES) as site:
        await site.call(site.action_id(":fill"), {})
        added, payload = await site.call(site.action_id(":add"), {})
        seen, second = await site.call(site.action_id(":look"), {})

        assert ("set-cookie" in added.headers, "set-cookie" in seen.headers) == (True, False)
        assert second["returnValue"].value == [{"id": 7}, {"id": 2}]
        assert (payload.get("revalidated") is not None, "revalidated" in second) == (True, False)


async def test_a_change_inside_that_cannot_be_kept_is_the_actions_error(make_site, caplog):
    """As for a value that is set."""
    async with make_site(FILES) as site:
        await site.call(site.action_id(":fill"), {})
        response, _ = await site.call(site.action_id(":spoil"), {})
        _, payload = await site.call(site.action_id(":look"), {})

        assert (response.status_code, "set-cookie" in response.headers) == (500, False)
        assert payload["returnValue"].value == [{"id": 1}]
        assert "JSON values only" in caplog.text
