"""Values that outlive a request: cached functions, and the stores that keep what they return."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

from jetbridge.cache.cached import cached
from jetbridge.cache.memory import MemoryStore
from jetbridge.cache.open import open_store
from jetbridge.cache.reading import cache_life, cache_tag
from jetbridge.cache.store import CacheStore, EntryInfo, Lookup, StoreError, current_store, use_store

if TYPE_CHECKING:
    from jetbridge.cache.redis import RedisStore
    from jetbridge.cache.sqlite import SqliteStore

__all__ = [
    "CacheStore",
    "EntryInfo",
    "Lookup",
    "MemoryStore",
    "RedisStore",
    "SqliteStore",
    "StoreError",
    "cache_life",
    "cache_tag",
    "cached",
    "current_store",
    "open_store",
    "use_store",
]

_LATER: Final = {"RedisStore": "jetbridge.cache.redis", "SqliteStore": "jetbridge.cache.sqlite"}
"""What brings along modules that most applications do not need: name -> module."""


def __getattr__(name: str) -> Any:
    if name in _LATER:
        return getattr(importlib.import_module(_LATER[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
