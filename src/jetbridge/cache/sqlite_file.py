"""The file of `SqliteStore`: connections, tables, and what can happen to a file beside its use."""

from __future__ import annotations

import os
import random
import re
import sqlite3
import stat
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final, TypeVar

from jetbridge.cache.store import StoreBusy, StoreError

APPLICATION: Final = 0x6A627263
"""Marks the file as ours, in SQLite's `application_id`."""

SCHEMA: Final = 1
_BOOT: Final = Path("/proc/sys/kernel/random/boot_id")
_OPEN_SECONDS: Final = 10.0

_TABLES: Final = (
    "DROP TABLE IF EXISTS entries",
    "DROP TABLE IF EXISTS names",
    "DROP TABLE IF EXISTS meta",
    "CREATE TABLE meta (version INTEGER, floor INTEGER, bytes INTEGER, count INTEGER)",
    "CREATE TABLE names (name TEXT PRIMARY KEY, hard INTEGER, soft INTEGER, until REAL) WITHOUT ROWID",
    "CREATE TABLE entries (key TEXT PRIMARY KEY, value BLOB, version INTEGER, tags TEXT, made_at REAL,"
    " fresh_until REAL, gone_at REAL, used_at REAL, size INTEGER)",
    "CREATE INDEX entries_used ON entries (used_at)",
    "CREATE INDEX entries_gone ON entries (gone_at) WHERE gone_at IS NOT NULL",
    "CREATE TRIGGER entry_in AFTER INSERT ON entries BEGIN"
    " UPDATE meta SET bytes = bytes + new.size, count = count + 1; END",
    "CREATE TRIGGER entry_out AFTER DELETE ON entries BEGIN"
    " UPDATE meta SET bytes = bytes - old.size, count = count - 1; END",
)

R = TypeVar("R")

_of_parents: Final[list[sqlite3.Connection]] = []
"""Connections that came here by a fork. They are neither used nor closed: closing would give up the parent's locks."""


