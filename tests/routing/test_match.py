"""A path -> the route that answers it."""

from __future__ import annotations

import pytest

from jetbridge.routing.match import match_not_found, match_route
from jetbridge.routing.scan import scan_routes

PAGE = "def page():\n    return None\n"

FILES = {
    "layout.py": "def layout(children):\n    return children\n",
    "not_found.py": "def not_found():\n    return None\n",
    "page.py": PAGE,
    "(shop)/cart/page.py": PAGE,
    "posts/page.py": PAGE,
    "posts/new/page.py": PAGE,
    "posts/new/draft/page.py": PAGE,
    "posts/[id]/page.py": "def page(id):\n    return None\n",
    "posts/[id]/not_found.py": "def not_found(id):\n    return None\n",
    "posts/[id]/edit/page.py": PAGE,
    "posts/[id]/comments/[comment]/page.py": "def page(params):\n    return None\n",
    "docs/page.py": PAGE,
    "docs/intro/page.py": PAGE,
    "docs/[...slug]/page.py": "def page(slug):\n    return None\n",
    "help/[[...topic]]/page.py": "def page(topic):\n    return None\n",
    "api/hook/route.py": "def POST(request):\n    return None\n",
    "sitemap.xml/route.py": "def GET(request):\n    return None\n",
    ".well-known/[name]/route.py": "def GET(request):\n    return None\n",
    "_private/page.py": PAGE,
}


@pytest.fixture
def tree(write_app):
    return scan_routes(write_app(FILES))


@pytest.mark.parametrize(
    ("path", "pattern", "params"),
    [
        ("/", "/", {}),
        ("", "/", {}),
        ("/cart", "/cart", {}),
        ("/posts", "/posts", {}),
        ("/posts/", "/posts", {}),
        ("/posts/new", "/posts/new", {}),
        ("/posts/7", "/posts/[id]", {"id": "7"}),
        ("/posts/caf%C3%A9%20au%2Flait", "/posts/[id]", {"id": "café au/lait"}),
        ("/posts/100%2525", "/posts/[id]", {"id": "100%25"}),
        ("/posts/n%65w", "/posts/new", {}),
        ("/posts/7/edit", "/posts/[id]/edit", {"id": "7"}),
        ("/posts/new/edit", "/posts/[id]/edit", {"id": "new"}),
        ("/posts/new/draft", "/posts/new/draft", {}),
        ("/posts/7/comments/9", "/posts/[id]/comments/[comment]", {"id": "7", "comment": "9"}),
        ("/docs", "/docs", {}),
        ("/docs/intro", "/docs/intro", {}),
        ("/docs/a", "/docs/[...slug]", {"slug": ["a"]}),
        ("/docs/a/b%20c", "/docs/[...slug]", {"slug": ["a", "b c"]}),
        ("/docs/intro/more", "/docs/[...slug]", {"slug": ["intro", "more"]}),
        ("/help", "/help/[[...topic]]", {"topic": []}),
        ("/help/a/b", "/help/[[...topic]]", {"topic": ["a", "b"]}),
        ("/api/hook", "/api/hook", {}),
        ("/sitemap.xml", "/sitemap.xml", {}),
        ("/.well-known/security.txt", "/.well-known/[name]", {"name": "security.txt"}),
    ],
)
def test_path_finds_its_route(tree, path, pattern, params):
    """A static folder goes before a dynamic one, that before a catch-all; values are decoded once."""
    match = match_route(tree, path)

    assert match is not None
    assert (match.pattern, match.params) == (pattern, params)


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "//",
        "/posts//7",
        "/posts/7//",
        "/posts/%FF",
        "/_private",
        "/Posts",
        "/api",
        "/(shop)/cart",
        "/posts/7/x",
    ],
)
def test_path_without_route(tree, path):
    """A path that is no page's, or is malformed, matches nothing."""
    assert match_route(tree, path) is None


def test_match_gives_the_folders_from_the_root(tree):
    """The segments of a match are its folders, groups included, with the values in their keys."""
    match = match_route(tree, "/posts/7/comments/9")

    assert match is not None
    assert [segment.key for segment in match.segments] == ["", "posts", "id=7", "comments", "comment=9"]
    assert [segment.name for segment in match_route(tree, "/cart").segments] == ["", "(shop)", "cart"]
    assert match.segments[2].params == {"id": "7"}
    assert match.segments[0].layout("child") == "child"
    assert callable(match.page)
    assert match.handlers is None


def test_match_gives_the_handlers_of_a_route_file(tree):
    """A route.py gives its handlers by method and no page."""
    match = match_route(tree, "/api/hook")

    assert list(match.handlers) == ["POST"]
    assert match.page is None


@pytest.mark.parametrize(
    ("path", "keys", "params"),
    [
        ("/nothing/here", [""], {}),
        ("/posts/7/nothing", ["", "posts", "id=7"], {"id": "7"}),
        ("/posts/new/nothing", [""], {}),
        ("/cart/nothing", [""], {}),
        ("/posts/%FF", [""], {}),
    ],
)
def test_unknown_path_gets_the_nearest_not_found(tree, path, keys, params):
    """The not_found.py that shares most of the path answers, within its own layouts."""
    match = match_not_found(tree, path)

    assert [segment.key for segment in match.segments] == keys
    assert match.params == params
    assert match.segments[-1].not_found is not None
    assert match.page is None


def test_unknown_path_without_any_not_found(write_app):
    """Without a not_found.py there is the root alone, with its layout."""
    tree = scan_routes(write_app({"page.py": PAGE, "a/page.py": PAGE}))

    assert [segment.name for segment in match_not_found(tree, "/a/b").segments] == [""]


def test_not_found_of_a_group_serves_its_url(write_app):
    """A not_found.py that lies in a group answers for the URL of the group."""
    tree = scan_routes(write_app({"(site)/not_found.py": "def not_found():\n    return None\n", "page.py": PAGE}))

    assert [segment.name for segment in match_not_found(tree, "/x").segments] == ["", "(site)"]


def test_work_does_not_grow_with_the_number_of_routes(write_app):
    """A match visits one node per part of the path, among three hundred routes as among three."""
    tree = scan_routes(write_app({f"s{n}/[id]/page.py": "def page(id): ...\n" for n in range(300)}))
    lookups = []

    class Counted(dict):
        def get(self, key, default=None):
            lookups.append(key)
            return super().get(key, default)

    tree.root.static = Counted(tree.root.static)
    assert match_route(tree, "/s299/4").params == {"id": "4"}
    assert lookups == ["s299"]
