"""Comments belong to their authors: actions ask who is calling, and whether they may."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, expect

from e2e.conftest import OpenVisitor
from e2e.visitor import Visitor

ADA = ("ada", "notes-by-ada")
GRACE = ("grace", "first-compiler")


def comment(visitor: Visitor, text: str) -> None:
    visitor.visit("/posts/1")
    visitor.fill("Your comment", text)
    visitor.press("Add comment")


def write_comment(visitor: Visitor, text: str) -> None:
    """Comment, and open the page anew."""
    comment(visitor, text)
    expect(visitor.page.locator(".comments li").last).to_contain_text(text)
    visitor.visit("/posts/1")


def become(context: BrowserContext, other: Visitor) -> None:
    """Go on with the session of somebody else, as when a page was left open in another tab."""
    context.clear_cookies()
    context.add_cookies(other.context.cookies())  # type: ignore[arg-type]


def test_add_and_delete(anyone: Visitor):
    """An author adds a comment and deletes it; the page shows both at once."""
    anyone.sign_in(*ADA)
    text = f"A remark {anyone.mode}"
    comment(anyone, text)
    expect(anyone.page.locator(".comments li").last).to_contain_text(text)
    expect(anyone.page.get_by_label("Your comment", exact=True)).to_have_value("")
    anyone.visit("/posts/1")
    anyone.press(f"Delete your comment “{text}”")

    expect(anyone.page.get_by_text(text)).to_have_count(0)
    assert anyone.page.url.endswith("/posts/1")
    assert anyone.problems == []


def test_empty_comment(anyone: Visitor):
    """An empty comment is refused with words."""
    anyone.sign_in(*ADA)
    comment(anyone, "   ")

    expect(anyone.page.locator(".error")).to_have_text("Comment is required")
    assert anyone.problems == []


def test_no_button_on_foreign_comments(visitor: Visitor):
    """The page offers to delete one's own comments only."""
    visitor.sign_in(*GRACE)
    visitor.visit("/posts/1")
    foreign = visitor.page.locator(".comments li").filter(has_text="on a train")

    expect(foreign).to_be_visible()
    expect(foreign.get_by_role("button")).to_have_count(0)


def test_strangers_are_invited(visitor: Visitor):
    """Who is not signed in reads the comments and finds the way to sign in."""
    visitor.visit("/posts/1")

    expect(visitor.page.locator(".comments li").first).to_be_visible()
    expect(visitor.page.get_by_label("Your comment", exact=True)).to_have_count(0)
    expect(visitor.page.locator(".comments").get_by_role("link", name="Sign in")).to_be_visible()


def test_unauthorized(anyone: Visitor):
    """Deleting after the session has ended says "Unauthorized", and the comment stays."""
    text = f"Left open {anyone.mode}"
    anyone.sign_in(*ADA)
    write_comment(anyone, text)
    anyone.context.clear_cookies()
    anyone.press(f"Delete your comment “{text}”")

    expect(anyone.page.get_by_role("alert")).to_contain_text("Unauthorized")
    anyone.visit("/posts/1")
    expect(anyone.page.get_by_text(text)).to_be_visible()


def test_forbidden(anyone: Visitor, open_window: OpenVisitor):
    """Deleting somebody else's comment says "Forbidden", and the comment stays."""
    text = f"Mine alone {anyone.mode}"
    grace = open_window("js")
    grace.sign_in(*GRACE)
    anyone.sign_in(*ADA)
    write_comment(anyone, text)
    become(anyone.context, grace)
    anyone.press(f"Delete your comment “{text}”")

    expect(anyone.page.get_by_role("alert")).to_contain_text("Forbidden")
    anyone.visit("/posts/1")
    expect(anyone.page.get_by_text(text)).to_be_visible()


def test_missing_comment_looks_foreign(anyone: Visitor):
    """Deleting what is already gone is answered in the same way, so that nobody learns what exists."""
    text = f"Deleted twice {anyone.mode}"
    anyone.sign_in(*ADA)
    write_comment(anyone, text)
    second = anyone.context.new_page()
    second.goto(f"{anyone.base_url}/posts/1")
    if anyone.mode != "no_js":
        second.wait_for_load_state("networkidle")
    second.get_by_role("button", name=f"Delete your comment “{text}”").click()
    expect(second.get_by_text(text)).to_have_count(0)
    second.close()
    anyone.press(f"Delete your comment “{text}”")

    expect(anyone.page.get_by_role("alert")).to_contain_text("Forbidden")


def test_comment_with_a_stale_session(anyone: Visitor):
    """Commenting after the session has ended says "Unauthorized"."""
    anyone.sign_in(*ADA)
    anyone.visit("/posts/2")
    anyone.context.clear_cookies()
    anyone.fill("Your comment", "Who am I?")
    anyone.press("Add comment")

    expect(anyone.page.get_by_role("alert")).to_contain_text("Unauthorized")
