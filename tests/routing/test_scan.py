"""What the scan of app/ accepts, and what it says about the rest."""

from __future__ import annotations

import sys

import pytest

from jetbridge.errors import ConfigError, RouteConflict
from jetbridge.routing.scan import scan_routes

PAGE = "def page():\n    return None\n"

LAYOUT = "def layout(children):\n    return children\n"


@pytest.mark.parametrize(
    ("files", "error", "texts"),
    [
        ({"a/page.py": PAGE, "a/route.py": "def GET(request): ..."}, RouteConflict, ["a/page.py", "a/route.py"]),
        ({"(x)/a/page.py": PAGE, "(y)/a/page.py": PAGE}, RouteConflict, ["(x)/a/page.py", "(y)/a/page.py", "/a"]),
        (
            {"(x)/a/page.py": PAGE, "(y)/a/route.py": "def GET(r): ..."},
            RouteConflict,
            ["(x)/a/page.py", "(y)/a/route.py"],
        ),
        ({"[id]/page.py": PAGE, "[slug]/page.py": PAGE}, RouteConflict, ["[id]", "[slug]", "two names"]),
        ({"[...a]/page.py": PAGE, "[[...b]]/page.py": PAGE}, RouteConflict, ["[...a]/page.py", "[[...b]]/page.py"]),
        ({"page.py": PAGE, "[[...b]]/page.py": PAGE}, RouteConflict, ["app/page.py", "[[...b]]/page.py"]),
        ({"[...a]/b/page.py": PAGE}, RouteConflict, ["[...a]/b", "catch-all"]),
        ({"[id]/b/[id]/page.py": PAGE}, RouteConflict, ["[id]/b/[id]", "already"]),
        ({"[post-id]/page.py": PAGE}, RouteConflict, ["[post-id]", "[post_id]"]),
        ({"[class]/page.py": PAGE}, RouteConflict, ["'class'"]),
        ({"[params]/page.py": PAGE}, RouteConflict, ["'params'", "Rename"]),
        ({"[]/page.py": PAGE}, RouteConflict, ["[]"]),
        ({"[[id]]/page.py": PAGE}, RouteConflict, ["[[id]]", "[[...name]]"]),
        ({"a[id]/page.py": PAGE}, RouteConflict, ["a[id]"]),
        ({"@modal/page.py": PAGE}, RouteConflict, ["@modal", "not supported"]),
        ({"(.)photo/page.py": PAGE}, RouteConflict, ["(.)photo", "not supported"]),
        ({"(..)photo/page.py": PAGE}, RouteConflict, ["(..)photo", "not supported"]),
        ({"()/page.py": PAGE}, RouteConflict, ["()"]),
        ({"100%/page.py": PAGE}, RouteConflict, ["100%"]),
        ({"a/page.py": "def pages():\n    return 1\n"}, ConfigError, ["a/page.py", "no function page()", "pages()"]),
        ({"a/page.py": ""}, ConfigError, ["a/page.py", "no function page()"]),
        ({"a/page.py": "def page(serach_params): ..."}, ConfigError, ["a/page.py:1", "'search_params'"]),
        ({"[id]/page.py": "def page(idd): ..."}, ConfigError, ["'id'"]),
        ({"a/page.py": "def page(children): ..."}, ConfigError, ["'children'"]),
        ({"a/page.py": "def page(*args): ..."}, ConfigError, ["*args"]),
        ({"layout.py": "def layout(): ..."}, ConfigError, ["layout.py", "`children`"]),
        ({"[id]/page.py": PAGE, "layout.py": "def layout(children, id): ..."}, ConfigError, ["layout.py", "'id'"]),
        ({"a/route.py": "def get(request): ..."}, ConfigError, ["a/route.py", "GET()"]),
        ({"a/not-found.py": ""}, ConfigError, ["not-found.py", "not_found.py"]),
        ({"a/page.tsx": ""}, ConfigError, ["page.tsx", "page.py"]),
        ({"page.py": "def page(:\n"}, ConfigError, ["app/page.py:1: SyntaxError"]),
        ({"page.py": PAGE + "\nundefined_name\n"}, ConfigError, ["app/page.py:4: NameError"]),
        ({"page.py": "from app.db import x\n", "db.py": "\n1/0\n"}, ConfigError, ["app/db.py:2: ZeroDivisionError"]),
        ({"page.py": "import not_there\n"}, ConfigError, ["app/page.py:1: ModuleNotFoundError"]),
        ({"page.py": PAGE, "actions/_jobs.py": "raise SystemExit(3)\n"}, ConfigError, ["app/actions/_jobs.py:1"]),
    ],
)
def test_mistake_is_named_with_its_file(write_app, files, error, texts):
    """A mistake under app/ stops the start; the text names the files and says what to do."""
    app = write_app(files)

    with pytest.raises(error) as caught:
        scan_routes(app)

    for text in texts:
        assert text in str(caught.value)


