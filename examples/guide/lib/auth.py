"""Who is signed in.

The session is an encrypted cookie that holds the user's id and nothing else; the user is read anew for each request.
"""

from __future__ import annotations

from jetbridge import ActionError, session

from lib.models import User
from lib.users import get_user


async def current_user() -> User | None:
    """The user who sent this request, or None."""
    user_id = session().get("user_id")
    return await get_user(user_id) if user_id is not None else None


async def require_user() -> User:
    """The user who sent this request. Raises: ActionError "Unauthorized", which the page shows as written."""
    user = await current_user()
    if user is None:
        raise ActionError("Unauthorized", status=401)
    return user


def sign_in(user: User) -> None:
    """Start a session of this user; whatever an earlier one held is forgotten."""
    session().clear()
    session()["user_id"] = user.id


def sign_out() -> None:
    """End the session."""
    session().clear()
