"""use server

The user's own settings.
"""

from __future__ import annotations

from typing import TypedDict

from jetbridge import FormData, action, revalidate_tag
from pydantic import ValidationError

from lib import users
from lib.auth import require_user
from lib.forms import text_of
from lib.models import User
from lib.schemas import UsernameSchema, first_message


class UsernameState(TypedDict):
    """What the form shows after a submit."""

    error: str | None
    username: str
    saved: bool


@action(guard=require_user)
async def update_username(prev_state: UsernameState, form: FormData, user: User) -> UsernameState:
    """Rename the user who is signed in, whom the guard has found."""
    typed = text_of(form, "username")
    try:
        username = UsernameSchema(username=typed).username
    except ValidationError as error:
        return {"error": first_message(error), "username": typed, "saved": False}
    if username != user.username and not await users.rename_user(user.id, username):
        return {"error": "That username is already taken", "username": username, "saved": False}
    revalidate_tag("comments")  # they show their authors' names
    return {"error": None, "username": username, "saved": True}
