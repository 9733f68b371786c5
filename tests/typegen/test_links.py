"""Where Python sends its visitors is checked as far as it is written out."""

from __future__ import annotations

import sys

import pytest

from jetbridge.routing.scan import scan_routes
from jetbridge.typegen.links import dead_links

HEAD = """
from jetbridge import permanent_redirect, redirect
from jetbridge.components import Form, Link
from jetbridge.html import a

def other(path): ...

def page(): ...

def show(id, where):
    """

FOLDERS = ("posts/[id]", "posts/[id]/edit", "(shop)/cart", "docs/[[...path]]", "files/[...path]", "_parts")


@pytest.fixture
def find(tmp_path, monkeypatch):
    """What is said of one expression in a page."""
    monkeypatch.setattr(sys, "path", [*sys.path])

    def find(expression: str) -> list[str]:
        for folder in FOLDERS:
            (tmp_path / "app" / folder).mkdir(parents=True)
            (tmp_path / "app" / folder / "page.py").write_text("def page(): ...\n")
        (tmp_path / "public").mkdir()
        (tmp_path / "public" / "logo.svg").touch()
        (tmp_path / "app" / "page.py").write_text(f"{HEAD}{expression}\n")
        return [str(one) for one in dead_links(scan_routes(tmp_path / "app"))]

    yield find
    for name in [name for name in sys.modules if name.split(".")[0] == "app"]:
        del sys.modules[name]


@pytest.mark.parametrize(
    "expression",
    [
        'redirect("/")',
        'redirect("/posts/3")',
        'permanent_redirect(f"/posts/{id}/edit?from=list#top")',
        'redirect(f"/posts/{id}-{where}/edit")',
        'redirect(f"/{where}")',
        'redirect(f"/{where}/edit")',
        'redirect("/docs")',
        'redirect("/docs/a/b")',
        'redirect("/files/a/b")',
        'redirect("https://example.com/nowhere")',
        'redirect("//example.com/nowhere")',
        "redirect(where)",
        'redirect("next")',
        'Link(href="/cart")["cart"]',
        'Link(href="/logo.svg")["picture"]',
        'Form(action="/cart")["cart"]',
        "Form(action=show)",
        'a(href="/nowhere")["elsewhere"]',
        'other("/nowhere")',
    ],
)
def test_living(find, expression):
    """Pages, files, other sites, text that is not written out, and what has nothing to do with pages."""
    assert find(expression) == []


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ('redirect("/carts")', 'redirect("/carts"): no page and no route handler has this path. Is /cart meant?'),
        ('permanent_redirect("/shop/cart")', 'permanent_redirect("/shop/cart"): no page'),
        ('redirect(f"/post/{id}")', 'redirect("/post/{...}"): no page'),
        ('redirect(f"/posts/{id}/delete")', 'redirect("/posts/{...}/delete"): no page'),
        ('redirect("/files")', 'redirect("/files"): no page'),
        ('Link(href="/posts")["posts"]', 'Link("/posts"): no page'),
        ('Form(action="/search")["search"]', 'Form("/search"): no page'),
    ],
)
def test_dead(find, expression, text):
    """A path that nothing answers is a problem, with its place and what may be meant."""
    (problem,) = find(expression)

    assert problem.startswith(f"app/page.py:11: {text}")
