"""TestClient on a tiny application, without a Node worker."""

from __future__ import annotations

import json
import sys
import textwrap

import pytest

from jetbridge import FormData, bind, wire
from jetbridge.config import Config
from jetbridge.node.manifest import VERSION
from jetbridge.server.application import Jetbridge
from jetbridge.testing import CallFailed, TestClient

FILES = {
    "layout.py": """
        from jetbridge.html import body, head, html

        def layout(children):
            return html(lang="en")[head(), body[children]]
    """,
    "notes/page.py": """
        from jetbridge.html import form, input_, main

        from app.actions import add_note

        def page():
            return main[form(action=add_note)[input_(name="text")]]
    """,
    "served/route.py": """
        from starlette.responses import HTMLResponse

        from app.actions import add_note

        async def GET(request):
            hidden = '<input type="hidden" name="$ACTION_ID_{}">'.format(request.query_params["id"])
            form = '<form action="/notes" method="POST" encType="multipart/form-data">{}<input name="text">{}</form>'
            buttons = '<button>Add</button><button formaction="/nowhere">Lose</button>'
            return HTMLResponse(form.format(hidden, buttons) + '<form action="/echo"><input name="q"></form>')
    """,
    "echo/route.py": """
        from starlette.responses import JSONResponse

        async def GET(request):
            return JSONResponse({"query": dict(request.query_params), "cookies": dict(request.cookies)})
    """,
    "actions.py": '''
        """use server"""

        from jetbridge import ActionError, FieldError, FormData, cookies, redirect, session
        from jetbridge import revalidate_path, revalidate_tag


        async def add_note(form: FormData) -> str:
            text = form.get("text", "")
            if text == "go":
                redirect("/notes?added=1")
            revalidate_tag("notes")
            revalidate_path("/notes")
            cookies().set("last", "x")
            return f"added {text}"


        async def add(left: int, right: int) -> int:
            return left + right


        async def whoami() -> str:
            return str(session().get("user"))


        async def fail(how: str) -> None:
            if how == "expected":
                raise ActionError("Not today", code="closed", status=409)
            if how == "field":
                raise FieldError("title", "Taken")
            raise RuntimeError("secret")
    ''',
}


def write_empty_build(folder):
    """What `jetbridge build` leaves behind for an application without client components."""
    (folder / "client").mkdir(parents=True)
    manifest = {
        "version": VERSION,
        "react": wire.REACT_VERSION,
        "id": "b",
        "runtime": "r.js",
        "modules": {},
        "slots": [],
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))


@pytest.fixture
def anyio_backend():
    """The server starts the Node worker with asyncio."""
    return "asyncio"


@pytest.fixture
async def client(tmp_path):
    """A visitor of the application."""
    for name, source in FILES.items():
        file = tmp_path / "app" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(source).lstrip())
    write_empty_build(tmp_path / ".jetbridge" / "build")
    secret = "a secret for tests that is long enough"
    config = Config.load(tmp_path, env={"JETBRIDGE_SECRET": secret}, node_workers=0)
    async with TestClient(Jetbridge(config=config)) as visitor:
        yield visitor
    for name in [name for name in sys.modules if name == "app" or name.startswith("app.")]:
        del sys.modules[name]


def action(name):
    return getattr(sys.modules["app.actions"], name)


pytestmark = pytest.mark.anyio


async def test_call_returns_the_value(client):
    """A call by function, by name, and with bound arguments gives what the action returned."""
    assert (await client.call_action(action("add"), 1, 2)).value == 3
    assert (await client.call_action("app.actions:add", 1, 2)).value == 3
    assert (await client.call_action(bind(action("add"), 1), 2)).value == 3


async def test_call_tells_what_it_changed(client):
    """Tags, paths, cookies and the page that came along can be read from the answer."""
    answer = await client.call_action(action("add_note"), FormData([("text", "milk")]), page="/notes?a=1")

    assert answer.value == "added milk"
    assert answer.revalidated_tags == ("notes",)
    assert answer.revalidated_paths == ("/notes",)
    assert answer.cookies == {"last": "x"}
    assert client.cookies["last"] == "x"
    assert answer.page == "/notes?a=1"


async def test_call_that_changes_nothing_brings_no_page(client):
    """Without a revalidation the answer has the value alone."""
    answer = await client.call_action(action("add"), 1, 2, page="/notes")

    assert (answer.page, answer.revalidated_tags, answer.redirect) == (None, (), None)


async def test_call_that_redirects(client):
    """A redirect brings its target page, and no value."""
    answer = await client.call_action(action("add_note"), FormData([("text", "go")]), page="/notes")

    assert answer.redirect == "/notes?added=1"
    assert answer.page == "/notes?added=1"


