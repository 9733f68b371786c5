"""A picture of each page, for looking at: in e2e/artifacts/, light, dark and on a small screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from e2e.application import Application
from e2e.visitor import Visitor, open_visitor

ARTIFACTS = Path(__file__).parent / "artifacts"
PAGES = {"home": "/", "posts": "/posts", "post": "/posts/1", "draft": "/posts/3", "login": "/login", "sync": "/sync"}


def take(visitor: Visitor, name: str) -> None:
    ARTIFACTS.mkdir(exist_ok=True)
    visitor.page.screenshot(path=ARTIFACTS / f"{name}.png", full_page=True)


def assert_fits(visitor: Visitor) -> None:
    """Nothing stands out to the side."""
    assert visitor.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("look", ["light", "dark", "small"])
def test_pages(app: Application, browser: Browser, look: str):
    """Every page is shown without problems and fits the screen."""
    visitor = open_visitor(browser, app.url, "js")
    visitor.page.emulate_media(color_scheme="dark" if look == "dark" else "light")
    if look == "small":
        visitor.page.set_viewport_size({"width": 360, "height": 740})
    for name, path in PAGES.items():
        visitor.visit(path)
        take(visitor, f"{name}-{look}")
        assert_fits(visitor)
    assert visitor.problems == []
    visitor.page.goto(f"{app.url}/nowhere")
    take(visitor, f"not-found-{look}")
    visitor.sign_in("ada", "notes-by-ada")
    visitor.visit("/settings")
    visitor.fill("Username", "al")
    visitor.press("Save")
    visitor.page.locator(".error").wait_for()
    take(visitor, f"settings-refused-{look}")
    assert_fits(visitor)
    visitor.visit("/posts/1")
    take(visitor, f"post-signed-in-{look}")
    assert_fits(visitor)
    visitor.visit("/sync")
    visitor.page.get_by_label("answers with nonsense").check()
    visitor.press("Sync")
    visitor.page.get_by_role("alert").wait_for()
    take(visitor, f"sync-failed-{look}")
    assert_fits(visitor)
    visitor.context.close()
