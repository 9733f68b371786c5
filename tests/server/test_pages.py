"""Pages as documents and as Flight."""

import pytest

pytestmark = pytest.mark.anyio


async def test_a_page_is_a_document_with_its_rows_inlined(make_site):
    """Without a Node worker the document is empty, and holds everything the browser needs to render it."""
    async with make_site(
        {"page.py": 'from jetbridge.html import h1\n\nasync def page():\n    return h1["Hello </script>"]'}
    ) as site:
        response = await site.get("/")

        assert response.status_code == 200
        assert response.headers["content-type"] == "text/html; charset=utf-8"
        assert response.text.startswith("<!DOCTYPE html>")
        assert "Hello \\u003c/script>" in response.text
        assert response.text.endswith(".push(0)</script></body></html>")


async def test_a_navigation_gets_flight(make_site):
    """Our runtime asks by `Accept` and gets the same page as rows, which nobody may keep."""
    async with make_site({"posts/[id]/page.py": "def page(id: int):\n    return f'post {id + 1}'"}) as site:
        response, payload = await site.flight("/posts/41?tab=x")

        assert response.headers["content-type"] == "text/x-component"
        assert response.headers["cache-control"] == "private, no-store"
        assert response.headers["vary"] == "accept"
        assert payload["page"] == "/posts/41?tab=x"
        assert "post 42" in repr_tree(payload["root"])


async def test_a_parameter_that_does_not_convert_is_not_found(make_site):
    """/posts/abc is no post when ids are numbers."""
    files = {
        "posts/[id]/page.py": "def page(id: int):\n    return str(id)",
        "not_found.py": "def not_found():\n    return 'nothing here'",
    }
    async with make_site(files) as site:
        response, payload = await site.flight("/posts/abc")

        assert response.status_code == 404
        assert "nothing here" in repr_tree(payload["root"])


@pytest.mark.parametrize(("path", "status"), [("/posts/9", 200), ("/posts/10", 404), ("/posts/0", 404)])
async def test_a_parameter_within_limits(make_site, path, status):
    """What an annotation says beside the type holds too."""
    page = """
from typing import Annotated
from pydantic import Field

def page(id: Annotated[int, Field(ge=1, lt=10)]):
    return str(id)
"""
    async with make_site({"posts/[id]/page.py": page}) as site:
        response = await site.get(path)

        assert response.status_code == status


@pytest.mark.parametrize("path", ["/nope", "/posts/1/2/3", "/%ff", "//x", "/a//b"])
async def test_unknown_paths(make_site, path):
    """A path without a route shows not_found.py with status 404, whatever it looks like."""
    files = {"page.py": "def page():\n    return 'home'", "not_found.py": "def not_found():\n    return 'nothing here'"}
    async with make_site(files) as site:
        response = await site.get("http://site.test" + path)

        assert response.status_code == 404
        assert "nothing here" in response.text


async def test_an_error_shows_the_nearest_boundary_masked(make_site, caplog):
    """A page that raises answers 500 with error.py; the text stays in the log, under the reference that is shown."""
    files = {
        "page.py": "async def page():\n    raise ValueError('password is hunter2')",
        "error.py": "from jetbridge.components import ErrorMessage\n\ndef error():\n    return ErrorMessage()",
    }
    async with make_site(files) as site:
        response, _ = await site.flight("/")

        assert response.status_code == 500
        assert b"hunter2" not in response.content
        record = next(record for record in caplog.records if hasattr(record, "reference"))
        assert record.reference in response.text
        assert "hunter2" in caplog.text


async def test_an_expected_error_is_shown_as_written(make_site):
    """ActionError keeps its text and status wherever it is raised."""
    source = "from jetbridge import ActionError\n\ndef page():\n    raise ActionError('Closed today', status=503)"
    async with make_site({"page.py": source}) as site:
        response = await site.get("/")

        assert response.status_code == 503
        assert "Closed today" in response.text


async def test_an_error_in_the_root_layout_still_gives_a_document(make_site):
    """When no layout is left to stand in, a plain document says so."""
    async with make_site(
        {"layout.py": "def layout(children):\n    1 / 0", "page.py": "def page():\n    return ''"}
    ) as site:
        response = await site.get("/")

        assert response.status_code == 500
        assert "Something went wrong" in response.text


async def test_an_error_page_that_fails_gives_way_to_the_one_above(make_site):
    """error.py may itself be broken: the next one up answers, and the request ends."""
    broken = "def error():\n    raise RuntimeError('the error page is broken')"
    files = {
        "a/page.py": "def page():\n    raise ValueError('first')",
        "a/error.py": broken,
        "error.py": "def error():\n    return 'outer fallback'",
    }
    async with make_site(files) as site:
        response = await site.get("/a")

        assert response.status_code == 500
        assert "outer fallback" in response.text


async def test_redirects_of_a_page(make_site):
    """A document is redirected by status; our runtime gets the target page in the same answer."""
    files = {
        "old/page.py": "from jetbridge import redirect\n\nasync def page():\n    redirect('/new?x=1')",
        "gone/page.py": "from jetbridge import permanent_redirect\n\nasync def page():\n    permanent_redirect('/new')",
        "new/page.py": "def page():\n    return 'the new page'",
    }
    async with make_site(files) as site:
        document = await site.get("/old")
        permanent = await site.get("/gone")
        response, payload = await site.flight("/old")

        assert (document.status_code, document.headers["location"]) == (307, "/new?x=1")
        assert permanent.status_code == 308
        assert response.status_code == 200
        assert payload["redirect"] == {"url": "/new?x=1", "kind": "replace", "external": False}
        assert "the new page" in repr_tree(payload["root"])


