"""use server

The user's own settings.
"""

from __future__ import annotations

from typing import NotRequired

from jetbridge import FieldError, FormState, action, revalidate_tag

from lib import users
from lib.auth import require_user
from lib.models import User
from lib.schemas import UsernameSchema


class UsernameState(FormState):
    """What the form holds after a submit."""

    saved: NotRequired[bool]


@action(guard=require_user)
async def update_username(prev_state: UsernameState, form: UsernameSchema, user: User) -> UsernameState:
    """Rename the user who is signed in, whom the guard has found."""
    if form.username != user.username and not await users.rename_user(user.id, form.username):
        raise FieldError("username", "That username is already taken")
    revalidate_tag("comments")  # they show their authors' names
    return {"error": None, "saved": True}
