"""use server"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, Literal, NewType
from uuid import UUID

from jetbridge import action, session
from jetbridge.flight import BigInt

PostId = NewType("PostId", int)


def _current_user() -> str | None:
    return session().get("user")


async def publish_post(post_id: PostId, at: dt.datetime, silent: bool = False) -> None: ...


async def tag_post(post_id: PostId, *tags: str) -> list[str]:
    return list(tags)


async def rate(stars: Literal[1, 2, 3], note: str | None = None) -> Literal["thanks"]:
    return "thanks"


async def plan(day: dt.date, at: dt.time, price: Decimal, key: UUID, wait: dt.timedelta) -> tuple[dt.date, Decimal]:
    return day, price


async def count(number: BigInt, anything: Any, something: object) -> BigInt:
    return number


async def delete(new: bool, function: int = 0) -> None: ...


@action(guard=_current_user, docs=True)
async def sign(text: str, user: str, *, dry_run: bool = False) -> str:
    """Signs a text in the name of the user.

    The server knows who that is; */ ends no comment here.
    """
    return f"{text} {user}"


def ask_later() -> dict:
    """A plain function is an action, too."""
    return {}
