"""use server

Signing in and out.
"""

from __future__ import annotations

from typing import TypedDict

from jetbridge import FormData, action, public, redirect

from lib.auth import sign_in, sign_out
from lib.forms import text_of
from lib.users import check_password

__guard__ = public


class LoginState(TypedDict):
    """What the form shows after a submit. A password never comes back."""

    error: str | None
    username: str


@action(rate="30/minute")
async def log_in(prev_state: LoginState, form: FormData) -> LoginState:
    """Sign in with name and password. Whoever guesses passwords is soon told to wait."""
    username = text_of(form, "username").strip()
    user = await check_password(username, text_of(form, "password"))
    if user is None:
        return {"error": "Username or password is wrong", "username": username}
    sign_in(user)
    redirect("/posts")


async def log_out() -> None:
    """Sign out and go home."""
    sign_out()
    redirect("/")
