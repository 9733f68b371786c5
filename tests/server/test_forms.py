"""Forms that a browser posts by itself, without JavaScript."""

import re

import pytest

pytestmark = pytest.mark.anyio

FILES = {
    "page.py": """
        from jetbridge.html import form, input_
        from app.actions.main import create, save

        def closing_over(secret):
            async def remove():
                "use server"
                from app.actions import main
                main.ran.append(secret)
            return remove

        def page():
            return form(action=closing_over("a captured secret"))[input_(name="title")]
    """,
    "target/page.py": "def page():\n    return 'the target'",
    "error.py": "from jetbridge.components import ErrorMessage\n\ndef error():\n    return ErrorMessage()",
    "actions/main.py": '''
        """use server"""
        from jetbridge import FormData, redirect

        ran = []

        async def create(form: FormData):
            ran.append(form.items())

        async def save(state, form: FormData):
            ran.append((state, form.get("title")))
            return {"error": "Title is required"} if not form.get("title") else {"error": None}

        async def go(form: FormData):
            redirect("/target")

        async def fail(form: FormData):
            raise ValueError("hunter2")
    ''',
}


ACTION_ID = "the field of an action that exists"


def ran() -> list[object]:
    import sys

    return sys.modules["app.actions.main"].ran


async def test_an_unbound_action(make_site):
    """`$ACTION_ID_…` names the action; the framework's own fields are not in the form it gets."""
    async with make_site(FILES) as site:
        response = await site.post("/", {f"$ACTION_ID_{site.action_id(':create')}": "", "title": "Hello"})

        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/html")
        assert ran() == [[("title", "Hello")]]


async def test_an_urlencoded_form(make_site):
    """A form without an enctype works as well."""
    async with make_site(FILES) as site:
        fields = {f"$ACTION_ID_{site.action_id(':create')}": "", "title": "Hello"}
        response = await site.client.post("/", data=fields, headers={"sec-fetch-site": "same-origin"})

        assert response.status_code == 200
        assert ran() == [[("title", "Hello")]]


async def test_a_form_with_state_comes_back_with_its_result(make_site):
    """The answer is the whole page, with the state for the hook that posted."""
    async with make_site(FILES) as site:
        action_id = site.action_id(":save")
        fields = {
            "$ACTION_REF_1": "",
            "$ACTION_1:0": f'{{"id":"{action_id}","bound":"$@1"}}',
            "$ACTION_1:1": '[{"error":null}]',
            "$ACTION_KEY": "k123",
            "title": "",
        }
        response = await site.post("/", fields)

        assert response.status_code == 200
        assert ran() == [({"error": None}, "")]
        assert (
            f'\\"formState\\":[{{\\"error\\":\\"Title is required\\"}},\\"k123\\",\\"{action_id}\\",0]' in response.text
        )


async def test_a_captured_variable_travels_sealed(make_site):
    """The page does not show what an inline action captured; posted back it is there again, changed it is refused."""
    async with make_site(FILES) as site:
        page = await site.get("/")
        assert "a captured secret" not in page.text
        action_id = re.search(r"[0-9a-f]{32}\.s", page.text).group()
        token = re.search(r'\[\\"([\w-]{60,})\\"\]', page.text).group(1)

        def fields(sealed: str) -> dict[str, str]:
            reference = f'{{"id":"{action_id}","bound":"$@1"}}'
            return {"$ACTION_REF_0": "", "$ACTION_0:0": reference, "$ACTION_0:1": f'["{sealed}"]'}

        changed = await site.post("/", fields(token[:-4] + "AAAA"))
        assert (changed.status_code, ran()) == (400, [])
        posted = await site.post("/", fields(token))
        assert (posted.status_code, ran()) == (200, ["a captured secret"])


async def test_a_redirect_is_a_303(make_site):
    """A browser goes on with GET."""
    async with make_site(FILES) as site:
        response = await site.post("/", {f"$ACTION_ID_{site.action_id(':go')}": ""})

        assert (response.status_code, response.headers["location"]) == (303, "/target")


async def test_an_unexpected_error_shows_the_error_page(make_site):
    """The page comes with its error boundary and status 500, masked."""
    async with make_site(FILES) as site:
        response = await site.post("/", {f"$ACTION_ID_{site.action_id(':fail')}": ""})

        assert response.status_code == 500
        assert "hunter2" not in response.text
        assert "ErrorMessage" in response.text


@pytest.mark.parametrize(
    ("url", "fields", "headers", "status"),
    [
        ("/", {"title": "x"}, {}, 400),
        ("/", {"$ACTION_ID_": ""}, {}, 404),
        ("/", {"$ACTION_ID_" + "0" * 32: ""}, {}, 404),
        ("/", {"$ACTION_REF_1": "", "$ACTION_1:0": "[[[["}, {}, 400),
        ("/", {"$ACTION_REF_1": ""}, {}, 400),
        ("/", {"$ACTION_KEY": "k", "$ACTION_REF_1": "", "$ACTION_1:0": "[[", ACTION_ID: ""}, {}, 400),
        ("/", {"title": "x"}, {"origin": "https://evil.example"}, 403),
        ("/", {"title": "x" * 2_000_000}, {}, 413),
        ("/nope", {"title": "x"}, {}, 404),
    ],
)
async def test_refused_posts_run_nothing(make_site, url, fields, headers, status):
    """A post that names no action, an unknown one, or comes from elsewhere runs nothing, and is never a 500."""
    async with make_site(FILES) as site:
        create = f"$ACTION_ID_{site.action_id(':create')}"
        fields = {create if name == ACTION_ID else name: value for name, value in fields.items()}
        response = await site.post(url, fields, **headers)

        assert response.status_code == status
        assert ran() == []
