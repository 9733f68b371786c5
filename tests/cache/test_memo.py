"""`@memo`: once per rendering."""

from __future__ import annotations

import anyio
import pytest

from jetbridge import cached, memo, not_found
from jetbridge.context import RequestContext, request_context
from jetbridge.errors import NotFound

pytestmark = pytest.mark.anyio

calls: list = []
gates: list[anyio.Event] = []


@pytest.fixture(autouse=True)
def no_calls():
    calls.clear()
    gates.clear()


@pytest.fixture
def rendering():
    with request_context(RequestContext()) as context:
        yield context


@memo
async def load(*args, **kwargs):
    calls.append((args, kwargs))
    if gates:
        await gates[-1].wait()
    return object()


@memo
def plain(value):
    calls.append(value)
    return [value]


async def test_once_for_the_same_arguments(rendering):
    """All who call it get the same object; other arguments are another call."""
    assert await load(1, id=2) is await load(1, id=2)
    assert plain("x") is plain("x")
    assert await load(2) is not await load(1, id=2)
    assert len(calls) == 3


async def test_what_the_same_arguments_are(rendering):
    """Equal values of one type are the same; what cannot be hashed is the same only as the same object."""
    some = [1]
    assert await load(some) is await load(some)
    assert await load(some) is not await load([1])
    assert await load((1, 2)) is await load((1, 2))
    assert len({id(await load(value)) for value in (1, True, 1.0)}) == 3
    assert await load(a=1, b=2) is await load(b=2, a=1)
    assert len({id(await load([number])) for number in range(100)}) == 100


async def test_at_the_same_time(rendering):
    """Calls at the same time share one run."""
    gates.append(anyio.Event())
    results: list = []

    async def call():
        results.append(await load(1))

    async with anyio.create_task_group() as group:
        for _ in range(20):
            group.start_soon(call)
        await anyio.wait_all_tasks_blocked()
        gates[-1].set()

    assert len(calls) == 1
    assert len(set(map(id, results))) == 1


async def test_cancelled(rendering):
    """When the one that runs it is cancelled, another one does."""
    gates.append(anyio.Event())
    results: list = []

    async def call():
        results.append(await load(1))

    async with anyio.create_task_group() as group:
        async with anyio.create_task_group() as first:
            first.start_soon(load, 1)
            await anyio.wait_all_tasks_blocked()
            group.start_soon(call)
            await anyio.wait_all_tasks_blocked()
            first.cancel_scope.cancel()
        await anyio.wait_all_tasks_blocked()
        gates[-1].set()

    assert len(calls) == 2
    assert await load(1) is results[0]


@memo
async def fail(kind):
    calls.append(kind)
    if kind == "signal":
        not_found()
    raise ValueError("no")


@memo
def fail_plain(kind):
    calls.append(kind)
    raise ValueError("no")


@pytest.mark.parametrize(("kind", "error"), [("signal", NotFound), ("error", ValueError)])
async def test_errors(rendering, kind, error):
    """What it raises is shared like a value, and its traceback does not grow."""
    depths: set[int] = set()
    for _ in range(3):
        with pytest.raises(error) as raised:
            await fail(kind)
        depths.add(len(raised.traceback))
    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            fail_plain(kind)

    assert calls == [kind, kind]
    assert len(depths) <= 2


@pytest.mark.parametrize("phase", ["action", "handler", "after"])
async def test_where_data_changes(phase):
    """In actions and route handlers it runs each time."""
    with request_context(RequestContext(phase=phase)):
        assert await load(1) is not await load(1)


async def test_outside_of_a_request():
    """Without a request it runs each time."""
    assert await load(1) is not await load(1)
    assert plain(1) is not plain(1)


async def test_requests_share_nothing():
    """Each request has its own."""
    results: list = []
    for _ in range(2):
        with request_context(RequestContext()):
            results.append(await load(1))

    assert results[0] is not results[1]


@cached
async def count_loads() -> int:
    await load("inside")
    await load("inside")
    return len(calls)


async def test_inside_of_a_cached_function(rendering):
    """What is kept for others does not depend on what this request has seen."""
    await load("inside")

    assert await count_loads() == 3


@memo
async def again(number):
    return await again(number)


async def test_waiting_for_itself(rendering):
    """A function that needs its own value is an error, not a standstill."""
    with anyio.fail_after(5), pytest.raises(RecursionError, match="again waits for itself"):
        await again(1)


async def test_methods(rendering):
    """A method runs once for each object."""

    class Shop:
        @memo
        async def name(self):
            return object()

    one, two = Shop(), Shop()
    assert await one.name() is await one.name()
    assert await one.name() is not await two.name()


def test_function_stays_itself():
    """Name and signature are those of the function."""
    assert (load.__name__, load.__module__) == ("load", __name__)
