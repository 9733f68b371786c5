"""The cache of one process."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from jetbridge.cache.store import Lookup, PathKind, path_name, tag_name

MIB: Final = 1024 * 1024
ENTRY_OVERHEAD: Final = 400
"""About what an entry takes besides its texts and bytes."""


@dataclass(frozen=True, slots=True)
class _Entry:
    value: bytes
    version: int
    tags: tuple[str, ...]
    names: tuple[str, ...]
    expires_at: float | None
    size: int


class MemoryStore:
    """Keeps the entries that were used last, up to a number of entries and of bytes.

    max_names: how many expired tags and paths are remembered one by one. Beyond that the older half is forgotten, and
    everything computed before those expiries counts as stale.
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
        self._expired: dict[str, int] = {}
        self._version = 0
        self._oldest_version = 0
        self.size = 0

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        return f"<MemoryStore of {len(self)} entries, {self.size} bytes>"

    async def get(self, key: str, paths: Sequence[str] = ()) -> Lookup:
        """The entry, if it is fresh."""
        entry = self._entries.get(key)
        if entry is None:
            return Lookup(None, self._version)
        if self._is_over(entry):
            self._remove(key)
            return Lookup(None, self._version)
        if any(self._expired.get(name, 0) > entry.version for name in paths):
            return Lookup(None, self._version)
        self._entries.move_to_end(key)
        return Lookup(entry.value, self._version, entry.tags)

    def _is_over(self, entry: _Entry) -> bool:
        """Whether nobody can ever read this entry again."""
        if entry.expires_at is not None and self._clock() >= entry.expires_at:
            return True
        return entry.version < self._oldest_version or any(
            self._expired.get(name, 0) > entry.version for name in entry.names
        )

    async def set(
        self, key: str, value: bytes, *, version: int, tags: Sequence[str] = (), max_age: float | None = None
    ) -> None:
        """Keep a value, unless a newer one is there or it alone is larger than the store."""
        size = len(value) + len(key) + sum(2 * len(tag) for tag in tags) + ENTRY_OVERHEAD
        expires_at = None if max_age is None else self._clock() + max_age
        entry = _Entry(value, version, tuple(tags), tuple(tag_name(tag) for tag in tags), expires_at, size)
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

    async def expire_tags(self, tags: Iterable[str]) -> None:
        """Make all entries with one of these tags stale."""
        self._expire(tag_name(tag) for tag in tags)

    async def expire_paths(self, paths: Iterable[tuple[str, PathKind]]) -> None:
        """Make stale what pages at these paths read."""
        names = [path_name(path, kind) for path, kind in paths]
        self._expire(names)
        if path_name("/", "layout") in names:
            self._entries.clear()
            self.size = 0
            self._oldest_version = self._version

    def _expire(self, names: Iterable[str]) -> None:
        for name in names:
            self._version += 1
            self._expired.pop(name, None)
            self._expired[name] = self._version
        while len(self._expired) > self._max_names:
            for name in list(self._expired)[: len(self._expired) // 2 + 1]:
                self._oldest_version = max(self._oldest_version, self._expired.pop(name))
