"""Signing in and out, and the user's own settings."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from e2e.visitor import Visitor

ADA = ("ada", "notes-by-ada")
GRACE = ("grace", "first-compiler")


def rename(visitor: Visitor, username: str) -> None:
    visitor.visit("/settings")
    visitor.fill("Username", username)
    visitor.press("Save")


def test_sign_in_and_out(anyone: Visitor):
    """The session begins with the right password and ends when one signs out; every page knows."""
    anyone.sign_in(*ADA)
    expect(anyone.page.get_by_role("link", name="Settings")).to_be_visible()
    anyone.visit("/sync")
    anyone.click(anyone.page.get_by_role("button", name="Sign out"))

    anyone.page.wait_for_url(f"{anyone.base_url}/")
    expect(anyone.page.get_by_role("link", name="Settings")).to_have_count(0)
    anyone.visit("/posts")
    expect(anyone.page.get_by_role("link", name="Sign in")).to_be_visible()
    assert anyone.problems == []


@pytest.mark.parametrize(
    ("username", "password"), [("ada", "wrong"), ("nobody", "notes-by-ada"), ("ada", "first-compiler")]
)
def test_wrong_password(anyone: Visitor, username: str, password: str):
    """A wrong name and a wrong password are told apart by nobody; the name stays, the password does not."""
    anyone.visit("/login")
    anyone.fill("Username", username)
    anyone.fill("Password", password)
    anyone.press("Sign in")

    expect(anyone.page.locator(".error")).to_have_text("Username or password is wrong")
    expect(anyone.page.get_by_label("Username")).to_have_value(username)
    expect(anyone.page.get_by_label("Password")).to_have_value("")
    assert anyone.problems == []


def test_session_cookie(visitor: Visitor):
    """Scripts cannot read the session's cookie, and nobody can read what is in it."""
    visitor.sign_in(*ADA)
    cookies = visitor.context.cookies()

    assert [(cookie["name"], cookie["httpOnly"], cookie["sameSite"]) for cookie in cookies] == [
        ("jetbridge-session", True, "Lax")
    ]
    assert "user" not in cookies[0]["value"]


def test_settings_need_a_user(anyone: Visitor):
    """Without a session the settings lead to the sign-in page."""
    anyone.page.goto(f"{anyone.base_url}/settings")

    anyone.page.wait_for_url("**/login")
    expect(anyone.page.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.parametrize(
    ("username", "message"),
    [
        ("al", "Username must be at least 3 characters"),
        ("grace", "That username is already taken"),
    ],
)
def test_rename_refused(anyone: Visitor, username: str, message: str):
    """A name that is too short or taken is refused with the reason, and the old one stays."""
    anyone.sign_in(*ADA)
    rename(anyone, username)

    expect(anyone.page.locator(".error")).to_have_text(message)
    expect(anyone.page.get_by_label("Username")).to_have_value(username)
    expect(anyone.page.get_by_role("button", name="Sign out")).to_contain_text("ada")
    assert anyone.problems == []


def test_rename(anyone: Visitor):
    """The new name is shown at once, on every page and beside the user's comments."""
    anyone.sign_in(*GRACE)
    try:
        rename(anyone, f"hopper-{anyone.mode}")

        expect(anyone.page.get_by_text("Saved.")).to_be_visible()
        expect(anyone.page.get_by_role("button", name="Sign out")).to_contain_text(f"hopper-{anyone.mode}")
        anyone.visit("/posts/1")
        expect(anyone.page.locator(".comments .who").last).to_have_text(f"hopper-{anyone.mode}")
        assert anyone.problems == []
    finally:
        rename(anyone, "grace")
        expect(anyone.page.get_by_role("button", name="Sign out")).to_contain_text("grace")


def test_save_with_a_stale_session(anyone: Visitor):
    """Saving after the session has ended says "Unauthorized"."""
    anyone.sign_in(*ADA)
    anyone.visit("/settings")
    anyone.context.clear_cookies()
    anyone.fill("Username", "somebody")
    anyone.press("Save")

    expect(anyone.page.get_by_role("alert")).to_contain_text("Unauthorized")
