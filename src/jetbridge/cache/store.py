"""What a cache store does, and which one is in use.

A store counts: each time tags or paths are expired its version grows by one, and it remembers for every tag the version
of that moment. An entry carries the version that was read before its value was computed. It is over as soon as one of
its tags, or of the paths it is read for, was expired later than that: also when that happened during the computation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from jetbridge.cache import background
from jetbridge.cache.http_client import SharedClient, shared_client
from jetbridge.errors import JetbridgeError
from jetbridge.profiles import NO_PROFILES, CacheProfile, own_profiles

PathKind = Literal["page", "layout"]


class StoreError(JetbridgeError):
    """A cache store cannot be used now: its server is away, its disk full, its file broken."""


class StoreBusy(StoreError):
    """Others kept a store busy for longer than may be waited."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """What a store has under a key now. value: None if there is nothing that may be used.

    version: the store's at this moment; for `CacheStore.set`, when the value is computed from now on. It grows with
    every expiry. Negative: the store cannot be reached, and `set` will not keep the value.
    tags: those of the entry. stale: the value may be given out, and is to be computed anew in the background.
    """

    value: bytes | None
    version: int
    tags: tuple[str, ...] = ()
    stale: bool = False


@dataclass(frozen=True, slots=True)
class EntryInfo:
    """One entry as `jetbridge cache` shows it. size: in bytes. age, expires_in: in seconds; None: it does not expire.

    stale: it is past its time, or a tag of it was expired softly.
    """

    key: str
    tags: tuple[str, ...]
    size: int
    age: float
    expires_in: float | None
    stale: bool


class CacheStore(Protocol):
    """Where values of cached functions are kept: bytes under a key, with tags. Every store keeps to the same rules."""

    async def get(self, key: str, paths: Sequence[str] = ()) -> Lookup:
        """The entry, if it may be used. paths: see `path_names`; it must be younger than the expiry of each."""
        ...

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
        """Keep a value. version: of the `Lookup` before its computation.

        max_age: for how many seconds it is fresh; None for no limit. stale_for: for how many more it may be given out
        as stale; None for no limit.
        """
        ...

    async def expire_tags(self, tags: Iterable[str], *, stale_for: float = 0) -> None:
        """Expire all entries with one of these tags: at once, or, softly, after being stale for so many seconds."""
        ...

    async def expire_paths(self, paths: Iterable[tuple[str, PathKind]]) -> None:
        """Expire what pages at these paths read; "layout": also below them. ("/", "layout") is everything."""
        ...

    async def entries(self, prefix: str = "", limit: int = 1000) -> list[EntryInfo]:
        """Up to `limit` entries whose key begins with `prefix`, those that may be used."""
        ...

    async def clear(self, prefix: str = "") -> int:
        """Remove the entries whose key begins with `prefix`; how many there were."""
        ...

    async def aclose(self) -> None:
        """Let go of files and connections. A store that is used again opens them again."""
        ...


@dataclass(frozen=True, slots=True)
class Expiry:
    """When a tag or path was expired last, as versions of the store; 0 for never.

    hard: what is older is gone. soft: what is older is stale, and gone from `until` on, by the store's clock.
    """

    hard: int
    soft: int = 0
    until: float = 0

    def again(self, version: int, now: float, stale_for: float) -> Expiry:
        """With one more expiry. What an earlier one has put an end to gets no more time."""
        if stale_for <= 0:
            return Expiry(version)
        if not self.soft:
            return Expiry(self.hard, version, now + stale_for)
        if now >= self.until:
            return Expiry(self.soft, version, now + stale_for)
        return Expiry(self.hard, version, min(self.until, now + stale_for))

    def ends(self, version: int, now: float) -> bool:
        """Whether an entry of this version is gone."""
        return self.hard > version or (self.soft > version and now >= self.until)


NEVER: Final = Expiry(0)


def covers(begun: int, seen: int) -> bool:
    """Whether what was computed from version `begun` on may be given to a reader that saw version `seen`.

    Negative versions are of a store that cannot be reached: another one at each look, not comparable to positive ones.
    """
    return (begun < 0) == (seen < 0) and begun >= seen


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


class use_store:  # noqa: N801 - used as a function
    """Make `store` the one that cached functions use in this task and those it starts.

    report: is told of errors that no request can show. profiles: the application's own, see `find_profile`.
    client: with which `fetch` asks other servers; without it each call makes one.
    """

    __slots__ = ("_client", "_profiles", "_report", "_store", "_tokens")

    def __init__(
        self,
        store: CacheStore,
        report: background.Report | None = None,
        profiles: Mapping[str, CacheProfile] = NO_PROFILES,
        client: SharedClient | None = None,
    ) -> None:
        self._store = store
        self._client = client
        self._report = report
        self._profiles = profiles

    def __enter__(self) -> CacheStore:
        self._tokens = (
            _in_use.set(self._store),
            background.report_to.set(self._report),
            own_profiles.set(self._profiles),
            shared_client.set(self._client),
        )
        return self._store

    def __exit__(self, *_: object) -> None:
        _in_use.reset(self._tokens[0])
        background.report_to.reset(self._tokens[1])
        own_profiles.reset(self._tokens[2])
        shared_client.reset(self._tokens[3])


def current_store() -> CacheStore:
    """The store that cached functions use here; outside of an application one in memory, common to the process."""
    store = _in_use.get()
    if store is not None:
        return store
    if not _default:
        from jetbridge.cache.memory import MemoryStore

        _default.append(MemoryStore())
    return _default[0]