@pytest.mark.parametrize("accept", ["text/html", "text/x-component"])
async def test_a_redirect_of_a_page_that_leads_nowhere(make_site, accept, caplog):
    """Another host that was not meant is the page's error, and shows its error boundary."""
    files = {
        "away/page.py": "from jetbridge import redirect\n\ndef page():\n    redirect('https://elsewhere.example/')",
        "error.py": "def error():\n    return 'our error page'",
    }
    async with make_site(files) as site:
        response = await site.get("/away", headers={"accept": accept})

        assert response.status_code == 500
        assert "our error page" in response.text
        assert "elsewhere" not in response.text
        assert "external=True" in caplog.text


async def test_a_circle_of_redirects_ends(make_site):
    """Two pages that redirect to each other do not keep the server busy."""
    files = {
        "a/page.py": "from jetbridge import redirect\n\ndef page():\n    redirect('/b')",
        "b/page.py": "from jetbridge import redirect\n\ndef page():\n    redirect('/a')",
    }
    async with make_site(files) as site:
        response, payload = await site.flight("/a")

        assert response.status_code == 200
        assert "root" not in payload
        assert payload["redirect"]["url"] in ("/a", "/b")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUUX"])
async def test_other_methods_on_a_page(make_site, method):
    """A page answers GET, HEAD and form posts, and says so."""
    async with make_site({"page.py": "def page():\n    return ''"}) as site:
        response = await site.client.request(method, "/")

        assert response.status_code == 405
        assert response.headers["allow"] == "GET, HEAD, POST"


async def test_head_has_the_status_and_no_body(make_site):
    """HEAD answers like GET, without the body."""
    async with make_site({"page.py": "def page():\n    return 'text'"}) as site:
        response = await site.client.head("/")

        assert (response.status_code, response.content) == (200, b"")


async def test_a_slash_at_the_end_is_redirected_within_the_site(make_site):
    """One address per page; a doubled slash never leads to another host."""
    async with make_site({"posts/page.py": "def page():\n    return ''"}) as site:
        response = await site.get("/posts/?a=1")

        assert (response.status_code, response.headers["location"]) == (308, "/posts?a=1")


async def test_nested_layouts_and_loading(make_site):
    """Layouts nest from the outside in, and loading.py stands in for a page that takes its time."""
    files = {
        "posts/layout.py": "from jetbridge.html import section\n\ndef layout(children):\n    return section[children]",
        "posts/loading.py": "def loading():\n    return 'one moment'",
        "posts/page.py": "import anyio\n\nasync def page():\n    await anyio.sleep(0.01)\n    return 'the posts'",
    }
    async with make_site(files) as site:
        response, payload = await site.flight("/posts")

        text = repr_tree(payload["root"])
        assert "one moment" in text
        assert b"the posts" in response.content
        assert response.content.index(b"one moment") < response.content.index(b"the posts")


async def test_a_public_file_is_served_and_nothing_outside(make_site, tmp_path):
    """public/ lies at the root of the site; no spelling of a path leaves it."""
    (tmp_path / "public").mkdir()
    (tmp_path / "public" / "robots.txt").write_text("User-agent: *")
    (tmp_path / "secret.txt").write_text("secret")
    async with make_site({"page.py": "def page():\n    return ''"}) as site:
        assert (await site.get("/robots.txt")).text == "User-agent: *"
        for path in ("/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/robots.txt/../../secret.txt"):
            assert (await site.get("http://site.test" + path)).status_code == 404


async def test_a_public_file_that_has_been_taken_away(make_site, tmp_path):
    """A file that was there at the start and is not any more is not found, as any other address."""
    (tmp_path / "public").mkdir()
    (tmp_path / "public" / "robots.txt").write_text("User-agent: *")
    async with make_site({"page.py": "def page():\n    return ''"}) as site:
        (tmp_path / "public" / "robots.txt").unlink()

        assert (await site.get("/robots.txt")).status_code == 404


async def test_a_path_is_revalidated_as_it_is_written(make_site):
    """revalidate_path() takes the path as people write it, not as it travels."""
    files = {
        "posts/[slug]/page.py": """
            from jetbridge import cached

            made = []

            @cached()
            async def read():
                made.append(1)
                return len(made)

            async def page(slug):
                return f"made {await read()}"
        """,
        "actions/main.py": '"""use server"""\nfrom jetbridge import revalidate_path\n'
        "async def change(path):\n    revalidate_path(path)",
    }
    async with make_site(files) as site:
        assert "made 1" in (await site.get("/posts/k%C3%A4se")).text
        await site.call(site.action_id(":change"), "/posts/käse", page="/posts/k%C3%A4se")

        assert "made 2" in (await site.get("/posts/k%C3%A4se")).text


async def test_cookies_cannot_be_set_while_rendering(make_site, caplog):
    """The response may have begun: setting a cookie in a page is an error that says where it belongs."""
    source = "from jetbridge import cookies\n\ndef page():\n    cookies().set('a', 'b')"
    async with make_site({"page.py": source}) as site:
        response = await site.get("/")

        assert response.status_code == 500
        assert "do it in a server action or a route handler" in caplog.text


async def test_a_query_of_many_fields(make_site):
    """A query that is all ampersands is refused, not worked through."""
    async with make_site({"page.py": "def page(search_params):\n    return str(len(search_params))"}) as site:
        response = await site.get("/?" + "a=1&" * 1500)

        assert response.status_code == 400


def repr_tree(value: object) -> str:
    """All text of a decoded tree, for looking up what a page says."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return " ".join(repr_tree(part) for part in value.values())
    if isinstance(value, (list, tuple)):
        return " ".join(repr_tree(part) for part in value)
    for attribute in ("props", "value"):
        if hasattr(value, attribute):
            return repr_tree(getattr(value, attribute))
    return repr(value)
