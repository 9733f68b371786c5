"""Work that is done at once is spared what only waiting work needs."""

import asyncio

import anyio
import pytest

from jetbridge.rendering.cancelling import Done, begin, within

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("anyio_backend", ["asyncio"])]


async def test_what_waits_for_nothing_ends_at_once():
    """The result is there, and nothing is left to await."""

    async def work():
        return "done"

    assert begin(work()) == Done("done")


async def test_what_waits_goes_on_where_it_paused():
    """Values and errors of what is awaited arrive, pause after pause, in one task."""
    loop = asyncio.get_running_loop()
    tasks = {asyncio.current_task()}

    async def work():
        await asyncio.sleep(0)
        future = loop.create_future()
        loop.call_soon(future.set_exception, ValueError("late"))
        tasks.add(asyncio.current_task())
        with pytest.raises(ValueError, match="late"):
            await future
        with anyio.move_on_after(0.001) as scope:
            await anyio.sleep(60)
        return scope.cancelled_caught

    assert await begin(work()) is True
    assert len(tasks) == 1


@pytest.mark.parametrize("pauses", [0, 1])
async def test_errors_come_out_as_they_are(pauses):
    """Whether the work fails at once or later."""

    async def work():
        for _ in range(pauses):
            await asyncio.sleep(0)
        raise LookupError("no")

    with pytest.raises(LookupError, match="no"):
        await begin(work())


async def test_a_cancellation_reaches_the_work():
    """It is cancelled where it waits, and may clean up."""
    log, waits = [], asyncio.Event()

    async def work():
        try:
            waits.set()
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0)
            log.append("cleaned up")

    async def whole():
        await begin(work())

    task = asyncio.create_task(whole())
    await waits.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert log == ["cleaned up"]


async def test_what_is_given_up_is_closed():
    """Who never goes on with the work leaves nothing open."""
    log = []

    async def work():
        try:
            await asyncio.sleep(60)
        finally:
            log.append("closed")

    async def whole():
        await begin(work())

    paused = whole()
    paused.send(None)
    paused.close()

    assert log == ["closed"]


async def test_a_limit_counts_only_for_what_waits():
    """Work that is done at once is not limited; what waits too long is."""

    async def at_once():
        return 1

    assert await within(0, at_once) == 1
    with pytest.raises(TimeoutError):
        await within(0.001, lambda: asyncio.sleep(60))
