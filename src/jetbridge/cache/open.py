"""From the setting `cache` to a store."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from jetbridge.cache.memory import MemoryStore
from jetbridge.cache.resilient import ResilientStore
from jetbridge.cache.store import CacheStore
from jetbridge.errors import ConfigError

REDIS: Final = frozenset({"redis", "rediss", "unix", "valkey", "valkeys"})

FILE_LIMIT: Final = 5.0
"""How many seconds an expiry waits for other processes: a file that they write to is not away."""


def open_store(url: str, root: str | os.PathLike[str] = ".") -> CacheStore:
    """The store that a URL names.

    url: "memory"; "sqlite:///cache.sqlite" for a file below `root`, "sqlite:////var/cache/shop.sqlite" for any other;
    "redis://host:6379/0?prefix=shop", also with "rediss", "unix", "valkey" and "valkeys".
    Raises: ConfigError for anything else.
    """
    scheme = urlsplit(url).scheme
    if url in ("memory", "memory://"):
        return MemoryStore()
    if scheme == "sqlite" and url.startswith("sqlite:///") and len(url) > len("sqlite:///"):
        from jetbridge.cache.sqlite import SqliteStore

        store = SqliteStore(Path(root).absolute() / url.removeprefix("sqlite:///"), wait=FILE_LIMIT)
        return ResilientStore(store, expire_limit=FILE_LIMIT)
    if scheme in REDIS:
        from jetbridge.cache.redis import RedisStore

        return ResilientStore(RedisStore(url))
    raise ConfigError(
        f'cache must be "memory", "sqlite:///file" or "redis://host:6379/0", not {url.partition("@")[0][:60]!r}.'
    )
