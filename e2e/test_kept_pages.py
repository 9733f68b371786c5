"""Whole pages and components that are kept, as a browser meets them: with JavaScript, without, and before it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from e2e.application import KEPT, Application, build_example, copy_example, start
from e2e.conftest import OpenVisitor
from e2e.visitor import Visitor


@pytest.fixture(scope="module")
def app(built_example: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    folder = copy_example(tmp_path_factory.mktemp("kept") / "kept", KEPT)
    build_example(folder)
    application = start(folder, folder / "server.log", small_page="/about")
    yield application
    application.stop()


def render(visitor: Visitor) -> str | None:
    """Which render of the page is shown."""
    return visitor.page.locator("#render").text_content()


def test_everybody_gets_the_same_render(open_window: OpenVisitor) -> None:
    """Two visitors share one render, whose HTML is hydrated by both."""
    seen = []
    for _ in range(2):
        visitor = open_window("js")
        visitor.visit("/notes")
        visitor.press("Pressed 0 times")
        expect(visitor.page.get_by_role("button", name="Pressed 1 times")).to_be_visible()
        seen.append(render(visitor))
        assert visitor.problems == []

    assert seen[0] == seen[1]


def test_actions_on_a_kept_page(anyone: Visitor, open_window: OpenVisitor) -> None:
    """What an action changes is there for the one who called it and for everybody else, now and at the next load."""
    name = f"Of {anyone.mode}"
    anyone.visit("/notes")
    before = render(anyone)
    anyone.fill("Note", name)
    anyone.press("Add")
    expect(anyone.page.get_by_text(name, exact=True)).to_be_visible()
    other = open_window("no_js")
    other.visit("/notes")
    expect(other.page.get_by_text(name, exact=True)).to_be_visible()
    again = render(other)
    anyone.visit("/notes")
    anyone.press(f"Remove {name}")
    expect(anyone.page.get_by_text(name, exact=True)).to_have_count(0)
    other.visit("/notes")

    expect(other.page.get_by_text(name, exact=True)).to_have_count(0)
    assert len({before, again, render(other)}) == 3
    assert anyone.problems == []


def test_navigation_between_kept_pages(visitor: Visitor) -> None:
    """Each page is one request, from the cache; a second time the browser is told that it has it."""
    visitor.visit("/notes")
    visitor.visit("/about")
    shown = render(visitor)
    for heading in ("Notes", "About", "Notes", "About"):
        with visitor.page.expect_response(re.compile(f"/{heading.lower()}$")) as answer:
            visitor.page.get_by_role("link", name=heading).click()
        expect(visitor.page.get_by_role("heading", level=1)).to_have_text(heading)
        assert answer.value.ok
        assert answer.value.headers["etag"]

    assert render(visitor) == shown
    assert visitor.problems == []


def test_a_page_that_an_action_did_not_concern(visitor: Visitor) -> None:
    """After an action a kept page of another tag is as before: it is asked for once, and not rendered again."""
    visitor.visit("/about")
    shown = render(visitor)
    visitor.visit("/notes")
    visitor.fill("Note", "Unconcerned")
    visitor.press("Add")
    expect(visitor.page.get_by_text("Unconcerned", exact=True)).to_be_visible()
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url))
    visitor.page.get_by_role("link", name="About").click()
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("About")
    visitor.page.wait_for_load_state("networkidle")

    assert render(visitor) == shown
    assert [url for url in asked if url.endswith("/about")] == asked[:1]
    assert visitor.problems == []
