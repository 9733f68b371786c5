"""The cache of several processes on one machine: an SQLite database in WAL mode.

Readers never wait for a writer there, so a read runs in the event loop: one statement of some microseconds. Writes
wait for each other, and run in a worker thread.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

import anyio
import anyio.lowlevel
import anyio.to_thread

from jetbridge.cache.sqlite_file import SqliteFile
from jetbridge.cache.store import NEVER, EntryInfo, Expiry, Lookup, PathKind, StoreBusy, path_name, tag_name

MIB: Final = 1024 * 1024
ENTRY_OVERHEAD: Final = 200
"""About what an entry takes in the file besides its texts and bytes."""

USES_EVERY: Final = 60
"""After how many seconds, at the latest, a process that writes notes in the file which entries it has read."""

MAX_USES: Final = 10_000

R = TypeVar("R")

_READ: Final = """
SELECT m.version, e.value, e.version, e.tags, e.fresh_until, e.gone_at FROM meta m LEFT JOIN entries e ON e.key = ?
"""

_EXPIRIES: Final = """
SELECT floor, 0, 0 FROM meta UNION ALL
SELECT n.hard, n.soft, n.until FROM json_each(?) j JOIN names n ON n.name = j.value
"""
"""How old an entry may be at all, and what is known of some names."""

_writing: Final[anyio.lowlevel.RunVar[anyio.CapacityLimiter]] = anyio.lowlevel.RunVar("jetbridge_sqlite_writing")


class SqliteStore:
    """Keeps the entries that were used last, up to a number of entries and of bytes, in one file.

    path: of the file, to whose name a part is added that changes when the machine starts anew; it and a new folder for
    it are made for the owner alone. wait: for how many seconds a write
    waits for those of other processes. max_names: how many expired tags and paths are remembered one by one; beyond
    that, what was computed before the older half of them is gone.
    clock: seconds, the same in all processes.
    Raises: StoreError, from every method, when the file cannot be used.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        max_entries: int = 100_000,
        max_bytes: int = 256 * MIB,
        max_names: int = 100_000,
        wait: float = 5.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._file = SqliteFile(Path(path), wait)
        self._max_entries = max_entries
        self._max_bytes = max_bytes
        self._max_names = max_names
        self._clock = clock
        self._used: dict[str, float] = {}
        self._used_written = clock()
        self._named = 0

    def __repr__(self) -> str:
        return f"<SqliteStore in {self._file.path}>"

    async def get(self, key: str, paths: Sequence[str] = ()) -> Lookup:
        """The entry, if it may be used."""
        found = self.get_now(key, paths)
        if found is not None:
            return found
        waited_for, _ = await self._in_thread(lambda db: self._look(db, key, paths))
        return waited_for

    def get_now(self, key: str, paths: Sequence[str] = ()) -> Lookup | None:
        """As `get`, at once; None when that has to wait: for the file to be opened, or for another process."""
        if key in self._used or len(self._used) < MAX_USES:
            self._used[key] = self._clock()
        reader = self._file.reader()
        if reader is None:
            return None
        try:
            return self._look(reader, key, paths)[0]
        except sqlite3.Error:
            # Another process recovers or replaces the file, or it is broken: a thread can wait for it, or tell.
            return None

    def _look(self, db: sqlite3.Connection, key: str, paths: Sequence[str]) -> tuple[Lookup, int]:
        """What a reader gets, and the version of the entry."""
        # All rows, so that the statement has ended: an open one would see the file as it is now for ever.
        ((version, value, own, tags, fresh_until, gone_at),) = db.execute(_READ, (key,)).fetchall()
        now = self._clock()
        if value is None or (gone_at is not None and now >= gone_at):
            return Lookup(None, version), 0
        listed = tuple(json.loads(tags))
        is_stale = fresh_until is not None and now >= fresh_until
        # Nothing was expired since it was computed: most entries, most of the time.
        if own < version:
            for expiry in _expiries(db, (*paths, *map(tag_name, listed))):
                if expiry.ends(own, now):
                    return Lookup(None, version), 0
                is_stale = is_stale or expiry.soft > own
        return Lookup(value, version, listed, is_stale), own

    async def set(
        self,
        key: str,
        value: bytes,
        *,
        version: int,
        tags: Sequence[str] = (),
        max_age: float | None = None,
        stale_for: float | None = 0,
    ) -> None:
        """Keep a value, unless a newer one is there, it is larger than the store, or others write all the time."""
        listed = json.dumps(tags)
        size = len(value) + len(key) + len(listed) + ENTRY_OVERHEAD
        if size > self._max_bytes:
            return
        now = self._clock()
        fresh_until = None if max_age is None else now + max_age
        gone_at = None if fresh_until is None or stale_for is None else fresh_until + stale_for
        row = (key, value, version, listed, now, fresh_until, gone_at, now, size)
        try:
            await self._in_thread(lambda db: self._put(db, row, tags))
        except StoreBusy:
            return

    def _put(self, db: sqlite3.Connection, row: tuple[Any, ...], tags: Sequence[str]) -> None:
        key, _, version, _, now, *_ = row
        if any(expiry.ends(version, now) for expiry in _expiries(db, map(tag_name, tags))):
            return
        known, known_version = self._look(db, key, ())
        if known.value is not None and known_version > version:
            return
        db.execute("DELETE FROM entries WHERE key = ?", (key,))
        db.execute("INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        if now >= self._used_written + USES_EVERY:
            self._write_uses(db, now)
        self._make_room(db, now)

    def _make_room(self, db: sqlite3.Connection, now: float) -> None:
        """Remove what is gone, and then what was not used for longest, a tenth at a time."""
        is_first = True
        while True:
            ((count, size),) = db.execute("SELECT count, bytes FROM meta").fetchall()
            if count <= self._max_entries and size <= self._max_bytes:
                return
            if is_first:
                self._write_uses(db, now)
                db.execute("DELETE FROM entries WHERE gone_at <= ?", (now,))
                is_first = False
                continue
            oldest = "SELECT key FROM entries ORDER BY used_at LIMIT ?"
            db.execute(f"DELETE FROM entries WHERE key IN ({oldest})", (count // 10 + 1,))  # noqa: S608

    def _write_uses(self, db: sqlite3.Connection, now: float) -> None:
        used, self._used, self._used_written = self._used, {}, now
        db.executemany("UPDATE entries SET used_at = ? WHERE key = ?", [(at, key) for key, at in used.items()])

    async def expire_tags(self, tags: Iterable[str], *, stale_for: float = 0) -> None:
        """Expire all entries with one of these tags, at once or softly."""
        names = [tag_name(tag) for tag in tags]
        await self._in_thread(lambda db: self._expire(db, names, stale_for))

    async def expire_paths(self, paths: Iterable[tuple[str, PathKind]]) -> None:
        """Expire what pages at these paths read."""
        names = [path_name(path, kind) for path, kind in paths]
        await self._in_thread(lambda db: self._expire(db, names, 0))

    def _expire(self, db: sqlite3.Connection, names: Sequence[str], stale_for: float) -> None:
        now = self._clock()
        db.execute("UPDATE meta SET version = version + 1")
        ((version,),) = db.execute("SELECT version FROM meta").fetchall()
        for name in names:
            expiry = (_expiries(db, [name])[1:] or [NEVER])[0].again(version, now, stale_for)
            row = (name, expiry.hard, expiry.soft, expiry.until)
            db.execute("INSERT OR REPLACE INTO names VALUES (?, ?, ?, ?)", row)
        if path_name("/", "layout") in names:
            _remove_all(db)
        # Counting takes a while: now and then is enough.
        self._named += len(names)
        if self._named > self._max_names // 16:
            self._named = 0
            self._forget_names(db)

    def _forget_names(self, db: sqlite3.Connection) -> None:
        ((count,),) = db.execute("SELECT count(*) FROM names").fetchall()
        if count <= self._max_names:
            return
        newest = "SELECT max(hard, soft) FROM names ORDER BY 1 DESC LIMIT 1 OFFSET ?"
        ((floor,),) = db.execute(newest, (self._max_names // 2,)).fetchall()
        db.execute("DELETE FROM names WHERE max(hard, soft) <= ?", (floor,))
        db.execute("UPDATE meta SET floor = max(floor, ?)", (floor,))

    async def entries(self, prefix: str = "", limit: int = 1000) -> list[EntryInfo]:
        """The entries that may be used, those used last first."""
        return await self._in_thread(lambda db: self._list(db, prefix, limit))

    def _list(self, db: sqlite3.Connection, prefix: str, limit: int) -> list[EntryInfo]:
        now = self._clock()
        found: list[EntryInfo] = []
        query = "SELECT key, made_at, gone_at FROM entries WHERE substr(key, 1, ?) = ? ORDER BY used_at DESC"
        for key, made_at, gone_at in db.execute(query, (len(prefix), prefix)):
            if len(found) == limit:
                break
            one, _ = self._look(db, key, ())
            if one.value is not None:
                left = None if gone_at is None else gone_at - now
                found.append(EntryInfo(key, one.tags, len(one.value), now - made_at, left, one.stale))
        return found

    async def clear(self, prefix: str = "") -> int:
        """Remove entries; without a prefix also what is being computed now does not count."""
        return await self._in_thread(lambda db: self._clear(db, prefix))

    def _clear(self, db: sqlite3.Connection, prefix: str) -> int:
        ((before,),) = db.execute("SELECT count FROM meta").fetchall()
        if prefix:
            db.execute("DELETE FROM entries WHERE substr(key, 1, ?) = ?", (len(prefix), prefix))
        else:
            db.execute("UPDATE meta SET version = version + 1")
            _remove_all(db)
        ((after,),) = db.execute("SELECT count FROM meta").fetchall()
        return int(before - after)

    async def aclose(self) -> None:
        """Close the file. The next use opens it again."""
        await anyio.to_thread.run_sync(self._file.close)

    async def _in_thread(self, change: Callable[[sqlite3.Connection], R]) -> R:
        """Run a transaction in a worker thread. Who is cancelled does not wait for its end."""
        limiter = _writing.get(None)
        if limiter is None:
            limiter = anyio.CapacityLimiter(1)
            _writing.set(limiter)
        return await anyio.to_thread.run_sync(self._file.write, change, limiter=limiter, abandon_on_cancel=True)


def _expiries(db: sqlite3.Connection, names: Iterable[str]) -> list[Expiry]:
    """What ends an entry with these names: first how old it may be at all, then what is known of each name."""
    return [Expiry(*row) for row in db.execute(_EXPIRIES, (json.dumps([*names]),)).fetchall()]


def _remove_all(db: sqlite3.Connection) -> None:
    db.execute("DELETE FROM entries")
    db.execute("UPDATE meta SET floor = version")