def test_missing_folder(tmp_path):
    """Without a folder app/ there is nothing to serve, and the text says so."""
    with pytest.raises(ConfigError, match="no folder"):
        scan_routes(tmp_path / "app")


def test_import_error_keeps_its_cause(write_app):
    """The error that a module raised stays the cause, traceback and all."""
    app = write_app({"page.py": "1/0\n"})

    with pytest.raises(ConfigError) as caught:
        scan_routes(app)

    assert isinstance(caught.value.__cause__, ZeroDivisionError)


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("posts/[id]", "app.posts.[id]"),
        ("docs/[...slug]", "app.docs.[%2E%2E%2Eslug]"),
        ("docs/[[...slug]]", "app.docs.[[%2E%2E%2Eslug]]"),
        ("(shop)/v1.0/cart", "app.(shop).v1%2E0.cart"),
    ],
)
def test_relative_imports_work_in_every_folder(write_app, folder, name):
    """A page in a folder with brackets or dots imports its neighbours, and its module has a name that stays."""
    app = write_app(
        {
            f"{folder}/page.py": "from .part import text\nfrom ..near import near\ndef page(): return text + near\n",
            f"{folder}/part.py": "text = 'a'\n",
            f"{folder}/../near.py": "near = 'b'\n",
        }
    )

    route = scan_routes(app).routes[0]

    assert route.page() == "ab"
    assert route.page.__module__ == f"{name}.page"


def test_all_modules_are_loaded(write_app):
    """Helpers, actions and private folders are modules of the application too; tests and scripts are not."""
    app = write_app(
        {
            "page.py": PAGE,
            "actions/posts.py": "from app.db import rows\n",
            "_lib/mail.py": "",
            "db.py": "rows = []\n",
            "test_page.py": "raise SystemExit",
            "conftest.py": "raise SystemExit",
            "a-script.py": "raise SystemExit",
            ".hidden/x.py": "raise SystemExit",
            "pack/__init__.py": "value = 1\n",
        }
    )

    tree = scan_routes(app)

    names = sorted(module.__name__ for module in tree.modules.values())
    assert names == ["app._lib.mail", "app.actions.posts", "app.db", "app.pack", "app.page"]


def test_folders_without_routes_may_have_any_name(write_app):
    """Names are checked only where a folder leads to a route."""
    tree = scan_routes(write_app({"page.py": PAGE, "@types/notes.txt": "", "[draft/notes.md": ""}))

    assert [route.pattern for route in tree.routes] == ["/"]


def test_code_beside_app_can_be_imported(write_app):
    """The project's folder is on the import path, so that pages import packages that lie beside app/."""
    app = write_app(
        {"page.py": "from lib.auth import user\ndef page():\n    return user\n", "../lib/auth.py": "user = 3"}
    )

    assert scan_routes(app).routes[0].page() == 3


def test_another_application_replaces_the_first(write_app, tmp_path):
    """Two projects scanned one after the other in one process do not mix."""
    first = scan_routes(write_app({"page.py": "def page():\n    return 1\n", "only_first.py": ""}))
    other = tmp_path / "other" / "app"
    other.mkdir(parents=True)
    (other / "page.py").write_text("def page():\n    return 2\n")

    second = scan_routes(other)

    assert (first.routes[0].page(), second.routes[0].page()) == (1, 2)
    assert "app.only_first" not in sys.modules


def test_app_folder_may_lie_deeper(tmp_path, write_app):
    """An app/ inside src/ is imported as src.app, from the project's folder."""
    write_app(
        {"../src/app/page.py": "from src.app.near import x\ndef page(): return x\n", "../src/app/near.py": "x = 5\n"}
    )

    tree = scan_routes(tmp_path / "src" / "app", "src.app")

    assert tree.routes[0].page() == 5
    assert tree.root_path == tmp_path


def test_routes_are_listed(write_app):
    """The tree lists its routes by pattern, with file and functions."""
    tree = scan_routes(write_app({"b/page.py": PAGE, "a/route.py": "def GET(r): ...\ndef POST(r): ...\n"}))

    assert [(route.pattern, sorted(route.handlers or ())) for route in tree.routes] == [
        ("/a", ["GET", "POST"]),
        ("/b", []),
    ]
