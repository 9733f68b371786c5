"""What the cache stores cost: a read, a write and an expiry, one after the other, and hits of a cached function.

Printed are the medians of the rounds in microseconds: of the clock, and of this process's own work, which other
programs on the machine hardly change. Redis runs beside it as a process of its own. Compare numbers of one run only.

    python -m benchmarks.cache_stores [--calls 500] [--rounds 9]
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from jetbridge.cache import CacheStore, MemoryStore, cached, open_store, use_store
from jetbridge.cache.store import path_names
from tests.redis_server import RedisServer

VALUE = b"x" * 2000
PATHS = path_names("/posts/3", "/posts/[id]")


@cached(tags=["posts"])
async def find_post(id: int) -> dict[str, Any]:
    return {"id": id, "title": "A title", "tags": ["a", "b"]}


async def time_calls(call: Callable[[int], Awaitable[Any]], calls: int, rounds: int) -> str:
    """Medians of the microseconds that one call takes."""
    waited, worked = [], []
    for _ in range(rounds):
        clock, cpu = time.perf_counter(), time.process_time()
        for number in range(calls):
            await call(number)
        waited.append((time.perf_counter() - clock) / calls * 1e6)
        worked.append((time.process_time() - cpu) / calls * 1e6)
    return f"{statistics.median(waited):7.1f} ({statistics.median(worked):6.1f})"


async def measure(name: str, store: CacheStore, calls: int, rounds: int) -> None:
    """Print one line."""
    version = (await store.get("")).version

    async def write(number: int) -> None:
        tags = ["posts", f"post:{number}"]
        await store.set(f"app.posts:find_post:{number % 100}", VALUE, version=version, tags=tags, max_age=3600)

    for number in range(100):
        await write(number)
    columns = [
        await time_calls(lambda number: store.get(f"app.posts:find_post:{number % 100}", PATHS), calls, rounds),
        await time_calls(write, calls, rounds),
        await time_calls(lambda number: store.expire_tags([f"post:{number % 50 + 1000}"]), calls, rounds),
    ]
    with use_store(store):
        columns.append(await time_calls(lambda number: find_post(number % 100), calls, rounds))
    await store.aclose()
    print(f"{name:8}", *(f"{column:>20}" for column in columns))


async def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--calls", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    print("microseconds: of the clock (of work in this process)")
    print(f"{'':8}", *(f"{title:>20}" for title in ("read", "write", "expiry", "hit of @cached")))
    with RedisServer() as server, tempfile.TemporaryDirectory() as folder:
        await measure("memory", MemoryStore(), options.calls, options.rounds)
        await measure("sqlite", open_store("sqlite:///cache.sqlite", Path(folder)), options.calls, options.rounds)
        await measure("redis", open_store(server.url), options.calls, options.rounds)


if __name__ == "__main__":
    asyncio.run(main())
