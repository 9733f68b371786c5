"""Live validation: a browser asks about one field, and nothing runs."""

import pytest

pytestmark = pytest.mark.anyio

FILES = {
    "page.py": "def page():\n    return 'home'",
    "actions/main.py": '''
        """use server"""
        from typing import Annotated
        from pydantic import BaseModel, Field, field_validator
        from jetbridge import FormData, FormState, action, session, unauthorized

        ran = []

        class Account(BaseModel):
            username: Annotated[str, Field(min_length=3)]
            password: str

            @field_validator("username")
            @classmethod
            def not_odd(cls, value):
                if value == "odd\\ud800":
                    raise ValueError("odd\\ud800")
                return value

        async def rename(prev_state: FormState, form: Account) -> FormState:
            ran.append(form)

        async def raw(prev_state: FormState, form: FormData) -> FormState:
            ran.append(form)

        def _member(session):
            if not session.get("user_id"):
                unauthorized()

        @action(guard=_member, rate="1/hour")
        async def guarded(prev_state: FormState, form: Account) -> FormState:
            ran.append(form)

        def _owner(form): ...

        @action(guard=_owner)
        async def owned(prev_state: FormState, form: Account) -> FormState:
            ran.append(form)

        def bound_to(secret):
            async def nested(prev_state: FormState, form: Account) -> FormState:
                "use server"
                ran.append(secret)
            return nested
    ''',
}


def ran() -> list[object]:
    import sys

    return sys.modules["app.actions.main"].ran


async def ask(site, name, field="username", headers=None, **entries):
    parts = {"0": '[null,"$K1"]', **{f"_1_{key}": value for key, value in entries.items()}}
    url = f"/_jetbridge/action/{name if '.' in name else site.action_id(name)}"
    files = {key: (None, value) for key, value in parts.items()}
    headers = {"sec-fetch-site": "same-origin", "jetbridge-check": field} if headers is None else headers
    return await site.client.post(url, files=files, headers=headers)


@pytest.mark.parametrize(
    ("field", "username", "messages"),
    [
        ("username", "ab", ["Username must be at least 3 characters"]),
        ("username", "abc", []),
        ("password", "ab", ["Password is required"]),
        ("nobody", "ab", []),
        ("%C3%A9%0A", "ab", []),
        ("", "ab", []),
    ],
)
async def test_one_field(make_site, field, username, messages):
    """The answer is what the rules say about this field; the action has not run."""
    async with make_site(FILES) as site:
        response = await ask(site, ":rename", field, username=username)

        assert (response.status_code, response.json()) == (200, {"messages": messages})
        assert response.headers["cache-control"] == "no-store"
        assert ran() == []


@pytest.mark.parametrize(
    ("name", "headers", "status"),
    [
        (":rename", {"jetbridge-check": "username", "origin": "https://evil.example"}, 403),
        (":rename", {"jetbridge-check": "username", "cookie": "a=b"}, 403),
        (":raw", None, 422),
        (":guarded", None, 401),
        (":owned", None, 400),
        ("0.s", None, 404),
    ],
)
async def test_refused(make_site, name, headers, status):
    """Who may not call may not ask, and what has no rules has no answer."""
    async with make_site(FILES) as site:
        response = await ask(site, name, headers=headers, username="ab")

        assert response.status_code == status
        assert "error" in response.json()
        assert ran() == []


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"x" * 70_000, 413), (b"[", 400), (b"[]", 422), (b"[null,null]", 422)],
)
async def test_malformed(make_site, content, status):
    """A question is small, and as well-formed as a call."""
    async with make_site(FILES) as site:
        url = f"/_jetbridge/action/{site.action_id(':rename')}"
        headers = {"sec-fetch-site": "same-origin", "jetbridge-check": "username"}
        response = await site.client.post(url, content=content, headers=headers)

        assert response.status_code == status
        assert ran() == []


async def test_what_is_sealed_is_opened(make_site):
    """An action that has captured something can be asked as well, and not with what was made for another."""
    async with make_site(FILES) as site:
        import sys

        reference = site.app.state.registry.reference(sys.modules["app.actions.main"].bound_to("s"))
        url = f"/_jetbridge/action/{reference.id}"
        headers = {"sec-fetch-site": "same-origin", "jetbridge-check": "username"}
        files = {"0": (None, f'["{reference.bound[0]}",null,"$K1"]'), "_1_username": (None, "ab")}
        right = await site.client.post(url, files=files, headers=headers)
        files["0"] = (None, '["forged",null,"$K1"]')
        wrong = await site.client.post(url, files=files, headers=headers)

        assert right.json() == {"messages": ["Username must be at least 3 characters"]}
        assert wrong.status_code == 400
        assert ran() == []


async def test_questions_are_counted_by_themselves(make_site):
    """Questions do not use up the calls of an action, and have a limit of their own."""
    async with make_site(FILES) as site:
        answers = [await ask(site, ":rename", username="ab") for _ in range(125)]

        assert [answer.status_code for answer in answers] == [200] * 120 + [429] * 5
        assert int(answers[-1].headers["retry-after"]) > 0
