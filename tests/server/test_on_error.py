"""The error hook: what it is told of, what it is not, and that its own errors do no harm."""

import pytest

from jetbridge import ErrorReport
from tests.server.asgi import GONE, ask

pytestmark = pytest.mark.anyio

FILES = {
    "page.py": "def page():\n    return 'home'",
    "broken/page.py": "def page():\n    1 / 0",
    "below/page.py": """
        from jetbridge.html import p

        async def late():
            1 / 0

        def page():
            return p[late()]
    """,
    "api/route.py": "def GET():\n    1 / 0",
    "actions/main.py": '''
        """use server"""
        from jetbridge import ActionError, FieldError, after, forbidden, not_found, redirect, session

        async def fail():
            session()["user_id"] = 7
            raise ValueError("hunter2")

        async def later():
            def failing(): raise KeyError("later")
            after(failing)

        async def go(): redirect("/")
        async def leave(): redirect("https://elsewhere.example/", external=True)
        async def missing(): not_found()
        async def forbid(): forbidden()
        async def refuse(): raise ActionError("Not today")
        async def field(): raise FieldError("name", "taken")
        async def add(a: int): return a
    ''',
}


@pytest.fixture(params=["async", "plain"])
def reports(request):
    """The reports so far, with the hook that adds them: an async one, and a plain one."""
    told: list[ErrorReport] = []

    async def hook(report: ErrorReport) -> None:
        told.append(report)

    def plain_hook(report: ErrorReport) -> None:
        told.append(report)

    told_by = hook if request.param == "async" else plain_hook
    return told, told_by


async def test_unexpected_errors(make_site, reports, caplog):
    """Each error that nobody expected is told once, with the reference that the visitor and the log have."""
    told, hook = reports
    async with make_site(FILES, on_error=hook) as site:
        await site.call(site.action_id(":fail"))
        await site.get("/broken")
        await site.get("/below")
        await site.get("/api")
        await site.call(site.action_id(":later"))

    assert [(type(one.error), one.action.rpartition(":")[2], one.user) for one in told] == [
        (ValueError, "fail", "7"),
        (ZeroDivisionError, "", "7"),
        (ZeroDivisionError, "", "7"),
        (ZeroDivisionError, "", "7"),
        (KeyError, "later", "7"),
    ]
    assert [one.reference for one in told] == [r.reference for r in caplog.records if hasattr(r, "reference")]
    assert told[0].where == "action app.actions.main:fail"


async def test_what_is_expected_is_not_told(make_site, reports):
    """Redirects, refusals, expected errors, rubbish and browsers that go away are no concern of the hook."""
    told, hook = reports
    async with make_site(FILES, on_error=hook) as site:
        for name in ("go", "leave", "missing", "forbid", "refuse", "field"):
            await site.call(site.action_id(f":{name}"))
        await site.call(site.action_id(":add"), "no number")
        await site.call("0" * 32)
        await site.get("/nowhere")
        await site.client.post("/", content=b"rubbish")
        headers = {"sec-fetch-site": "same-origin"}
        await ask(site.app, "POST", f"/_jetbridge/action/{site.action_id(':add')}", headers=headers, body=[b"[", GONE])

    assert told == []


async def test_errors_of_the_hook_are_harmless(make_site, caplog):
    """A hook that fails is logged, and changes nothing for the visitor."""

    async def hook(report: ErrorReport) -> None:
        raise RuntimeError("the reporter is down")

    async with make_site(FILES, on_error=hook) as site:
        response, _ = await site.call(site.action_id(":fail"))

    assert response.status_code == 500
    assert "the reporter is down" in caplog.text
