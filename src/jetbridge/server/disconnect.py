"""Ends the work on a request whose browser has gone away."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final, TypeVar

import anyio
from starlette.types import Receive

from jetbridge.rendering.cancelling import Done, asyncio_task, begin
from jetbridge.server.body import ClientGone

T = TypeVar("T")

PATIENCE_SECONDS: Final = 0.02
"""Work that is done by then is not watched: a watch costs more than most actions."""


async def unless_gone(receive: Receive, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run `work`; cancel it when the client disconnects. To be called when the body has been read.

    Raises: ClientGone when that happened, else what `work` raises.
    """
    host = asyncio_task()
    if host is None:
        return await _watched(receive, work)
    begun = begin(work())
    return begun.result if isinstance(begun, Done) else await _watched_late(host, receive, begun)


async def _watched_late(host: asyncio.Task[Any], receive: Receive, rest: Awaitable[T]) -> T:
    """As `unless_gone`, on asyncio: the watch begins when the work takes its time, and cancels it once."""
    loop = host.get_loop()
    watches: list[asyncio.Task[None]] = []
    cancelled_before = host.cancelling()
    gone = False

    async def watch() -> None:
        nonlocal gone
        while (await receive())["type"] != "http.disconnect":
            pass
        gone = True
        host.cancel()

    timer = loop.call_later(PATIENCE_SECONDS, lambda: watches.append(loop.create_task(watch())))
    try:
        return await rest
    except asyncio.CancelledError:
        # Ours ends here; one that came from further out goes on.
        if not gone or host.cancelling() > cancelled_before + 1:
            raise
        raise ClientGone from None
    finally:
        timer.cancel()
        for task in watches:
            task.cancel()
        if gone:
            host.uncancel()


async def _watch(receive: Receive, scope: anyio.CancelScope) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    scope.cancel()


async def _watched(receive: Receive, work: Callable[[], Awaitable[T]]) -> T:
    results: list[T] = []
    raised: list[BaseException] = []
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_watch, receive, tasks.cancel_scope)
        try:
            results.append(await work())
        except anyio.get_cancelled_exc_class():
            raise
        except BaseException as error:
            # Kept out of the task group, which would wrap it in a group of its own.
            raised.append(error)
        tasks.cancel_scope.cancel()
    if raised:
        raise raised[0]
    if not results:
        raise ClientGone
    return results[0]
