"""What a cache store does, and which one is in use.

A store counts: each time tags or paths are expired its version grows by one, and it remembers for every tag the version
of that moment. An entry carries the version that was read before its value was computed. It is stale as soon as one of
its tags, or of the paths it is read for, was expired later than that: also when that happened during the computation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal, Protocol

PathKind = Literal["page", "layout"]


@dataclass(frozen=True, slots=True)
class Lookup:
    """What a store has under a key now. value: None if there is nothing, or nothing fresh.

    version: the store's at this moment; for `CacheStore.set`, when the value is computed from now on.
    tags: those of the entry.
    """

    value: bytes | None
    version: int
    tags: tuple[str, ...] = ()


class CacheStore(Protocol):
    """Where values of cached functions are kept: bytes under a key, with tags. Every store keeps to the same rules."""

    async def get(self, key: str, paths: Sequence[str] = ()) -> Lookup:
        """The entry, if it is fresh. paths: see `path_names`; it must be younger than the expiry of each."""
        ...

    async def set(
        self, key: str, value: bytes, *, version: int, tags: Sequence[str] = (), max_age: float | None = None
    ) -> None:
        """Keep a value. version: of the `Lookup` before its computation. max_age: in seconds; None for no limit."""
        ...

    async def expire_tags(self, tags: Iterable[str]) -> None:
        """Make all entries with one of these tags stale."""
        ...

    async def expire_paths(self, paths: Iterable[tuple[str, PathKind]]) -> None:
        """Make stale what pages at these paths read; "layout": also below them. ("/", "layout") is everything."""
        ...


def tag_name(tag: str) -> str:
    """A tag among the names that a store remembers."""
    return f"tag:{tag}"


def path_name(path: str, kind: PathKind) -> str:
    """An expired path among the names that a store remembers."""
    return f"{kind}:{_normal(path)}"


def path_names(*paths: str) -> tuple[str, ...]:
    """The names that concern a read while this path is answered: its page, and the layouts above it.

    paths: the path, and the pattern of its route, such as "/posts/3" and "/posts/[id]".
    """
    names: dict[str, None] = {}
    for path in filter(None, paths):
        normal = _normal(path)
        names[f"page:{normal}"] = None
        while normal != "/":
            names[f"layout:{normal}"] = None
            normal = normal.rpartition("/")[0] or "/"
        names["layout:/"] = None
    return tuple(names)


def _normal(path: str) -> str:
    return path.rstrip("/") or "/"


_in_use: ContextVar[CacheStore | None] = ContextVar("jetbridge_cache_store", default=None)
_default: list[CacheStore] = []


@contextmanager
def use_store(store: CacheStore) -> Iterator[CacheStore]:
    """Make `store` the one that cached functions use in this task and those it starts."""
    token = _in_use.set(store)
    try:
        yield store
    finally:
        _in_use.reset(token)


def current_store() -> CacheStore:
    """The store that cached functions use here; outside of an application one in memory, common to the process."""
    store = _in_use.get()
    if store is not None:
        return store
    if not _default:
        from jetbridge.cache.memory import MemoryStore

        _default.append(MemoryStore())
    return _default[0]
