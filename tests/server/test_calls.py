"""Calls of actions by our runtime: what runs, what is refused, and what the answer carries."""

import pytest

from jetbridge.flight.model import Map
from tests.server.test_pages import repr_tree

pytestmark = pytest.mark.anyio

ACTIONS = '''
"""use server"""
from jetbridge import ActionError, cookies, not_found, redirect, refresh, revalidate_path, session

ran = []

async def echo(value):
    ran.append(value)
    return value

async def add(a: int, b: int):
    ran.append((a, b))
    return a + b

async def fail():
    revalidate_path("/")
    raise ValueError("the secret is 42")

async def refuse():
    raise ActionError("Not today", code="closed", status=409)

async def go():
    try:
        redirect("/target")
    except Exception:
        return "swallowed"
    ran.append("after")

async def leave():
    redirect("https://elsewhere.example/")

async def missing():
    not_found()

async def touch():
    refresh()
    return "touched"

async def remember(name):
    session()["name"] = name
    return name

async def color(value):
    cookies().set("color", value)

async def names(found: bool) -> dict[int, str]:
    return {1: "a"} if found else {}

def in_thread():
    import threading
    return threading.current_thread() is threading.main_thread()
'''

FILES = {
    "page.py": """
        from jetbridge import session

        def page():
            return f'home of {session().get("name", "nobody")}'
    """,
    "target/page.py": "def page():\n    return 'the target'",
    "not_found.py": "def not_found():\n    return 'nothing here'",
    "actions/main.py": ACTIONS,
}


def ran() -> list[object]:
    import sys

    return sys.modules["app.actions.main"].ran


async def test_a_call_returns_its_value_and_nothing_else(make_site):
    """An action that changes nothing answers with its value alone, in one response."""
    async with make_site(FILES) as site:
        response, payload = await site.call(site.action_id(":add"), 2, 3)

        assert response.status_code == 200
        assert payload["returnValue"].value == 5
        assert "root" not in payload


async def test_a_result_travels_as_its_annotation_says(make_site):
    """A dict of ids is a Map for the browser, also an empty one."""
    async with make_site(FILES) as site:
        results = [
            (await site.call(site.action_id(":names"), found))[1]["returnValue"].value for found in (True, False)
        ]

        assert results == [Map([(1, "a")]), Map()]


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
async def test_only_post_calls(make_site, method):
    """No other method can start an action."""
    async with make_site(FILES) as site:
        response = await site.client.request(method, f"/_jetbridge/action/{site.action_id(':echo')}")

        assert (response.status_code, response.headers["allow"]) == (405, "POST")
        assert ran() == []


@pytest.mark.parametrize(
    ("headers", "content", "status"),
    [
        ({"origin": "https://evil.example"}, b"[1]", 403),
        ({"sec-fetch-site": "cross-site"}, b"[1]", 403),
        ({"cookie": "a=b"}, b"[1]", 403),
        ({"sec-fetch-site": "same-origin"}, b"x" * (2 * 1024 * 1024), 413),
        ({"sec-fetch-site": "same-origin"}, b"[" * 100_000, 400),
        ({"sec-fetch-site": "same-origin"}, b"not json", 400),
        ({"sec-fetch-site": "same-origin"}, b"\xff\xfe", 400),
        ({"sec-fetch-site": "same-origin"}, b'{"a":1}', 400),
        ({"sec-fetch-site": "same-origin"}, b'["$F1"]', 400),
        ({"sec-fetch-site": "same-origin"}, b'["$h1"]', 400),
        ({"sec-fetch-site": "same-origin"}, b"[]", 422),
        ({"sec-fetch-site": "same-origin"}, b"[1,2,3]", 422),
        ({"sec-fetch-site": "same-origin", "content-type": "multipart/form-data"}, b"[1]", 400),
    ],
)
async def test_a_refused_call_runs_nothing(make_site, headers, content, status):
    """Each refusal has its status, says little, and the body of the action has not run."""
    async with make_site(FILES) as site:
        url = f"/_jetbridge/action/{site.action_id(':echo')}"
        response = await site.client.post(url, content=content, headers=headers)

        assert response.status_code == status
        assert set(response.json()) <= {"error", "code", "fields"}
        assert ran() == []


@pytest.mark.parametrize("action_id", ["0" * 32, "x", "", "app.actions.main:echo", "__class__", "%00", "a/b", "é"])
async def test_a_guessed_id_is_unknown(make_site, action_id):
    """Ids are looked up in a table; whatever else is asked for is 404, before the body is read."""
    async with make_site(FILES) as site:
        response, answer = await site.call(action_id, 1)

        assert response.status_code == 404
        assert "error" in answer


