"""`jetbridge cache`: what is kept, and taking it away."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from typing import Literal, TypeVar

import anyio

from jetbridge.cache.store import CacheStore, EntryInfo
from jetbridge.cli.listing import format_table
from jetbridge.config import Config
from jetbridge.errors import ConfigError
from jetbridge.server.cache_entries import entry_kind, entry_text, open_shared_store

T = TypeVar("T")


def list_entries(config: Config, prefix: str, limit: int, *, as_json: bool) -> str:
    """The entries whose key begins with `prefix`, as a table or as JSON."""
    entries = _with_store(config, lambda store: store.entries(prefix, limit))
    entries.sort(key=lambda entry: entry.key)
    return json.dumps([asdict(entry) for entry in entries], indent=2) if as_json else _table(entries, limit)


def _table(entries: Sequence[EntryInfo], limit: int) -> str:
    if not entries:
        return "Nothing is kept there."
    rows = [
        {
            "key": entry.key,
            "bytes": entry.size,
            "age": _duration(entry.age),
            "expires in": "-" if entry.expires_in is None else _duration(entry.expires_in),
            "tags": ", ".join(entry.tags) or "-",
            "": "stale" if entry.stale else "",
        }
        for entry in entries
    ]
    table = format_table(rows, ("key", "bytes", "age", "expires in", "tags", ""))
    return f"{table}\nOnly {limit} are shown; see --limit." if len(entries) == limit else table


def show_entry(config: Config, key: str) -> str:
    """One entry, by its key or the beginning of it. Raises: ConfigError unless there is exactly one."""

    async def read(store: CacheStore) -> tuple[str, bytes]:
        found = await store.get(key)
        if found.value is not None:
            return key, found.value
        near = await store.entries(key, 20)
        if len(near) == 1:
            found = await store.get(near[0].key)
            if found.value is not None:
                return near[0].key, found.value
        told = "".join(f"\n  {entry.key}" for entry in near)
        raise ConfigError(f"Several keys begin so:{told}" if near else f"Nothing is kept under {key!r:.200}.")

    full, value = _with_store(config, read)
    return f"key: {full}\nholds: {entry_kind(value)}\n{entry_text(value)}"


def clear_entries(
    config: Config, prefix: str, tags: Sequence[str], paths: Sequence[str], kind: Literal["page", "layout"]
) -> str:
    """Expire tags and paths, or remove the entries whose key begins with `prefix`. Returns what was done."""

    async def clear(store: CacheStore) -> str:
        if tags:
            await store.expire_tags(tags)
        if paths:
            await store.expire_paths([(path, kind) for path in paths])
        if tags or paths:
            return f"Expired {', '.join([*tags, *paths])}."
        count = await store.clear(prefix)
        return f"Removed {count} {'entry' if count == 1 else 'entries'}."

    return _with_store(config, clear)


def _with_store(config: Config, work: Callable[[CacheStore], Awaitable[T]]) -> T:
    store = open_shared_store(config)

    async def run() -> T:
        try:
            return await work(store)
        finally:
            await store.aclose()

    return anyio.run(run)


def _duration(seconds: float) -> str:
    """Roughly how long: "5 s", "12 min", "3 h", "9 d"."""
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{max(seconds, 0):.0f} s"