class SqliteFile:
    """One database, with a connection for reading and one for writing. wait: for other processes, in seconds.

    Safe for threads: reads are single statements, writes take turns.
    Where the system tells one start of the machine from another, that is part of the file's name. A file then need not
    survive a power failure, which could bring back what was expired, and no write waits for the disk.
    """

    def __init__(self, path: Path, wait: float) -> None:
        self._boot = _boot()
        self._family = path
        self.path = path.with_name(f"{path.stem}-{self._boot}{path.suffix}") if self._boot else path
        self._wait = wait
        self._lock = threading.Lock()
        self._reader: sqlite3.Connection | None = None
        self._writer: sqlite3.Connection | None = None
        self._process = 0
        self._identity: tuple[int, int] | None = None

    def reader(self) -> sqlite3.Connection | None:
        """The connection for reading, which waits for nobody; None when the file is not open, or is another one now."""
        return self._reader if self._reader is not None and self._is_current() else None

    def _is_current(self) -> bool:
        return self._process == os.getpid() and self._identity == self._identify()

    def _identify(self) -> tuple[int, int] | None:
        """What tells this file from another one of the same name."""
        try:
            found = os.stat(self.path)
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def write(self, change: Callable[[sqlite3.Connection], R]) -> R:
        """Run `change` in a transaction; opens the file if need be. Blocks: for worker threads.

        Raises: StoreBusy when others write all the time, StoreError when the file cannot be used.
        """
        if not self._lock.acquire(timeout=self._wait):
            raise StoreBusy(f"{self.path}: other threads write all the time")
        try:
            while True:
                if self._writer is None or not self._is_current():
                    self._open()
                result = self._transact(change)
                # A file that was replaced meanwhile has not got what was written.
                if self._is_current():
                    return result
        except (sqlite3.Error, OSError) as error:
            raise self._failure(error) from error
        finally:
            self._lock.release()

    def _transact(self, change: Callable[[sqlite3.Connection], R]) -> R:
        db = self._writer
        if db is None:
            raise StoreError(f"{self.path} was closed")
        self._begin(db)
        try:
            result = change(db)
            db.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                db.execute("ROLLBACK")
            raise
        return result

    def _begin(self, db: sqlite3.Connection) -> None:
        """Wait for the processes that write. SQLite's own pauses are far longer than a write takes."""
        deadline = time.monotonic() + self._wait
        while True:
            try:
                db.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if _code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                    raise
                time.sleep(random.uniform(0.0002, 0.002))  # noqa: S311

    def _failure(self, error: sqlite3.Error | OSError) -> StoreError:
        code = _code(error)
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return StoreBusy(f"{self.path}: {error}")
        # Whatever is wrong with the connection, the next use makes another.
        self._drop()
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            return StoreError(f"{self.path} is broken ({error}): stop the application and delete it")
        return StoreError(f"{self.path}: {error}")

    def _open(self) -> None:
        self._drop()
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._remove_older()
        is_shared = bool(self.path.parent.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH))
        self._check_owner(is_shared)
        # SQLite gives its other files the permissions of this one.
        os.close(os.open(self.path, os.O_CREAT | os.O_RDWR | (os.O_NOFOLLOW if is_shared else 0), 0o600))
        identity = self._identify()
        writer = self._connect()
        try:
            self._prepare(writer)
            # Again: what did not exist before may have been put there meanwhile.
            self._check_owner(is_shared)
            reader = self._connect()
        except BaseException:
            writer.close()
            raise
        self._process, self._identity = os.getpid(), identity
        self._writer, self._reader = writer, reader

    def _check_owner(self, is_shared: bool) -> None:
        """Refuse what others have put where our files belong. is_shared: the folder is one that others may write to.

        Raises: StoreError.
        """
        for end in ("", "-wal", "-shm", "-journal") if is_shared else ():
            file = self.path.with_name(self.path.name + end)
            with suppress(FileNotFoundError):
                found = file.lstat()
                is_open = found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
                if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid() or is_open:
                    raise StoreError(
                        f"{file} stands where others may write, and is a link, of somebody else or open to others: "
                        "keep the cache in a folder of its own"
                    )

    def _remove_older(self) -> None:
        """Remove the files of earlier starts of the machine: nobody uses them."""
        if not self._boot:
            return
        pattern = re.compile(
            f"{re.escape(self._family.stem)}-[0-9a-f]{{8}}{re.escape(self._family.suffix)}(-wal|-shm)?"
        )
        for other in self.path.parent.iterdir():
            if pattern.fullmatch(other.name) and not other.name.startswith(self.path.name):
                with suppress(OSError):
                    other.unlink()

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self.path, timeout=0, isolation_level=None, check_same_thread=False)

    def _prepare(self, db: sqlite3.Connection) -> None:
        """Bring the file into shape: a new one, or one of another version."""
        deadline = time.monotonic() + _OPEN_SECONDS
        while True:
            try:
                db.execute("PRAGMA journal_mode = WAL").fetchall()
                break
            except sqlite3.OperationalError:
                # Several processes do this at once, and for this SQLite does not wait.
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.01)
        # What a process wrote stays when it is killed.
        db.execute(f"PRAGMA synchronous = {'OFF' if self._boot else 'FULL'}")
        self._begin(db)
        try:
            self._make_tables(db)
            db.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                db.execute("ROLLBACK")
            raise

    def _make_tables(self, db: sqlite3.Connection) -> None:
        ((application,),) = db.execute("PRAGMA application_id").fetchall()
        ((schema,),) = db.execute("PRAGMA user_version").fetchall()
        if application != APPLICATION:
            if db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall():
                raise StoreError(f"{self.path} is a database of something else: give the cache a file of its own")
            db.execute(f"PRAGMA application_id = {APPLICATION}")
        # Versions begin at the time, in microseconds: greater than those of any file that was here before.
        begin = time.time_ns() // 1000
        if schema != SCHEMA:
            for statement in _TABLES:
                db.execute(statement)
            db.execute("INSERT INTO meta VALUES (?, ?, 0, 0)", (begin, begin))
            db.execute(f"PRAGMA user_version = {SCHEMA}")

    def close(self) -> None:
        """Let go of the file. Blocks until a write that is under way has ended."""
        with self._lock:
            self._drop()

    def _drop(self) -> None:
        connections = [one for one in (self._reader, self._writer) if one is not None]
        self._reader = self._writer = None
        if self._process != os.getpid():
            _of_parents.extend(connections)
            return
        for connection in connections:
            with suppress(sqlite3.Error):
                connection.close()


def _code(error: Exception) -> int:
    """SQLite's primary result code; 0 for what does not come from SQLite itself."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _boot() -> str:
    """Eight characters that change when the machine starts anew; "" where that cannot be known."""
    try:
        return _BOOT.read_text()[:8]
    except OSError:
        return ""
