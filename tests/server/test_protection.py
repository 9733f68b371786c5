"""Guards and limits of actions over HTTP: calls, plain forms and actions inside pages, and that no refused body ran."""

import logging
import re
import sys

import pytest

from tests.server.asgi import ask
from tests.server.test_pages import repr_tree

pytestmark = pytest.mark.anyio

FILES = {
    "page.py": """
        from jetbridge.html import form
        from jetbridge import action
        from app.actions.main import _member, ran

        def page():
            secret = "kept"

            @action(guard=_member)
            async def inline(user):
                "use server"
                ran.append((secret, user))

            return form(action=inline)["home"]
    """,
    "target/page.py": "def page():\n    return 'the target'",
    "error.py": "from jetbridge.components import ErrorMessage\n\ndef error():\n    return ErrorMessage()",
    "actions/main.py": '''
        """use server"""
        import anyio
        from jetbridge import ActionError, FormData, action, forbidden, redirect, session, unauthorized

        ran = []

        async def _member(session):
            if "user_id" not in session:
                unauthorized()
            return session["user_id"]

        async def _owner(session, form):
            ran.append("guard")
            if form.get("owner") != session.get("user_id"):
                forbidden()

        async def _elsewhere(): redirect("/target")
        async def _broken(): raise ValueError("hunter2")

        __guard__ = _member

        @action(public=True)
        async def sign_in(name: str):
            session()["user_id"] = name

        async def save(form: FormData, user):
            ran.append((form.items(), user))

        @action(public=True)
        async def relay(callback):
            return await callback("relayed")

        async def _named(session, text):
            return session.get("user_id") or forbidden()

        @action(guard=_named)
        async def note(text: str, user):
            ran.append((text, user))
            return user

        @action(guard=_owner)
        async def delete(form: FormData):
            ran.append("delete")

        @action(guard=_elsewhere)
        async def go(form: FormData): ran.append("go")

        @action(guard=_broken)
        async def fail(form: FormData): ran.append("fail")

        @action(public=True, rate="2/minute")
        async def rated(form: FormData): ran.append("rated")

        @action(public=True, timeout=0.02)
        async def slow(form: FormData):
            ran.append("begun")
            await anyio.sleep(30)
            ran.append("ended")

        @action(public=True, concurrency=1)
        async def narrow(form: FormData):
            ran.append("narrow")
            await anyio.sleep(0.3)
    ''',
}


def ran() -> list[object]:
    return sys.modules["app.actions.main"].ran


def form_of(site, name: str, **fields: str) -> dict[str, str]:
    return {f"$ACTION_ID_{site.action_id(name)}": "", **fields}


async def send(site, how: str, name: str, **fields: str):
    """A call or a plain form; the status."""
    if how == "form":
        return await site.post("/", form_of(site, name, **fields))
    body = {"0": '["$K1"]', **{f"_1_{key}": value for key, value in fields.items()}}
    files = [(key, (None, value)) for key, value in [*body.items()][1:] + [*body.items()][:1]]
    headers = {"sec-fetch-site": "same-origin", "jetbridge-page": "/"}
    return await site.client.post(f"/_jetbridge/action/{site.action_id(name)}", files=files, headers=headers)


@pytest.mark.parametrize("how", ["call", "form"])
@pytest.mark.parametrize(
    ("name", "status", "traces"),
    [(":save", 401, []), (":delete", 403, ["guard"]), (":fail", 500, [])],
)
async def test_refused_by_a_guard(make_site, how, name, status, traces):
    """A refusal has its status on both ways, and the body of the action has not run."""
    async with make_site(FILES) as site:
        response = await send(site, how, name, owner="somebody")

        assert response.status_code == status
        assert "hunter2" not in response.text
        assert ran() == traces


@pytest.mark.parametrize("how", ["call", "form"])
async def test_let_through_by_a_guard(make_site, how):
    """With a session the body runs, and knows the user from the guard alone."""
    async with make_site(FILES) as site:
        await site.call(site.action_id(":sign_in"), "ann")
        response = await send(site, how, ":save", title="x", user="forged")

        assert response.status_code == 200
        assert ran() == [([("title", "x"), ("user", "forged")], "ann")]


async def test_a_guard_that_redirects(make_site):
    """A guard may send the visitor elsewhere: the page comes with a call, a form gets 303."""
    async with make_site(FILES) as site:
        called, posted = await send(site, "call", ":go"), await send(site, "form", ":go")

        assert (called.status_code, "the target" in called.text) == (200, True)
        assert (posted.status_code, posted.headers["location"]) == (303, "/target")
        assert ran() == []


@pytest.mark.parametrize("how", ["call", "form"])
async def test_an_action_inside_a_page(make_site, how):
    """An action inside a function is guarded as any other, and has its captured values and its user."""
    async with make_site(FILES) as site:
        page = await site.get("/")
        action_id = re.search(r"[0-9a-f]{32}\.s", page.text).group()
        token = re.search(r'\[\\"([\w-]{60,})\\"\]', page.text).group(1)
        reference = f'{{"id":"{action_id}","bound":"$@1"}}'
        fields = {"$ACTION_REF_0": "", "$ACTION_0:0": reference, "$ACTION_0:1": f'["{token}"]'}

        async def run():
            return (await site.post("/", fields)) if how == "form" else (await site.call(action_id, token))[0]

        assert (await run()).status_code == 401
        assert ran() == []
        await site.call(site.action_id(":sign_in"), "ann")
        assert (await run()).status_code == 200
        assert ran() == [("kept", "ann")]


