"""One of several processes that read and change the same data at the same time, with a cache in between.

Arguments: the URL of the store, the file that stands for the database, seconds, the path that is revalidated ("" for
tags). The file holds, for each key, the newest value, and the newest whose invalidation has been answered to somebody.
A read that begins after such an answer must not bring an older value. Prints how many reads there were, how many of
them were wrong, and how many changes.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import random
import struct
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import anyio
import anyio.lowlevel

from jetbridge.cache import cached, open_store, use_store
from jetbridge.cache.resilient import ResilientStore
from jetbridge.context import RequestContext, request_context

KEYS = 8


class Database:
    """A file that processes share as memory: two numbers for each key."""

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT)
        os.ftruncate(self._file, KEYS * 16)
        self._memory = mmap.mmap(self._file, KEYS * 16)

    def read(self, key: int, column: int) -> int:
        return int(struct.unpack_from("q", self._memory, key * 16 + column * 8)[0])

    def write(self, key: int, column: int, value: int) -> None:
        struct.pack_into("q", self._memory, key * 16 + column * 8, value)

    @contextmanager
    def locked(self) -> Iterator[None]:
        with open(self._file, closefd=False) as lock:
            fcntl.lockf(lock, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.lockf(lock, fcntl.LOCK_UN)


database = Database(sys.argv[2])


@cached(tags=lambda key: [f"key:{key}"])
async def read(key: int) -> int:
    value = database.read(key, 0)
    # Others may change it while this is being computed.
    await anyio.sleep(random.random() * 0.003)  # noqa: S311
    return value


async def main(url: str, seconds: float, path: str) -> None:
    opened = open_store(url)
    # Patient: on a busy machine a process may get no time for long, and that is not what is tested here.
    store = ResilientStore(opened.inner, expire_limit=20) if isinstance(opened, ResilientStore) else opened
    end = time.monotonic() + seconds
    counts = {"reads": 0, "wrong": 0, "changes": 0}

    def goes_on() -> bool:
        return time.monotonic() < end or counts["changes"] < 10 or counts["reads"] < 100

    async def read_on() -> None:
        while goes_on():
            key = random.randrange(KEYS)  # noqa: S311
            answered = database.read(key, 1)
            with request_context(RequestContext(path=f"{path}/3")):
                value = await read(key)
            counts["reads"] += 1
            counts["wrong"] += value < answered
            # A hit does not wait for anything, and the others want their turn.
            await anyio.lowlevel.checkpoint()

    async def change_on() -> None:
        while goes_on():
            key = random.randrange(KEYS)  # noqa: S311
            with database.locked():
                value = database.read(key, 0) + 1
                database.write(key, 0, value)
            if path:
                await store.expire_paths([(path, "layout")])
            else:
                await store.expire_tags([f"key:{key}"])
            with database.locked():
                database.write(key, 1, max(value, database.read(key, 1)))
            counts["changes"] += 1
            await anyio.sleep(random.random() * 0.02)  # noqa: S311

    with use_store(store):
        async with anyio.create_task_group() as group:
            for _ in range(4):
                group.start_soon(read_on)
            group.start_soon(change_on)
    await store.aclose()
    print(counts["reads"], counts["wrong"], counts["changes"])  # noqa: T201


if __name__ == "__main__":
    anyio.run(main, sys.argv[1], float(sys.argv[3]), sys.argv[4])
