"""What type checkers must accept of cached data. Checked by mypy and pyright, never run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, assert_type

from jetbridge import (
    CacheProfile,
    FetchResponse,
    cache_life,
    cache_tag,
    cached,
    fetch,
    memo,
    revalidate_tag,
    update_tag,
)
from jetbridge.cache import CacheStore, MemoryStore, RedisStore, SqliteStore, open_store


def tags_of(id: int) -> list[str]:
    return [f"post:{id}"]


@cached(tags=tags_of, revalidate="hours")
async def title_of(id: int) -> str:
    cache_tag("titles")
    cache_life(CacheProfile(5, 60))
    return "title"


@cached(revalidate=CacheProfile(5))
def count(limit: int) -> int:
    return limit


@dataclass
class Blog:
    id: int

    @cached
    async def posts(self, limit: int = 3) -> list[str]:
        return [str(limit)]

    @classmethod
    @cached
    async def newest(cls) -> int:
        return 1


@memo
async def viewer() -> str | None:
    return None


@memo
def settings(name: str) -> dict[str, str]:
    return {name: ""}


async def read() -> None:
    assert_type(await title_of(1), str)
    assert_type(await count(limit=3), int)
    assert_type(await Blog(1).posts(3), list[str])
    assert_type(await Blog.newest(), int)
    assert_type(await viewer(), str | None)
    assert_type(settings("x"), dict[str, str])
    response = await fetch("https://example.com", params={"page": 1}, tags=["x"], revalidate="max", cache="force-cache")
    assert_type(response, FetchResponse)
    assert_type(response.raise_for_status().json(), Any)


async def change() -> None:
    revalidate_tag("posts")
    revalidate_tag("posts", "max")
    revalidate_tag("posts", CacheProfile(1, 2))
    update_tag("posts")


STORES: list[CacheStore] = [MemoryStore(), SqliteStore("cache.sqlite"), RedisStore("redis://x"), open_store("memory")]
