"""The database: SQLite in a file beside the application, or PostgreSQL when DATABASE_URL names one.

Nothing is opened at import. The first operation creates the tables and, in an empty database, a few rows to look at.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event, make_url, select
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from lib.models import Base, User
from lib.seed import first_rows

ATTEMPTS = 5
"""How often the tables and first rows are tried for. Each time one fails, another process has come further."""

DEFAULT_FILE = Path(__file__).resolve().parent.parent / "guide.sqlite"


def database_url(env: Mapping[str, str]) -> URL:
    """DATABASE_URL with the asynchronous driver of its database; else the SQLite file that GUIDE_DATABASE names."""
    if not env.get("DATABASE_URL"):
        return URL.create("sqlite+aiosqlite", database=env.get("GUIDE_DATABASE") or str(DEFAULT_FILE))
    url = make_url(env["DATABASE_URL"])
    drivers = {"postgres": "postgresql+psycopg", "postgresql": "postgresql+psycopg", "sqlite": "sqlite+aiosqlite"}
    return url.set(drivername=drivers.get(url.drivername, url.drivername))


class Database:
    """One database and its connections."""

    def __init__(self, url: URL) -> None:
        self._engine = create_async_engine(url)
        self._sessions = async_sessionmaker(self._engine, expire_on_commit=False)
        self._preparing = asyncio.Lock()
        self._ready = False
        if url.get_backend_name() == "sqlite":
            event.listen(self._engine.sync_engine, "connect", _configure_sqlite)

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """One unit of work: committed at the end of the block, rolled back when the block raises."""
        await self._prepare()
        async with self._sessions.begin() as session:
            yield session

    async def close(self) -> None:
        """Close all connections."""
        await self._engine.dispose()

    async def _prepare(self) -> None:
        if self._ready:
            return
        async with self._preparing:
            for attempt in range(1, ATTEMPTS + 1):
                if self._ready:
                    return
                try:
                    await self._create_and_seed()
                    self._ready = True
                except DBAPIError:
                    # Several processes may start at once, and only one of them can be the first: look again.
                    if attempt == ATTEMPTS:
                        raise

    async def _create_and_seed(self) -> None:
        async with self._engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        async with self._sessions.begin() as session:
            if await session.scalar(select(User.id).limit(1)) is None:
                session.add_all(first_rows())


def _configure_sqlite(connection: Any, _record: object) -> None:
    """Let readers go on while somebody writes, and keep the promises of the foreign keys."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


database = Database(database_url(os.environ))
