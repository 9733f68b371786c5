"""A store that goes away and comes back: a real Redis server that is killed, frozen and started again."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
import time

import anyio
import pytest

from jetbridge.cache import MemoryStore, RedisStore, SqliteStore, cached, open_store, use_store
from jetbridge.cache import resilient as module
from jetbridge.cache.resilient import ResilientStore
from jetbridge.errors import ConfigError
from tests.redis_server import RedisServer

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
def server():
    with RedisServer() as server:
        yield server


@pytest.fixture
async def store(server):
    store = open_store(server.url)
    yield store
    await store.aclose()


async def until_back(store):
    """A process learns that the store is back without any traffic."""
    with anyio.fail_after(20):
        while store.is_away:  # noqa: ASYNC110
            await anyio.sleep(0.01)


numbers: list[int] = []


@cached(tags=["numbers"])
async def number() -> int:
    numbers.append(1)
    return len(numbers)


@pytest.fixture(autouse=True)
def no_numbers():
    numbers.clear()


async def test_reads_fall_through(server, store, caplog):
    """Without a server every read computes, at once; when it is back values are kept again, without any help."""
    with use_store(store):
        assert [await number(), await number()] == [1, 1]
        server.kill()
        assert [await number(), await number()] == [2, 3]
        server.start()
        await until_back(store)
        assert [await number(), await number()] == [4, 4]
    lines = [record.getMessage() for record in caplog.records if record.name == "jetbridge.cache"]
    assert [line.partition(" is ")[2].partition(" ")[0] for line in lines] == ["away", "back"]


async def test_a_server_that_does_not_answer(server, store):
    """It costs the first reader the time limit and the following ones nothing."""
    with use_store(store):
        await number()
        server.freeze()
        began = time.monotonic()
        async with anyio.create_task_group() as group:
            for _ in range(20):
                group.start_soon(number)
        await number()
        await store.expire_tags(["numbers"])
        took = time.monotonic() - began
        server.thaw()
        await until_back(store)
        newest = await number()
    assert 0.2 < took < 4
    assert newest == len(numbers)


async def test_expiries_are_made_up_for(server, store, caplog):
    """What was expired while the server was away is expired before any of its entries is read again."""
    other = RedisStore(server.url)
    with use_store(store):
        assert await number() == 1
        server.freeze()
        reported: list[str] = []

        async def report(error, where):
            reported.append(f"{where}: {error}")

        with use_store(store, report):
            await store.expire_tags(["numbers"])
            await store.expire_tags(["more"], stale_for=60)
            await store.expire_paths([("/posts", "page")])
        assert await number() == 2
        server.thaw()
        await until_back(store)
        assert [await number(), await number()] == [3, 3]
    (key,) = [entry.key for entry in await other.entries()]
    assert (await other.get(key)).value == b"3"
    await other.aclose()
    assert len(reported) == 1
    assert "other processes may show old data" in reported[0]
    assert "3 expiries were made up for" in caplog.text


async def test_expired_while_away_and_computed_before(server, store):
    """A value whose computation began before an expiry is not given to who comes after, away or not."""
    gate, results = anyio.Event(), []
    gates.append(gate)

    async def call():
        results.append(await gated())

    with use_store(store):
        server.kill()
        async with anyio.create_task_group() as group:
            group.start_soon(call)
            await anyio.wait_all_tasks_blocked()
            await store.expire_tags(["gated"])
            group.start_soon(call)
            await anyio.wait_all_tasks_blocked()
            gate.set()
    assert sorted(results) == [1, 2]


gates: list[anyio.Event] = []


@cached(tags=["gated"])
async def gated() -> int:
    numbers.append(1)
    own = len(numbers)
    await gates[-1].wait()
    return own


async def test_too_many_expiries(server, store, monkeypatch):
    """When more waits than can be remembered, everything is expired."""
    monkeypatch.setattr(module, "MAX_PENDING", 10)
    with use_store(store):
        await number()
        server.freeze()
        for index in range(12):
            await store.expire_tags([f"tag {index}"])
        server.thaw()
        await until_back(store)
        assert await number() == 2


async def test_closed_while_away(server, store, caplog):
    """What could not be expired until the end stands in the log."""
    await store.get("a")
    server.kill()
    await store.expire_tags(["posts"])
    await store.expire_paths([("/posts", "page")])
    caplog.clear()
    await store.aclose()

    assert "closed before these could be expired: posts, /posts" in caplog.text


async def test_restarted_from_an_old_snapshot(server):
    """A server that comes back with the data of before an expiry: no entry of then counts any more."""
    store = RedisStore(server.url)
    found = await store.get("a")
    await store.set("a", b"old", version=found.version, tags=["posts"])
    server.command("SAVE")
    await store.expire_tags(["posts"])
    server.kill()
    server.start()
    assert b":0\r\n" not in server.command("DBSIZE")
    assert (await store.get("a")).value is None
    await store.set("a", b"old", version=found.version, tags=["posts"])
    assert (await store.get("a")).value is None
    await store.aclose()


@pytest.mark.parametrize("lost", ["{jetbridge}:names", "{jetbridge}:older-names", None])
async def test_lost_keys(server, lost):
    """When the server gives up what it knows of tags, no entry of before counts; nothing that was expired is back."""
    store = RedisStore(server.url, max_names=10)
    for index in range(20):
        await store.expire_tags([f"tag {index}"])
    before = await store.get("b")
    await store.expire_tags(["posts"])
    for index in range(7):
        await store.expire_tags([f"more {index}"])
    await store.set("a", b"v", version=(await store.get("a")).version, tags=["posts"])
    server.command("DEL", lost) if lost else server.command("FLUSHALL")
    await store.set("b", b"old", version=before.version, tags=["posts"])

    assert (await store.get("b")).value is None
    found = await store.get("c")
    await store.set("c", b"new", version=found.version, tags=["posts"])
    assert (await store.get("c")).value == b"new"
    await store.aclose()


async def test_names_are_bounded(server):
    """However many tags are expired, the server keeps a bounded number, and nothing expired is ever served."""
    store = RedisStore(server.url, max_names=100)
    old = await store.get("old")
    await store.set("old", b"v", version=old.version, tags=["first"])
    await store.expire_tags(["first"])
    late = await store.get("late")
    for number in range(50):
        await store.expire_tags([f"tag {number}:{index}" for index in range(20)])
    await store.set("late", b"v", version=late.version, tags=["tag 0:0"])

    sizes = [int(server.command("HLEN", name)[1:]) for name in ("{jetbridge}:names", "{jetbridge}:older-names")]
    assert sum(sizes) <= 130
    assert [(await store.get(key)).value for key in ("old", "late")] == [None, None]
    await store.aclose()


async def test_full_server(caplog):
    """A server without room for what was expired forgets all entries instead; values that find no room are computed."""
    with RedisServer("--maxmemory", "3mb", "--maxmemory-policy", "noeviction") as server:
        store = RedisStore(server.url)
        found = await store.get("a")
        await store.set("a", b"v", version=found.version, tags=["posts"])
        for index in range(100):
            await store.set(f"big {index}", b"x" * 100_000, version=found.version)
        assert caplog.text.count("is full and keeps nothing new") == 1
        assert (await store.get("a")).value == b"v"
        await store.expire_tags(["posts"])
        assert (await store.get("a")).value is None
        await store.aclose()


@pytest.mark.parametrize("policy", ["allkeys-random", "allkeys-lru", "volatile-lru"])
async def test_evicting_server(policy):
    """Whatever a full server evicts, what was expired never comes back."""
    with RedisServer("--maxmemory", "3mb", "--maxmemory-policy", policy, "--maxmemory-samples", "1") as server:
        store = RedisStore(server.url)
        numbers = random.Random(1)  # noqa: S311
        newest: dict[int, int] = {}
        hits = 0
        for round_ in range(2000):
            key = numbers.randrange(100)
            found = await store.get(str(key))
            if found.value is None:
                value = b"%d " % round_ + b"x" * 40_000
                await store.set(str(key), value, version=found.version, tags=[f"tag {key}"])
            else:
                hits += 1
                assert int(found.value.split()[0]) >= newest.get(key, 0)
            if numbers.random() < 0.2:
                await store.expire_tags([f"tag {key}"])
                newest[key] = round_
        assert hits > 50
        assert b"evicted_keys:0" not in server.command("INFO", "stats")
        await store.aclose()


async def test_everything_has_an_end(server):
    """No key stays on the server for ever."""
    store = RedisStore(server.url, longest=100)
    found = await store.get("a")
    await store.set("a", b"v", version=found.version, tags=["posts"])
    await store.expire_tags(["posts"])

    for key, longest in [("{jetbridge}:entry:a", 101), ("{jetbridge}:names", 201)]:
        assert 0 < int(server.command("TTL", key)[1:]) <= longest
    await store.aclose()


async def test_idle_connection_that_the_server_closed(server):
    """A connection that broke while nobody used it is no failure."""
    store = RedisStore(server.url)
    await store.get("a")
    server.command("CLIENT", "KILL", "TYPE", "normal")

    assert (await store.get("a")).value is None
    await store.aclose()


async def test_prefixes(server):
    """Two applications on one server have nothing in common when their prefixes differ."""
    one, two = RedisStore(f"{server.url}?prefix=one"), RedisStore(f"{server.url}?prefix=two")
    for store in (one, two):
        await store.set("a", repr(store).encode(), version=(await store.get("a")).version, tags=["posts"])
    await one.expire_tags(["posts"])
    assert (await one.get("a")).value is None
    assert (await two.get("a")).value is not None
    assert await one.clear() == 1
    assert (await two.get("a")).value is not None
    for store in (one, two):
        await store.aclose()


async def test_many_readers_at_once(server):
    """More readers than connections wait for each other."""
    store = RedisStore(server.url)
    await store.set("a", b"v", version=(await store.get("a")).version)

    found = await asyncio.gather(*(store.get("a") for _ in range(300)))
    assert {one.value for one in found} == {b"v"}
    await store.aclose()


async def test_cancelled_in_the_middle_of_a_read(server):
    """The answer to a read that was given up reaches no other reader."""
    store = RedisStore(server.url)
    for key in ("a", "b"):
        await store.set(key, key.encode(), version=(await store.get(key)).version)
    for delay in (0, 0.0001, 0.0003, 0.001):
        for _ in range(20):
            with anyio.move_on_after(delay):
                await store.get("a")
            assert (await store.get("b")).value == b"b"
    await store.aclose()


async def test_sqlite_file_that_cannot_be_used(tmp_path, caplog):
    """A file that cannot be opened is as a server that is away; nothing fails, and it recovers by itself."""
    folder = tmp_path / "cache"
    folder.write_text("in the way")
    store = open_store("sqlite:///cache/cache.sqlite", tmp_path)
    with use_store(store):
        assert [await number(), await number()] == [1, 2]
        await store.expire_tags(["numbers"])
        folder.unlink()
        await until_back(store)
        assert [await number(), await number()] == [3, 3]
    await store.aclose()


def test_redis_on_trio(server, caplog):
    """On another event loop than asyncio's there is no cache, and the log says why."""

    async def main():
        store = open_store(server.url)
        with use_store(store):
            assert [await number(), await number()] == [1, 2]
        await store.aclose()

    anyio.run(main, backend="trio")
    assert "needs a server that runs on asyncio" in caplog.text


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("memory", MemoryStore),
        ("memory://", MemoryStore),
        ("sqlite:///cache.sqlite", SqliteStore),
        ("redis://localhost:6379/0", RedisStore),
        ("valkey://:secret@localhost:6379/0?prefix=shop", RedisStore),
    ],
)
def test_urls(url, kind):
    """A URL names a store; what lies outside of the process may be away. Passwords show nowhere."""
    store = open_store(url)

    assert isinstance(store.inner if isinstance(store, ResilientStore) else store, kind)
    assert "secret" not in repr(store)


@pytest.mark.parametrize(
    "url", ["", "sqlite", "sqlite://", "sqlite:///", "mysql://a", "redis://localhost:port", "redis://x?prefix={a}"]
)
def test_urls_that_name_nothing(url):
    """Anything else is refused at once."""
    with pytest.raises(ConfigError):
        open_store(url)


@pytest.mark.parametrize(
    ("package", "code", "extra"),
    [
        ("redis", "from jetbridge.cache import open_store; open_store('redis://x')", "redis"),
        ("httpx2", "import asyncio, jetbridge; asyncio.run(jetbridge.fetch('http://127.0.0.1:1'))", "fetch"),
    ],
)
def test_missing_package(package, code, extra):
    """A package that is missing is named with the command that installs it; without the feature nobody needs it."""
    without = f"import sys; sys.modules[{package!r}] = None; import jetbridge, jetbridge.cache"
    run = [sys.executable, "-c"]

    assert subprocess.run([*run, without], capture_output=True).returncode == 0
    done = subprocess.run([*run, f"{without}; {code}"], capture_output=True, text=True)
    assert f"pip install 'jetbridge[{extra}]'" in done.stderr
