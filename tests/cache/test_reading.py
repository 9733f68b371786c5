"""Reads beside plain hits and misses: stale data, methods, tags and times said during the call, and the record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

import anyio
import pytest

from jetbridge.cache import MemoryStore, cache_life, cache_tag, cached, reading, use_store
from jetbridge.cache.reading import collect_reads
from jetbridge.context import RequestContext, request_context
from jetbridge.errors import ConfigError, ContextError, EncodeError
from jetbridge.profiles import CacheProfile

pytestmark = pytest.mark.anyio

calls: list = []
gates: list[anyio.Event] = []


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(autouse=True)
def store(clock):
    calls.clear()
    gates.clear()
    with use_store(MemoryStore(clock=clock)) as store:
        yield store


async def run(name):
    """Note the call, wait for the newest gate if there is one; the number of the call."""
    calls.append(name)
    number = len(calls)
    if gates:
        await gates[-1].wait()
    return number


@cached(tags=["posts"], revalidate="minutes")
async def posts() -> int:
    return await run("posts")


@cached(tags=["outer"])
async def outer() -> int:
    return await posts()


async def settle():
    await anyio.wait_all_tasks_blocked()


async def test_stale_data_is_given_out_and_made_anew_once(clock):
    """Readers of stale data get it at once, one task makes it anew, and until that has ended the old value counts."""
    assert await posts() == 1
    clock.now += 61
    gates.append(anyio.Event())
    assert [await posts() for _ in range(5)] == [1] * 5
    await settle()
    assert calls == ["posts", "posts"]
    assert await posts() == 1
    gates[-1].set()
    await settle()
    assert [await posts(), await posts()] == [2, 2]


async def test_softly_expired_data(store, clock):
    """What a tag was softly expired for is stale, too, and after its time it is waited for."""
    await posts()
    await store.expire_tags(["posts"], stale_for=60)
    gates.append(anyio.Event())
    assert await posts() == 1
    await settle()
    gates[-1].set()
    await settle()
    assert await posts() == 2
    await store.expire_tags(["posts"], stale_for=60)
    clock.now += 60
    assert await posts() == 3


async def test_stale_data_that_cannot_be_made_anew(store, clock):
    """The error is reported, the old value stays, and it is not tried again at each read."""
    reported: list = []

    async def report(error, where):
        reported.append((str(error), where))

    with use_store(store, report):
        await unlucky()
        clock.now += 61
        for _ in range(5):
            assert await unlucky() == 1
            await settle()
        assert calls == ["unlucky"] * 2
        assert reported == [("no", f"the cached {__name__}:unlucky, made anew in the background,")]


async def test_it_is_tried_again_later(clock, monkeypatch):
    """After a pause a read tries once more, and success ends the matter."""
    monkeypatch.setattr(reading, "PAUSE", 0)
    await unlucky()
    clock.now += 61
    assert await unlucky() == 1
    await settle()
    calls.clear()
    assert await unlucky() == 1
    await settle()
    assert await unlucky() == 1
    assert calls == ["unlucky"]


@cached(revalidate="minutes")
async def unlucky() -> int:
    number = await run("unlucky")
    if number > 1:
        raise ValueError("no")
    return number


async def test_error_without_an_application(clock, caplog):
    """Outside of an application it goes to the log."""
    await unlucky()
    clock.now += 61
    await unlucky()
    await settle()

    assert "unlucky, made anew in the background, failed" in caplog.text


async def test_what_is_computed_from_stale_data(store, clock):
    """A cached function that calls another gets no stale data, since its own value will count as fresh."""
    assert (await outer(), await posts()) == (1, 1)
    await store.expire_tags(["posts"], stale_for=60)
    assert await outer() == 1
    await settle()
    assert (await posts(), await outer()) == (2, 2)
    clock.now += 61
    assert (await posts(), await outer()) == (2, 2)


async def test_seconds_are_a_strict_limit(clock):
    """`revalidate` in seconds: what is older is never given out."""
    assert await strict() == 1
    clock.now += 60
    assert await strict() == 2


@cached(revalidate=60)
async def strict() -> int:
    return await run("strict")


@cached
async def post(id: int) -> int:
    cache_tag("posts", f"post:{id}")
    cache_life("hours")
    cache_life(CacheProfile(10, 20))
    return await run(id)


@cached
def post_in_thread() -> int:
    cache_tag("threads")
    calls.append("thread")
    return len(calls)


async def test_tags_added_during_the_call(store):
    """cache_tag() adds to the tags, of the functions around it, too, and in worker threads."""
    await post(3)
    await post_in_thread()
    await store.expire_tags(["post:3"])
    await post(3)
    await post_in_thread()
    assert calls == [3, "thread", 3]
    await store.expire_tags(["threads"])
    await post_in_thread()
    assert calls == [3, "thread", 3, "thread"]


async def test_life_said_during_the_call(clock):
    """cache_life() counts instead of `revalidate`; of several the shortest."""
    await post(3)
    clock.now += 10
    assert await post(3) == 1
    await settle()
    assert await post(3) == 2
    clock.now += 20
    assert await post(3) == 3


@pytest.mark.parametrize("call", [lambda: cache_tag("x"), lambda: cache_life("max")])
async def test_outside_of_a_cached_function(call):
    """There is nothing to say it about."""
    with pytest.raises(ContextError, match="inside a function with @cached"):
        call()


async def test_own_profile(store, clock):
    """An own profile is found when the function is called in the application."""
    with pytest.raises(ConfigError, match="no cache profile 'feed'"):
        await feed()
    with use_store(store, profiles={"feed": CacheProfile(5, 5)}):
        assert await feed() == 1
        clock.now += 5
        assert await feed() == 2


@cached(revalidate="feed")
async def feed() -> int:
    return await run("feed")


@dataclass
class Blog:
    id: int

    @cached
    async def title(self) -> int:
        return await run(self.id)

    @cached
    async def named(self) -> str:
        return f"{__class__.__name__} {await run(self.id)}"

    @classmethod
    @cached
    async def of_class(cls) -> int:
        return await run(cls.__name__)

    @staticmethod
    @cached
    async def of_none() -> int:
        return await run("static")


class Journal(Blog):
    pass


class Plain:
    @cached
    async def title(self) -> int:
        return 1


async def test_methods():
    """An object that is data is part of the key, by class and content; so is the class of a class method."""
    assert [await Blog(1).title(), await Blog(1).title(), await Blog(2).title(), await Journal(1).title()] == [
        1,
        1,
        2,
        3,
    ]
    assert [await Blog.of_class(), await Blog(1).of_class(), await Journal.of_class()] == [4, 4, 5]
    assert [await Blog.of_none(), await Blog(3).of_none()] == [6, 6]
    assert await Blog(1).named() == "Blog 7"


async def test_methods_of_what_is_no_data():
    """An object that is no data cannot be part of a key."""
    with pytest.raises(EncodeError, match=r"argument `self`: a .*Plain is no data"):
        await Plain().title()


@pytest.mark.parametrize("kind", [classmethod, staticmethod])
def test_decorators_in_the_wrong_order(kind):
    """@cached goes on the function, below @classmethod and @staticmethod."""
    with pytest.raises(ConfigError, match=f"write @{kind.__name__} above @cached"):

        class Shop:
            @cached
            @kind
            async def get(self=None): ...


def version(annotation):
    """A cached function that is the same each time but for what it says to return."""
    namespace = {"calls": calls, "__name__": "app.data"}
    exec("async def get():\n    calls.append(1)\n    return {'name': 'x'}", namespace)  # noqa: S102
    namespace["get"].__annotations__["return"] = annotation
    return cached(namespace["get"])


async def test_other_shape():
    """After a deploy that changed the returned type, or a type inside it, old values are not read."""
    shapes = [
        TypedDict("Row", {"name": str}),
        TypedDict("Row", {"name": "str | None"}),
        dict[str, str],
    ]
    for shape in shapes:
        await version(shape)()
        await version(shape)()

    assert len(calls) == 3


async def test_events(store, clock):
    """A request knows what it read from the cache, inside cached functions as well, and where each value came from."""
    context = RequestContext()
    with request_context(context):
        await outer()
        await outer()
        clock.now += 61
        await posts()
        await settle()
        gates.append(anyio.Event())
        await store.expire_tags(["posts"])
        async with anyio.create_task_group() as group:
            group.start_soon(posts)
            group.start_soon(posts)
            await settle()
            gates[-1].set()

    events = [(event.name.partition(":")[2], event.outcome, event.tags) for event in context.cache_events]
    assert events == [
        ("posts", "miss", ("posts",)),
        ("outer", "miss", ("outer", "posts")),
        ("outer", "hit", ("outer", "posts")),
        ("posts", "stale", ("posts",)),
        ("posts", "miss", ("posts",)),
        ("posts", "shared", ("posts",)),
    ]
    assert all(0 <= event.milliseconds < 10_000 for event in context.cache_events)


async def test_events_are_bounded():
    """A request with very many reads records the first of them."""
    context = RequestContext()
    with request_context(context):
        for _ in range(300):
            await posts()

    assert len(context.cache_events) == 200


async def test_collected_reads(clock):
    """What keeps a page learns the tags of all that it read, and whether any of it was stale."""
    await posts()
    clock.now += 61
    with collect_reads(fresh_only=False) as around:
        with collect_reads(fresh_only=False) as reads:
            async with anyio.create_task_group() as group:
                group.start_soon(posts)
                group.start_soon(post, 3)
            cache_tag("page")
        assert (reads.tags, reads.stale) == ({"posts", "post:3", "page"}, True)
    assert (around.tags, around.stale) == (reads.tags, True)
    await settle()
    clock.now += 61
    with collect_reads(fresh_only=True) as reads:
        newest = await posts()
    assert (newest, reads.stale) == (len(calls), False)
