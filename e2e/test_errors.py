"""What a user is told when something fails, and what the log keeps."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from e2e.application import Application
from e2e.conftest import OpenVisitor
from e2e.visitor import Visitor

INTERNAL = ("partner.internal", "KeyError", "entries'", "Traceback", "partner.py")


def sync(visitor: Visitor, partner: str) -> None:
    visitor.visit("/sync")
    visitor.page.get_by_label(partner, exact=True).check()
    visitor.press("Sync")


def test_success(anyone: Visitor):
    """The returned value is shown."""
    sync(anyone, "answers")

    expect(anyone.page.get_by_text("3 entries exchanged.")).to_be_visible()
    assert anyone.problems == []


def test_expected_failure(anyone: Visitor, app: Application):
    """An ActionError is shown as it was written, by the error.py beside the page, and its cause is not."""
    sync(anyone, "cannot be reached")

    expect(anyone.page.get_by_role("alert")).to_contain_text("Sync failed. Please try again.")
    expect(anyone.page.get_by_role("heading", level=1)).to_have_text("Sync")
    expect(anyone.page.get_by_role("link", name="Posts", exact=True)).to_be_visible()
    assert not any(word in anyone.page.content() for word in INTERNAL)


def test_bug(anyone: Visitor, app: Application):
    """Any other exception is masked; the reference that is shown stands in the log beside the traceback."""
    sync(anyone, "answers with nonsense")

    alert = anyone.page.get_by_role("alert")
    expect(alert).to_contain_text("The sync went wrong, and we have been told.")
    reference = re.search(r"\b[0-9a-f]{8}\b", alert.inner_text())
    assert reference is not None
    assert not any(word in anyone.page.content() for word in INTERNAL)
    log = app.log()
    assert reference.group() in log
    after = log[log.index(reference.group()) :]
    assert "KeyError: 'entries'" in after
    assert "partner.py" in after


@pytest.mark.parametrize("partner", ["cannot be reached", "answers with nonsense"])
def test_retry(visitor: Visitor, partner: str):
    """The button of the error page brings the page back, ready for another try."""
    sync(visitor, partner)
    visitor.page.get_by_role("button", name="Try again").click()
    expect(visitor.page.get_by_role("alert")).to_have_count(0)
    visitor.page.get_by_label("answers", exact=True).check()
    visitor.page.get_by_role("button", name="Sync").click()

    expect(visitor.page.get_by_text("3 entries exchanged.")).to_be_visible()


def test_leaving_an_error(visitor: Visitor):
    """Another page is not covered by the error of the one before."""
    sync(visitor, "cannot be reached")
    expect(visitor.page.get_by_role("alert")).to_be_visible()
    visitor.page.get_by_role("link", name="Posts", exact=True).click()
    expect(visitor.page.get_by_role("heading", name="Posts")).to_be_visible()
    visitor.page.get_by_role("link", name="Sync", exact=True).click()

    expect(visitor.page.get_by_role("button", name="Sync")).to_be_visible()


def test_way_back_without_javascript(open_window: OpenVisitor):
    """Without JavaScript the error page is a whole page with a way back."""
    visitor = open_window("no_js")
    sync(visitor, "cannot be reached")
    visitor.page.get_by_role("link", name="Sync", exact=True).click()

    expect(visitor.page.get_by_role("button", name="Sync")).to_be_visible()
