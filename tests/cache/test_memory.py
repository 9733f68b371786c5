"""The bounds of the store in memory."""

from __future__ import annotations

import pytest

from jetbridge.cache import MemoryStore

pytestmark = pytest.mark.anyio


async def fill(store, *keys, value=b"v", **options):
    for key in keys:
        await store.set(key, value, version=(await store.get(key)).version, **options)


async def kept(store, keys):
    return [key for key in keys if (await store.get(key)).value is not None]


async def test_entries():
    """When there are too many entries, the one that was not used for longest goes."""
    store = MemoryStore(max_entries=3)
    await fill(store, "a", "b", "c")
    await store.get("a")
    await fill(store, "d")

    assert await kept(store, "abcd") == ["a", "c", "d"]
    assert len(store) == 3


async def test_bytes():
    """The bytes of all entries stay under the limit; a value that alone is larger is not kept."""
    store = MemoryStore(max_bytes=10_000)
    await fill(store, *"abcdefgh", value=b"x" * 2000)

    assert store.size <= 10_000
    assert await kept(store, "abcdefgh") == ["e", "f", "g", "h"]
    await fill(store, "i", value=b"x" * 10_000)
    assert await kept(store, "efghi") == ["e", "f", "g", "h"]


async def test_size_is_that_of_what_is_there():
    """Replaced, stale and expired entries give their room back."""
    store = MemoryStore()
    await fill(store, "a", value=b"x" * 1000, tags=["t"])
    before = store.size
    await fill(store, "a", value=b"y" * 1000, tags=["t"])
    assert store.size == before
    await store.expire_tags(["t"])
    await store.get("a")
    assert (store.size, len(store)) == (0, 0)
    await fill(store, "a")
    await store.expire_paths([("/", "layout")])
    assert (store.size, len(store)) == (0, 0)


async def test_expired_names_are_bounded():
    """However many tags are expired, memory stays bounded, and nothing stale is ever served."""
    store = MemoryStore(max_names=100)
    await fill(store, "old", tags=["first"])
    await store.expire_tags(["first"])
    before = await store.get("late")
    for number in range(1000):
        await store.expire_tags([f"tag {number}"])
    await fill(store, "new", tags=["first"])
    await store.set("late", b"v", version=before.version, tags=["tag 1"])

    assert len(store._expired) <= 100
    assert await kept(store, ["old", "late", "new"]) == ["new"]


async def test_text():
    """The text of a store shows no content."""
    store = MemoryStore()
    await fill(store, "secret", value=b"secret")

    assert "secret" not in repr(store)