async def test_arguments_are_converted_by_annotation(make_site):
    """What does not fit the annotation is 422 with the argument's name."""
    async with make_site(FILES) as site:
        response, answer = await site.call(site.action_id(":add"), "two", 3)

        assert response.status_code == 422
        assert "a" in answer["fields"]
        assert ran() == []


async def test_an_unexpected_error_is_masked_and_revalidates_all_the_same(make_site, caplog):
    """The caller gets a reference that stands in the log; what was revalidated before counts."""
    async with make_site(FILES) as site:
        response, payload = await site.call(site.action_id(":fail"))

        assert response.status_code == 500
        assert b"secret is 42" not in response.content
        assert "home of nobody" in repr_tree(payload["root"])
        references = [record.reference for record in caplog.records if hasattr(record, "reference")]
        assert len(references) == 1
        assert references[0] in response.text
        assert "secret is 42" in caplog.text


async def test_an_expected_error_arrives_as_written(make_site, caplog):
    """ActionError brings text, code and status, and is no error in the log."""
    async with make_site(FILES) as site:
        response, _ = await site.call(site.action_id(":refuse"))

        assert response.status_code == 409
        assert "Not today" in response.text
        assert "closed" in response.text
        assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_a_redirect_brings_the_target_page(make_site):
    """One answer: where to go and what is there; code after redirect() does not run, and nothing swallows it."""
    async with make_site(FILES) as site:
        response, payload = await site.call(site.action_id(":go"))

        assert response.status_code == 200
        assert payload["redirect"] == {"url": "/target", "kind": "push", "external": False}
        assert payload["page"] == "/target"
        assert "the target" in repr_tree(payload["root"])
        assert ran() == []


async def test_another_host_must_be_meant(make_site, caplog):
    """A redirect to another host without external=True is an error that says so, and leads nowhere."""
    async with make_site(FILES) as site:
        response, _ = await site.call(site.action_id(":leave"))

        assert response.status_code == 500
        assert "external=True" in caplog.text
        assert "elsewhere" not in response.text


async def test_not_found_in_an_action(make_site):
    """The page of the caller becomes its not-found page, with status 404."""
    async with make_site(FILES) as site:
        response, payload = await site.call(site.action_id(":missing"))

        assert response.status_code == 404
        assert "nothing here" in repr_tree(payload["root"])


async def test_a_changed_session_shows_in_the_page_of_the_same_answer(make_site):
    """The action's own writes are visible to the page that comes back, and to the next request."""
    async with make_site(FILES) as site:
        _, payload = await site.call(site.action_id(":remember"), "Ada")
        again = await site.get("/")

        assert payload["returnValue"].value == "Ada"
        assert payload["revalidated"]
        assert "home of Ada" in repr_tree(payload["root"])
        assert "home of Ada" in again.text


async def test_a_forged_session_is_no_session(make_site):
    """A session cookie that was changed is as good as none."""
    async with make_site(FILES) as site:
        await site.call(site.action_id(":remember"), "Ada")
        token = site.client.cookies["jetbridge-session"]
        site.client.cookies.clear()
        response = await site.get("/", headers={"cookie": f"jetbridge-session={token[:-2]}xx"})

        assert "home of nobody" in response.text


async def test_a_cookie_with_its_old_value_is_no_change(make_site):
    """Setting a cookie renders the page afresh only when the value is new."""
    async with make_site(FILES) as site:
        _, first = await site.call(site.action_id(":color"), "red")
        response, second = await site.call(site.action_id(":color"), "red")

        assert "root" in first
        assert "root" not in second
        assert response.headers["set-cookie"].startswith("color=red; Path=/; HttpOnly; SameSite=Lax")


@pytest.mark.parametrize("page", ["", "//evil.example/", "https://evil.example/", "/nope", "\x7f"])
async def test_a_call_from_no_page_of_ours_still_answers(make_site, page):
    """Without a page to render afresh the value arrives alone."""
    async with make_site(FILES) as site:
        response, payload = await site.call(site.action_id(":touch"), page=page)

        assert response.status_code == 200
        assert payload["returnValue"].value == "touched"
        assert "root" not in payload


async def test_what_only_the_browser_has_comes_back_as_it_is(make_site):
    """A click's event cannot travel: the action gets something opaque, which the browser knows when it comes back."""
    async with make_site(FILES) as site:
        response, _ = await site.call(site.action_id(":echo"), "$T")
        refused, _ = await site.call(site.action_id(":add"), "$T", 1)

        assert b'"$T0:0"' in response.content
        assert refused.status_code == 422


async def test_a_plain_function_runs_in_a_thread(make_site):
    """A `def` may block: it does not run on the event loop."""
    async with make_site(FILES) as site:
        _, payload = await site.call(site.action_id(":in_thread"))

        assert payload["returnValue"].value is False