async def test_expected_error(client):
    """An ActionError arrives as written, and is what `value` raises."""
    answer = await client.call_action(action("fail"), "expected")

    assert answer.status == 409
    assert (answer.error.kind, answer.error.message, answer.error.code) == ("action", "Not today", "closed")
    with pytest.raises(CallFailed, match="Not today"):
        _ = answer.value


async def test_field_error(client):
    """A FieldError names its field."""
    answer = await client.call_action(action("fail"), "field")

    assert (answer.error.field, answer.error.message, answer.error.status) == ("title", "Taken", 422)


async def test_unexpected_error(client, caplog):
    """Anything else is masked; the reference stands in the log."""
    answer = await client.call_action(action("fail"), "otherwise")

    assert answer.error.kind == "error"
    assert "secret" not in answer.error.message
    assert answer.error.reference in caplog.text


async def test_refused_arguments(client):
    """Arguments that do not fit are refused, with the reason for each."""
    answer = await client.call_action(action("add"), "one", 2)

    assert (answer.error.kind, answer.error.status) == ("refused", 422)
    assert "left" in answer.error.fields


async def test_what_is_no_action(client):
    """A function that no browser may call cannot be called here either."""
    with pytest.raises(TypeError, match="is no action"):
        await client.call_action("app.actions:nothing")
    with pytest.raises(TypeError, match="is no action"):
        await client.call_action(len)


async def test_session(client):
    """A visitor can be given a session, as if they had signed in."""
    client.set_session(user="ada")

    assert (await client.call_action(action("whoami"))).value == "ada"


async def test_page_without_a_worker(client):
    """A page is answered; that it has no forms is said when one is to be submitted."""
    page = await client.get_page("/notes")

    assert (page.status, page.url, page.redirect) == (200, "/notes", None)
    assert page.payload["page"] == "/notes"
    with pytest.raises(ValueError, match="no Node worker"):
        await page.submit_form({"text": "x"})


async def test_form_posted_by_the_browser(client):
    """The form's hidden fields run the action; the answer is the page."""
    action_id = client.app.state.registry.reference(action("add_note")).id
    page = await client.get_page(f"/served?id={action_id}")

    answer = await page.submit_form({"text": "milk"}, button="Add")

    assert (answer.status, answer.url) == (200, "/notes")
    assert answer.revalidated_tags == ("notes",)
    assert answer.cookies == {"last": "x"}


async def test_form_that_redirects(client):
    """A redirect after a form is a 303, which the test may follow."""
    action_id = client.app.state.registry.reference(action("add_note")).id
    page = await client.get_page(f"/served?id={action_id}")

    answer = await page.submit_form({"text": "go"})

    assert (answer.status, answer.redirect) == (303, "/notes?added=1")
    assert (await answer.follow()).url == "/notes?added=1"


async def test_button_with_its_own_address(client):
    """The pressed button may post elsewhere."""
    page = await client.get_page("/served?id=x")

    assert (await page.submit_form({"text": "a"}, button="Lose")).status == 404


async def test_form_that_only_asks(client):
    """A GET form puts its fields into the URL."""
    page = await client.get_page("/served?id=x")

    answer = await page.submit_form({"q": "a b"})

    assert answer.url == "/echo?q=a+b"


async def test_form_called_as_react_does(client):
    """The same form as a call: what it does can be compared with what the browser's own post does."""
    action_id = client.app.state.registry.reference(action("add_note")).id
    page = await client.get_page(f"/served?id={action_id}")

    call, answer = await page.submit_both_ways({"text": "milk"}, button="Add")
    redirected, followed = await page.submit_both_ways({"text": "go"}, button="Add")

    assert call.value == "added milk"
    assert call.outcome == answer.outcome
    assert (call.outcome.tags, call.outcome.cookies, call.outcome.redirect) == (("notes",), {"last"}, None)
    assert redirected.outcome == followed.outcome
    assert redirected.outcome.redirect == "/notes?added=1"


async def test_form_that_no_action_receives(client):
    """A form that only asks is nothing that React would call."""
    page = await client.get_page("/served?id=x")

    with pytest.raises(ValueError, match="it has no action: a form with q"):
        await page.call_form({"q": "a"})


async def test_ambiguous_form(client):
    """When it is not clear which form is meant, the error lists them."""
    page = await client.get_page("/served?id=x")

    with pytest.raises(ValueError, match=r"2 forms have .* a form with text and 'Add', 'Lose'; a form with q"):
        await page.submit_form()


async def test_plain_request(client):
    """Any other request can be sent too, with the visitor's cookies."""
    client.set_cookie("theme", "dark")

    response = await client.request("GET", "/echo", params={"a": "1"})

    assert response.json() == {"query": {"a": "1"}, "cookies": {"theme": "dark"}}
