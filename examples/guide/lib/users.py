"""The people who can sign in."""

from __future__ import annotations

import asyncio

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from lib.db import database
from lib.models import User
from lib.passwords import nobodys_hash, verify_password


async def get_user(user_id: int) -> User | None:
    """One user, as they are now."""
    async with database.session() as session:
        return await session.get(User, user_id)


async def find_user(username: str) -> User | None:
    """The user of this name."""
    async with database.session() as session:
        user: User | None = await session.scalar(select(User).where(User.username == username))
        return user


async def check_password(username: str, password: str) -> User | None:
    """The user of this name, if the password is theirs."""
    user = await find_user(username)
    expected = user.password_hash if user else await asyncio.to_thread(nobodys_hash)
    # Hashing is slow on purpose: in a thread it holds up nobody else.
    return user if await asyncio.to_thread(verify_password, password, expected) else None


async def rename_user(user_id: int, username: str) -> bool:
    """Give a user another name; False when somebody else took it in the meantime."""
    try:
        async with database.session() as session:
            await session.execute(update(User).where(User.id == user_id).values(username=username))
    except IntegrityError:
        return False
    return True
