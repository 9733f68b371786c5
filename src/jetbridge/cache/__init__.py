"""Values that outlive a request: cached functions, and the stores that keep what they return."""

from jetbridge.cache.cached import cached
from jetbridge.cache.memory import MemoryStore
from jetbridge.cache.reading import cache_life, cache_tag
from jetbridge.cache.store import CacheStore, EntryInfo, Lookup, current_store, use_store

__all__ = [
    "CacheStore",
    "EntryInfo",
    "Lookup",
    "MemoryStore",
    "cache_life",
    "cache_tag",
    "cached",
    "current_store",
    "use_store",
]
