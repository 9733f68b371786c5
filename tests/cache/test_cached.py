"""`@cached`: hits, misses, expiry, concurrency, and what cannot be cached."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NotRequired, TypedDict

import anyio
import pytest
from pydantic import BaseModel, Field, SecretStr

from jetbridge.cache import MemoryStore, cached, use_store
from jetbridge.context import (
    RequestContext,
    cookies,
    current_request_or_none,
    redirect,
    request_context,
    revalidate_path,
    revalidate_tag,
)
from jetbridge.errors import ConfigError, ContextError, EncodeError, Redirect

pytestmark = pytest.mark.anyio

calls: list = []


@pytest.fixture(autouse=True)
def no_calls():
    calls.clear()


@pytest.fixture
def store():
    with use_store(MemoryStore()) as store:
        yield store


@dataclass
class Post:
    id: int
    tags: list[str]


class Row(TypedDict):
    id: int
    note: NotRequired[str]


class Model(BaseModel):
    when: datetime
    name: str = Field(alias="userName")


@cached(tags=["posts"])
async def list_posts(count: int, prefix: str = "p") -> list[Post]:
    calls.append(count)
    await anyio.sleep(0.01)
    return [Post(number, [prefix]) for number in range(count)]


@cached(tags=lambda id: ["posts", f"post:{id}"])
async def get_post(id: int) -> Post | None:
    calls.append(id)
    return Post(id, []) if id else None


@cached(revalidate=60)
async def short_lived():
    calls.append(1)
    return {"a": [1, 2.5, None, True, "x"]}


@cached(tags=["home"])
async def home() -> dict[str, int]:
    calls.append("home")
    return {"posts": len(await list_posts(2))}


@cached
def in_thread(x):
    calls.append(threading.get_ident())
    return x


@cached
async def rows() -> list[Row]:
    return [{"id": 1}, {"id": 2, "note": "x"}]


@cached
async def model() -> Model:
    return Model(when=datetime(2024, 1, 1), userName="ann")


@cached
async def nothing() -> None:
    calls.append(None)


@cached(key=lambda session, id: id)
async def with_key(session: Any, id: int) -> int:
    calls.append(id)
    return id


async def test_second_call_is_a_hit(store):
    """The body runs once for the same arguments, however they are given, and again for others."""
    first = await list_posts(2)

    assert first == await list_posts(count=2) == await list_posts(2, "p") == [Post(0, ["p"]), Post(1, ["p"])]
    assert calls == [2]
    assert await list_posts(2, "q") == [Post(0, ["q"]), Post(1, ["q"])]
    assert calls == [2, 2]


async def test_every_caller_has_an_object_of_its_own(store):
    """Changing what a call returned does not change what the next one returns, from the first call on."""
    first = await list_posts(1)
    first[0].tags.append("changed")
    second = await list_posts(1)
    second.clear()

    assert await list_posts(1) == [Post(0, ["p"])]
    assert calls == [1]


async def test_values_by_annotation(store):
    """Values come back as the annotation says, from the first call on."""
    for _ in range(2):
        assert await rows() == [{"id": 1}, {"id": 2, "note": "x"}]
        assert await model() == Model(when=datetime(2024, 1, 1), userName="ann")
        assert await short_lived() == {"a": [1, 2.5, None, True, "x"]}
        assert await get_post(0) is None
        assert await nothing() is None
    assert calls == [1, 0, None]


async def test_plain_def(store):
    """A plain `def` runs in a worker thread."""
    assert [await in_thread("x"), await in_thread("x")] == ["x", "x"]
    assert len(calls) == 1
    assert calls[0] != threading.get_ident()


async def test_key(store):
    """`key` says what tells one call from another, for arguments that are no data."""
    assert [await with_key(object(), 1), await with_key(object(), 1), await with_key(object(), 2)] == [1, 1, 2]
    assert calls == [1, 2]


async def test_tags(store):
    """An expired tag makes the next call compute; tags may depend on the arguments."""
    await get_post(1)
    await get_post(2)
    await store.expire_tags(["post:1"])
    await get_post(1)
    await get_post(2)
    assert calls == [1, 2, 1]
    await store.expire_tags(["posts"])
    await get_post(1)
    await get_post(2)
    assert calls == [1, 2, 1, 1, 2]


async def test_age():
    """After `revalidate` seconds the value is computed anew."""
    now = 0.0
    with use_store(MemoryStore(clock=lambda: now)):
        await short_lived()
        now = 59.0
        await short_lived()
        assert calls == [1]
        now = 60.0
        await short_lived()
        assert calls == [1, 1]


async def test_nested(store):
    """A cached function has the tags of those it calls, also when it found their values stored."""
    await list_posts(2)
    await home()
    await home()
    assert calls == [2, "home"]
    await store.expire_tags(["posts"])
    assert await home() == {"posts": 2}
    assert calls == [2, "home", "home", 2]


async def test_paths(store):
    """What a page reads is stale after revalidate_path of that page, at every depth, and only there."""

    async def read(path, pattern=""):
        with request_context(RequestContext(path=path, pattern=pattern)):
            await home()

    await read("/posts/3", "/posts/[id]")
    await read("/about")
    assert calls == ["home", 2]
    await store.expire_paths([("/posts/3", "page")])
    await read("/about")
    assert calls == ["home", 2]
    await read("/posts/3", "/posts/[id]")
    assert calls == ["home", 2] * 2
    await store.expire_paths([("/posts/[id]", "page")])
    await read("/posts/3", "/posts/[id]")
    assert calls == ["home", 2] * 3
    await store.expire_paths([("/", "layout")])
    await read("/about")
    assert calls == ["home", 2] * 4


async def test_hundred_callers_at_once(store):
    """A hundred callers that miss at the same time share one computation, and each gets its own object."""
    results: list = []

    async def call():
        results.append(await list_posts(3))

    async with anyio.create_task_group() as group:
        for _ in range(100):
            group.start_soon(call)

    assert calls == [3]
    assert len({id(result) for result in results}) == 100


async def test_values_too_large_for_the_store():
    """Also a value that the store does not keep is computed once for all who wait for it."""
    with use_store(MemoryStore(max_bytes=10)):
        async with anyio.create_task_group() as group:
            for _ in range(10):
                group.start_soon(list_posts, 3)

    assert calls == [3]


gates: list[anyio.Event] = []


@cached(tags=["gated"])
async def gated() -> int:
    """Returns the number of its run, when the gate that was the last at its start is opened."""
    number = len(calls)
    calls.append(number)
    await gates[-1].wait()
    return number


async def test_cancelled_first_caller(store):
    """When the caller that computes is cancelled, another one takes over."""
    results: list = []
    gates.append(anyio.Event())

    async def call():
        results.append(await gated())

    async with anyio.create_task_group() as group:
        async with anyio.create_task_group() as leader:
            leader.start_soon(gated)
            await anyio.wait_all_tasks_blocked()
            for _ in range(10):
                group.start_soon(call)
            await anyio.wait_all_tasks_blocked()
            leader.cancel_scope.cancel()
        await anyio.wait_all_tasks_blocked()
        gates[-1].set()

    assert calls == [0, 1]
    assert results == [1] * 10
    assert await gated() == 1


async def test_cancelled_waiter(store):
    """A cancelled caller that waits does not disturb the one that computes."""
    gates.append(anyio.Event())
    async with anyio.create_task_group() as group:
        group.start_soon(gated)
        await anyio.wait_all_tasks_blocked()
        async with anyio.create_task_group() as waiter:
            waiter.start_soon(gated)
            await anyio.wait_all_tasks_blocked()
            waiter.cancel_scope.cancel()
        gates[-1].set()

    assert await gated() == 0
    assert calls == [0]


@cached
async def fail(kind: str) -> int:
    calls.append(kind)
    await anyio.sleep(0.01)
    if kind == "error":
        raise ValueError("no")
    redirect("/elsewhere")


@pytest.mark.parametrize(("kind", "expected"), [("error", ValueError), ("signal", Redirect)])
async def test_failures(store, kind, expected):
    """A failure reaches everyone who waits and is not kept."""
    caught: list = []

    async def call():
        try:
            await fail(kind)
        except (Exception, Redirect) as error:
            caught.append(type(error))

    async with anyio.create_task_group() as group:
        for _ in range(10):
            group.start_soon(call)

    assert caught == [expected] * 10
    assert calls == [kind]
    await call()
    assert calls == [kind, kind]


async def test_expired_during_the_computation(store):
    """A value computed while its tag was expired is not served to those who come later, waiting or not."""
    results: list = []
    gates.append(anyio.Event())

    async def call():
        results.append(await gated())

    async with anyio.create_task_group() as group:
        group.start_soon(call)
        await anyio.wait_all_tasks_blocked()
        await store.expire_tags(["gated"])
        group.start_soon(call)
        await anyio.wait_all_tasks_blocked()
        gates[-1].set()

    assert sorted(results) == [0, 1]
    assert await gated() == 1


async def test_own_writes_are_read(store):
    """After revalidate_tag or revalidate_path an action already reads anew, itself; others after it has ended."""
    context = RequestContext(path="/posts", phase="action")
    with request_context(context):
        await home()
        assert calls == ["home", 2]
        revalidate_tag("posts")
        await home()
        await list_posts(2)
        assert calls == ["home", 2, "home", 2, 2]
        await short_lived()
        assert calls.count(1) == 1
        revalidate_path("/posts")
        await short_lived()
        assert calls.count(1) == 2
    calls.clear()
    await home()
    assert calls == []
    await store.expire_tags(context.expired_tags)
    context.phase = "render"
    with request_context(context):
        await home()
        await home()
    assert calls == ["home", 2]


@cached
async def again(n: int) -> int:
    return await again(n) + 1


async def test_no_request_inside(store):
    """A cached function cannot read who asks; the request is there again afterwards."""

    @cached
    async def leak() -> str:
        return cookies()["name"]

    @cached
    def leak_in_thread() -> bool:
        return current_request_or_none() is None

    context = RequestContext(cookie_values={"name": "ann"})
    with request_context(context):
        with pytest.raises(ContextError, match="pass in what it needs"):
            await leak()
        assert await leak_in_thread() is True
        assert cookies()["name"] == "ann"


async def test_waiting_for_itself(store):
    """A function that needs its own value is an error, not a standstill."""

    with pytest.raises(RecursionError, match="again"), anyio.fail_after(5):
        await again(1)


class Entity:
    pass


def returns(value, annotation=None):
    """A cached function that returns `value()`; at module level, since it must not capture anything."""
    namespace = {"value": value, "__name__": "app.data"}
    exec("async def get(): return value()", namespace)  # noqa: S102
    get = namespace["get"]
    if annotation is not None:
        get.__annotations__["return"] = annotation
    return cached(get)


@pytest.mark.parametrize(
    ("value", "annotation", "message"),
    [
        (Entity, None, r"get .* cannot be stored: a .*Entity\. Annotate its return type"),
        (lambda: [{"a": Entity()}], None, r"Entity, at \[0\]\['a'\]"),
        (lambda: (1, 2), None, "a tuple"),
        (lambda: {1: 2}, None, "keys that are no text"),
        (lambda: {"a": float("nan")}, None, r"nan, at \['a'\]"),
        (lambda: 2**64, None, "more than 64 bits"),
        (lambda: "\ud800", None, "surrogate"),
        (lambda: datetime(2024, 1, 1), Any, "a datetime.datetime"),
        (lambda: Post(1, []), int, "return annotation"),
        (lambda: {"a": datetime(2024, 1, 1)}, dict[str, Any], "lost on the way"),
        (lambda: [(1, 2)], list[Any], "lost on the way"),
        (lambda: SecretStr("x"), SecretStr, "lost on the way"),
        (lambda: float("nan"), float, "return annotation"),
        (lambda: Post("x", []), Post, "return annotation"),
    ],
)
async def test_value_that_cannot_be_stored(store, value, annotation, message):
    """A value that would not come back as it is is refused at the first call, with what to write instead."""
    with pytest.raises(EncodeError, match=message):
        await returns(value, annotation)()


async def test_annotation_that_is_no_data(store):
    """A return annotation that names a class that is no data is refused."""
    with pytest.raises(ConfigError, match=r"get .* cannot be cached: its return annotation"):
        await returns(Entity, Entity)()
    with pytest.raises(ConfigError, match="Missing"):
        await returns(Entity, "Missing")()


async def test_argument_that_is_no_data(store):
    """An argument that cannot be part of a key is refused by name."""
    with pytest.raises(EncodeError, match="argument `x`"):
        await in_thread(Entity())


async def test_stored_bytes_of_another_version(store):
    """Bytes that are not what the function returns today are a miss."""
    await get_post(1)
    (key,) = store._entries
    await store.set(key, b'{"other": 1}', version=(await store.get(key)).version)

    assert await get_post(1) == Post(1, [])
    assert calls == [1, 1]


def test_captured_variable():
    """A function that captures a variable is refused: its value depends on more than its arguments."""
    user = "ann"
    with pytest.raises(ConfigError, match="captured `user`"):

        @cached
        async def get():
            return user


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"tags": "posts"}, r"tags=\['posts'\]"),
        ({"tags": [""]}, "1 to 256"),
        ({"tags": ["x" * 257]}, "1 to 256"),
        ({"tags": [3]}, "1 to 256"),
        ({"revalidate": 0}, "more than 0"),
        ({"revalidate": -1}, "more than 0"),
    ],
)
def test_options_that_do_not_fit(options, message):
    """Options are checked where they are written."""
    with pytest.raises(ConfigError, match=message):

        @cached(**options)
        async def get(): ...


async def test_tags_of_a_function_are_checked(store):
    """What a function of tags returns is checked at the call."""

    @cached(tags=lambda: "posts")
    async def get(): ...

    with pytest.raises(ConfigError, match="list"):
        await get()


def test_only_functions():
    """`@cached` on anything but a function is refused."""
    with pytest.raises(ConfigError, match="goes on a function"):
        cached(Entity())


def test_function_stays_itself():
    """Name, docstring and signature are those of the function."""
    assert (home.__name__, home.__module__) == ("home", __name__)


def test_event_loops_one_after_the_other():
    """A store outlives an event loop."""
    with use_store(MemoryStore()):
        for backend in ("asyncio", "trio", "asyncio"):
            anyio.run(list_posts, 2, backend=backend)

    assert calls == [2]
