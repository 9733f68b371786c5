"""The cache of one process."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from jetbridge.cache.store import NEVER, EntryInfo, Expiry, Lookup, PathKind, path_name, tag_name

MIB: Final = 1024 * 1024
ENTRY_OVERHEAD: Final = 400
"""About what an entry takes besides its texts and bytes."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """names: of its tags. made_at, fresh_until, gone_at: by the store's clock; None for no limit."""

    value: bytes
    version: int
    tags: tuple[str, ...]
    names: tuple[str, ...]
    made_at: float
    fresh_until: float | None
    gone_at: float | None
    size: int


class MemoryStore:
    """Keeps the entries that were used last, up to a number of entries and of bytes.

    max_names: how many expired tags and paths are remembered one by one. Beyond that the older half is forgotten, and
    everything computed before those expiries is gone.
    clock: seconds, never going back. For use from one event loop.
    """

    def __init__(
        self,
        *,
        max_entries: int = 10_000,
        max_bytes: int = 64 * MIB,
        max_names: int = 100_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._max_entries = max_entries
        self._max_bytes = max_bytes
        self._max_names = max_names
        self._clock = clock
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._expired: dict[str, Expiry] = {}
        self._version = 0
        self._oldest_version = 0
        self.size = 0

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        return f"<MemoryStore of {len(self)} entries, {self.size} bytes>"

    async def get(self, key: str, paths: Sequence[str] = ()) -> Lookup:
        """The entry, if it may be used."""
        entry = self._entries.get(key)
        if entry is None:
            return Lookup(None, self._version)
        if self._is_over(entry):
            self._remove(key)
            return Lookup(None, self._version)
        if any(self._expired.get(name, NEVER).hard > entry.version for name in paths):
            return Lookup(None, self._version)
        self._entries.move_to_end(key)
        return Lookup(entry.value, self._version, entry.tags, self._is_stale(entry))

    def _is_over(self, entry: _Entry) -> bool:
        """Whether nobody can ever read this entry again."""
        now = self._clock()
        if entry.version < self._oldest_version or (entry.gone_at is not None and now >= entry.gone_at):
            return True
        return any(self._expired.get(name, NEVER).ends(entry.version, now) for name in entry.names)

    def _is_stale(self, entry: _Entry) -> bool:
        if entry.fresh_until is not None and self._clock() >= entry.fresh_until:
            return True
        return any(self._expired.get(name, NEVER).soft > entry.version for name in entry.names)

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
        """Keep a value, unless a newer one is there or it alone is larger than the store."""
        size = len(value) + len(key) + sum(2 * len(tag) for tag in tags) + ENTRY_OVERHEAD
        now = self._clock()
        fresh_until = None if max_age is None else now + max_age
        gone_at = None if fresh_until is None or stale_for is None else fresh_until + stale_for
        names = tuple(tag_name(tag) for tag in tags)
        entry = _Entry(value, version, tuple(tags), names, now, fresh_until, gone_at, size)
        known = self._entries.get(key)
        is_older = known is not None and known.version > version and not self._is_over(known)
        if is_older or size > self._max_bytes or self._is_over(entry):
            return
        self._remove(key)
        self._entries[key] = entry
        self.size += size
        while len(self._entries) > self._max_entries or self.size > self._max_bytes:
            self._remove(next(iter(self._entries)))

    def _remove(self, key: str) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self.size -= entry.size

    async def expire_tags(self, tags: Iterable[str], *, stale_for: float = 0) -> None:
        """Expire all entries with one of these tags, at once or softly."""
        self._expire((tag_name(tag) for tag in tags), stale_for)

    async def expire_paths(self, paths: Iterable[tuple[str, PathKind]]) -> None:
        """Expire what pages at these paths read."""
        names = [path_name(path, kind) for path, kind in paths]
        self._expire(names, 0)
        if path_name("/", "layout") in names:
            self._remove_all()

    def _expire(self, names: Iterable[str], stale_for: float) -> None:
        now = self._clock()
        for name in names:
            self._version += 1
            known = self._expired.pop(name, NEVER)
            self._expired[name] = known.again(self._version, now, stale_for)
        while len(self._expired) > self._max_names:
            for name in list(self._expired)[: len(self._expired) // 2 + 1]:
                expiry = self._expired.pop(name)
                self._oldest_version = max(self._oldest_version, expiry.hard, expiry.soft)

    def _remove_all(self) -> None:
        self._entries.clear()
        self.size = 0
        self._oldest_version = self._version

    async def entries(self, prefix: str = "", limit: int = 1000) -> list[EntryInfo]:
        """The entries that may be used, those used last first."""
        now = self._clock()
        found: list[EntryInfo] = []
        for key, entry in reversed(self._entries.items()):
            if len(found) == limit:
                break
            if key.startswith(prefix) and not self._is_over(entry):
                left = None if entry.gone_at is None else entry.gone_at - now
                age = now - entry.made_at
                found.append(EntryInfo(key, entry.tags, len(entry.value), age, left, self._is_stale(entry)))
        return found

    async def clear(self, prefix: str = "") -> int:
        """Remove entries; without a prefix also what is being computed now does not count."""
        keys = [key for key in self._entries if key.startswith(prefix)]
        for key in keys:
            self._remove(key)
        if not prefix:
            self._version += 1
            self._remove_all()
        return len(keys)

    async def aclose(self) -> None:
        """Nothing is held but memory."""
