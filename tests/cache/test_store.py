"""What every cache store promises. A store is added to STORES, and the whole suite runs over it."""

from __future__ import annotations

import pytest

from jetbridge.cache import MemoryStore, RedisStore, SqliteStore, current_store, use_store
from jetbridge.cache.store import path_name, path_names

pytestmark = pytest.mark.anyio


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


STORES = {
    "memory": lambda clock, folder, redis: MemoryStore(clock=clock),
    "sqlite": lambda clock, folder, redis: SqliteStore(folder / "cache.sqlite", clock=clock),
    "redis": lambda clock, folder, redis: RedisStore(redis().url, clock=clock),
}
RUNS = [("memory", "asyncio"), ("memory", "trio"), ("sqlite", "asyncio"), ("sqlite", "trio"), ("redis", "asyncio")]
"""Stores, and the libraries that they run on: redis-py knows asyncio only."""


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(params=RUNS, ids="-".join)
def run(request):
    return request.param


@pytest.fixture
def anyio_backend(run):
    return run[1]


@pytest.fixture
async def store(run, clock, tmp_path, redis):
    store = STORES[run[0]](clock, tmp_path, redis)
    yield store
    await store.aclose()


async def put(store, key, value=b"v", paths=(), **options):
    """As a cached function does it: look, compute, keep."""
    found = await store.get(key, paths)
    await store.set(key, value, version=found.version, **options)


async def value(store, key, *paths):
    return (await store.get(key, paths)).value


async def test_what_was_set_is_there(store):
    """A value is found under its key, with its tags, until it is replaced."""
    assert await value(store, "a") is None
    await put(store, "a", b"1", tags=["x", "y"])
    assert (await value(store, "a"), await value(store, "b")) == (b"1", None)
    assert (await store.get("a")).tags == ("x", "y")
    await put(store, "a", b"")
    assert await value(store, "a") == b""


async def test_tags(store):
    """Expiring a tag makes all entries with it stale, and no other; what is set afterwards is fresh."""
    await put(store, "a", tags=["posts", "post:1"])
    await put(store, "b", tags=["posts"])
    await put(store, "c", tags=["users"])
    await put(store, "d")
    await store.expire_tags(["posts", "unknown"])

    assert [await value(store, key) for key in "abcd"] == [None, None, b"v", b"v"]
    await put(store, "a", b"new", tags=["posts"])
    assert await value(store, "a") == b"new"


async def test_expired_while_it_was_computed(store):
    """A value whose tag was expired during its computation is never served."""
    found = await store.get("a")
    await store.expire_tags(["posts"])
    await store.set("a", b"old", version=found.version, tags=["posts"])

    assert await value(store, "a") is None


async def test_unrelated_expiry_while_it_was_computed(store):
    """The expiry of another tag does no harm to it."""
    found = await store.get("a")
    await store.expire_tags(["users"])
    await store.set("a", b"v", version=found.version, tags=["posts"])

    assert await value(store, "a") == b"v"


async def test_slow_writer_does_not_replace_a_newer_value(store):
    """Of two computations, the one that began after the expiry counts, whichever ends last."""
    slow = await store.get("a")
    await store.expire_tags(["users"])
    await put(store, "a", b"new")
    await store.set("a", b"old", version=slow.version)

    assert await value(store, "a") == b"new"


async def test_age(store, clock):
    """A value is kept for max_age seconds; without one for as long as there is room."""
    await put(store, "a", max_age=60)
    await put(store, "b")
    clock.now += 59.9
    assert await value(store, "a") == b"v"
    clock.now += 0.2
    assert [await value(store, "a"), await value(store, "b")] == [None, b"v"]


async def state(store, key):
    """What a reader gets of an entry: fresh, stale, or nothing."""
    found = await store.get(key)
    return None if found.value is None else "stale" if found.stale else "fresh"


async def test_stale_for(store, clock):
    """Past its max_age an entry is stale for stale_for seconds, and then gone; a new value is fresh."""
    await put(store, "a", max_age=60, stale_for=30)
    await put(store, "b", max_age=60, stale_for=None)
    assert await state(store, "a") == "fresh"
    clock.now += 60.1
    assert (await store.get("a")).value == b"v"
    assert [await state(store, "a"), await state(store, "b")] == ["stale", "stale"]
    clock.now += 30
    assert [await state(store, "a"), await state(store, "b")] == [None, "stale"]
    await put(store, "b", b"new", max_age=60)
    assert await state(store, "b") == "fresh"


async def test_tags_expired_softly(store, clock):
    """What is older than a soft expiry is stale for its time and then gone; what is set afterwards is fresh."""
    await put(store, "a", tags=["posts"])
    await put(store, "b", tags=["users"])
    await store.expire_tags(["posts"], stale_for=60)
    assert [await state(store, key) for key in "ab"] == ["stale", "fresh"]
    await put(store, "new", tags=["posts"])
    clock.now += 60.1
    assert [await state(store, key) for key in ["a", "b", "new"]] == [None, "fresh", "fresh"]


async def test_expired_softly_again(store, clock):
    """Another soft expiry gives what is stale no more time, whenever it comes; one at once ends it."""
    await put(store, "a", tags=["posts"])
    await store.expire_tags(["posts"], stale_for=60)
    clock.now += 59
    await store.expire_tags(["posts"], stale_for=60)
    assert await state(store, "a") == "stale"
    clock.now += 1.1
    assert await state(store, "a") is None
    await put(store, "a", tags=["posts"])
    await store.expire_tags(["posts"], stale_for=60)
    clock.now += 70
    await store.expire_tags(["posts"], stale_for=60)
    assert await state(store, "a") is None
    await put(store, "a", tags=["posts"])
    await store.expire_tags(["posts"], stale_for=60)
    await store.expire_tags(["posts"])
    assert await state(store, "a") is None
    await store.expire_tags(["posts"], stale_for=60)
    assert await state(store, "a") is None