@pytest.mark.parametrize(("name", "status"), [(":save", 401), (":rated", 429)])
async def test_decided_before_the_body_is_read(make_site, name, status):
    """A guard without arguments, and the rate, do not wait for a body, nor look at its size."""
    async with make_site(FILES) as site:
        for _ in range(2):
            await send(site, "call", ":rated")
        ran().clear()
        headers = {"sec-fetch-site": "same-origin", "content-length": "999999999"}
        exchange = await ask(
            site.app, "POST", f"/_jetbridge/action/{site.action_id(name)}", headers=headers, client=("127.0.0.1", 1)
        )

        assert exchange.status == status
        assert ran() == []


@pytest.mark.parametrize("how", ["call", "form"])
async def test_the_rate(make_site, how):
    """Beyond the rate a call is refused with the seconds to wait, as JSON or as the page with its error."""
    async with make_site(FILES) as site:
        first = [(await send(site, how, ":rated")).status_code for _ in range(2)]
        refused = await send(site, how, ":rated")

        assert first == [200, 200]
        assert refused.status_code == 429
        assert 55 <= int(refused.headers["retry-after"]) <= 60
        assert ran() == ["rated", "rated"]
        if how == "call":
            told = refused.json()
            assert (told["code"], told["retryAfter"]) == ("too_many_requests", int(refused.headers["retry-after"]))
        else:
            assert "Too many requests" in refused.text


async def test_the_rate_counts_users_where_they_are_known(make_site):
    """Who is signed in has a rate of their own; a browser cannot get another one by a header."""
    async with make_site(FILES) as site:
        for _ in range(2):
            await send(site, "call", ":rated")
        site.client.headers["x-forwarded-for"] = "203.0.113.9"
        forged = await send(site, "call", ":rated")
        await site.call(site.action_id(":sign_in"), "ann")
        signed_in = await send(site, "call", ":rated")

        assert (forged.status_code, signed_in.status_code) == (429, 200)


@pytest.mark.parametrize("how", ["call", "form"])
async def test_the_time(make_site, how):
    """An action that takes too long is cancelled: 504, and it does not go on."""
    async with make_site(FILES) as site:
        response = await send(site, how, ":slow")

        assert response.status_code == 504
        assert ran() == ["begun"]
        if how == "call":
            assert response.json()["code"] == "timeout"


@pytest.mark.parametrize("how", ["call", "form"])
async def test_how_many_at_once(make_site, how, monkeypatch):
    """When all places are taken a call waits a moment, then is refused with 503."""
    import anyio

    monkeypatch.setattr("jetbridge.actions.limits.BUSY_SECONDS", 0.02)
    statuses = []
    async with make_site(FILES) as site:

        async def one():
            response = await send(site, how, ":narrow")
            statuses.append((response.status_code, response.headers.get("retry-after")))

        async with anyio.create_task_group() as group:
            for _ in range(3):
                group.start_soon(one)

        assert sorted(statuses, key=str) == [(200, None), (503, "1"), (503, "1")]
        assert ran() == ["narrow"]


async def test_a_form_that_is_too_large_gets_the_page(make_site):
    """Without JavaScript the refusal of a body is the page with its error."""
    async with make_site(FILES, max_body_bytes=1000) as site:
        response = await send(site, "form", ":rated", text="x" * 5000)

        assert response.status_code == 413
        assert "too large" in response.text
        assert response.headers["content-type"].startswith("text/html")
        assert ran() == []


async def test_a_guarded_action_that_is_handed_to_another_one(make_site):
    """Nobody gets around a guard by giving the action to one that calls what it is given."""
    async with make_site(FILES) as site:
        relay, note = site.action_id(":relay"), site.action_id(":note")
        parts = {"1": f'{{"id":"{note}","bound":null}}', "0": '["$h1"]'}

        async def run():
            files = [(name, (None, text)) for name, text in parts.items()]
            headers = {"sec-fetch-site": "same-origin", "jetbridge-page": "/"}
            return await site.client.post(f"/_jetbridge/action/{relay}", files=files, headers=headers)

        assert (await run()).status_code == 403
        assert ran() == []
        await site.call(site.action_id(":sign_in"), "ann")
        assert (await run()).status_code == 200
        assert ran() == [("relayed", "ann")]


async def test_log_lines(make_site, caplog):
    """A run, and an error that nobody expected, are one structured line with action, user and reference."""
    caplog.set_level(logging.INFO, "jetbridge")
    async with make_site(FILES) as site:
        await site.call(site.action_id(":sign_in"), "ann")
        response = await send(site, "call", ":fail")

    error = next(record for record in caplog.records if record.levelname == "ERROR")
    ended = [record for record in caplog.records if hasattr(record, "milliseconds")]
    assert (error.action, error.user) == ("app.actions.main:fail", "ann")
    assert error.reference in response.text
    assert [(record.action, record.result, record.user) for record in ended] == [
        ("app.actions.main:sign_in", "ok", "ann"),
        ("app.actions.main:fail", "ValueError", "ann"),
    ]


async def test_a_guard_decides_about_the_page_too(make_site):
    """The answer to a refused call carries the caller's page, showing the refusal."""
    async with make_site({**FILES, "not_found.py": "def not_found():\n    return 'nothing here'"}) as site:
        response, payload = await site.call(site.action_id(":save"), page="/target")

        assert response.status_code == 401
        assert "root" in payload
        assert "the target" not in repr_tree(payload["root"])
