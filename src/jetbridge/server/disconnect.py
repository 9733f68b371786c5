"""Ends the work on a request whose browser has gone away."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import anyio
from starlette.types import Receive


async def unless_gone(receive: Receive, work: Callable[[], Awaitable[None]]) -> None:
    """Run `work`; cancel it when the client disconnects. To be called when the body has been read.

    Raises: what `work` raises.
    """
    raised: list[BaseException] = []

    async def watch() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        tasks.cancel_scope.cancel()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(watch)
        try:
            await work()
        except anyio.get_cancelled_exc_class():
            raise
        except BaseException as error:
            # Kept out of the task group, which would wrap it in a group of its own.
            raised.append(error)
        tasks.cancel_scope.cancel()
    if raised:
        raise raised[0]
