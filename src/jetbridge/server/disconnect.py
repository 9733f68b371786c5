"""Ends the work on a request whose browser has gone away."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

import anyio
from starlette.types import Receive

from jetbridge.server.body import ClientGone

T = TypeVar("T")


async def unless_gone(receive: Receive, work: Callable[[], Awaitable[T]]) -> T:
    """Run `work`; cancel it when the client disconnects. To be called when the body has been read.

    Raises: ClientGone when that happened, else what `work` raises.
    """
    results: list[T] = []
    raised: list[BaseException] = []

    async def watch() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        tasks.cancel_scope.cancel()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(watch)
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