async def test_expired_softly_while_it_was_computed(store):
    """A value whose tag was expired softly during its computation is kept, and stale."""
    found = await store.get("a")
    await store.expire_tags(["posts"], stale_for=60)
    await store.set("a", b"v", version=found.version, tags=["posts"])

    assert await state(store, "a") == "stale"


async def test_entries(store, clock):
    """What may be used is listed with its tags, size and times, by prefix and up to a limit."""
    await put(store, "f:1", b"four", tags=["x"], max_age=60, stale_for=40)
    await put(store, "f:2", tags=["gone"])
    await put(store, "g:1")
    await store.expire_tags(["gone"])
    clock.now += 70

    (one,) = await store.entries("f:")
    assert (one.key, one.tags, one.size, one.stale) == ("f:1", ("x",), 4, True)
    assert (one.age, one.expires_in) == (pytest.approx(70), pytest.approx(30))
    assert {entry.key: entry.expires_in for entry in await store.entries()} == {"f:1": pytest.approx(30), "g:1": None}
    assert len(await store.entries(limit=1)) == 1


async def test_prefix_is_plain_text(store):
    """No character of a prefix or a key means anything else."""
    await put(store, "a*[b]_%:1")
    await put(store, "axb")

    assert [entry.key for entry in await store.entries("a*[b]_%")] == ["a*[b]_%:1"]
    assert await store.clear("a_") == 0
    assert await store.clear("a*") == 1


async def test_clear(store):
    """Entries are removed by prefix, or all of them, with what is being computed at that moment."""
    await put(store, "f:1")
    await put(store, "g:1")
    assert await store.clear("f:") == 1
    assert [await state(store, "f:1"), await state(store, "g:1")] == [None, "fresh"]
    before = await store.get("h:1")
    assert await store.clear() == 1
    await store.set("h:1", b"v", version=before.version)
    assert await store.entries() == []
    await put(store, "g:1")
    assert await state(store, "g:1") == "fresh"


async def test_closed_and_used_again(store):
    """A closed store opens again when it is used."""
    await store.aclose()
    await put(store, "a")

    assert await value(store, "a") == b"v"


@pytest.mark.parametrize(
    ("path", "kind", "reads", "is_stale"),
    [
        ("/posts", "page", ["/posts"], True),
        ("/posts/", "page", ["/posts"], True),
        ("/posts", "page", ["/posts/"], True),
        ("/posts", "page", ["/posts/3"], False),
        ("/posts", "page", ["/"], False),
        ("/posts", "page", [], False),
        ("/posts", "layout", ["/posts"], True),
        ("/posts", "layout", ["/posts/3"], True),
        ("/posts", "layout", ["/posts/3/edit"], True),
        ("/posts", "layout", ["/postscript"], False),
        ("/posts", "layout", ["/"], False),
        ("/posts/[id]", "page", ["/posts/3", "/posts/[id]"], True),
        ("/posts/[id]", "layout", ["/posts/3/edit", "/posts/[id]/edit"], True),
        ("/posts/[id]", "page", ["/posts/3"], False),
        ("/", "page", ["/"], True),
        ("/", "page", ["/posts"], False),
        ("/", "layout", ["/posts"], True),
        ("/", "layout", [], True),
    ],
)
async def test_paths(store, path, kind, reads, is_stale):
    """A page's expiry concerns what that page reads; a layout's also what pages below it read; "/" is everything."""
    names = path_names(*reads)
    await put(store, "a", paths=names)
    await store.expire_paths([(path, kind)])

    assert (await value(store, "a", *names) is None) is is_stale
    await put(store, "a", b"new", paths=names)
    assert await value(store, "a", *names) == b"new"


async def test_tag_is_no_path(store):
    """A tag that looks like the name of a path is a tag."""
    name = path_name("/", "page")
    await put(store, "a", tags=["/", name])
    await store.expire_paths([("/", "page")])
    assert await value(store, "a") == b"v"
    await store.expire_tags([name])
    assert await value(store, "a", name) is None


async def test_store_in_use():
    """The store of a block is used inside it only; outside there is one for the process."""
    store = MemoryStore()
    with use_store(store):
        assert current_store() is store

    assert current_store() is current_store()
    assert current_store() is not store


@pytest.mark.parametrize(
    "write",
    [
        ("SET", "x"),
        ("HSET", "version", "99999999999999999"),
        ("HSET", "version", "x"),
        ("HSET", "tags", "\udcff"),
        ("HDEL", "tags"),
        ("HDEL", "value"),
        ("HDEL", "version"),
        ("HSET", "gone", "1"),
    ],
    ids=lambda write: ascii(" ".join(write)),
)
@pytest.mark.parametrize("run", [("redis", "asyncio")], indirect=True, ids="-".join)
async def test_entries_that_somebody_else_wrote(store, redis, write):
    """What is no entry of ours counts as none, and the next value takes its place: the other entries stay usable."""
    server, key = redis(), "{jetbridge}:entry:a"
    for name in ("a", "other"):
        await put(store, name)
    command, *words = write
    assert not server.command(command, key, *words).startswith(b"-")
    assert await value(store, "a") is None
    await put(store, "a", b"new", tags=["posts"])

    assert [await value(store, name) for name in ("a", "other")] == [b"new", b"v"]
