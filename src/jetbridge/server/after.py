"""Work that an action or handler put off until its response was sent."""

from __future__ import annotations

import inspect
import logging

import anyio

from jetbridge.context import RequestContext
from jetbridge.errors import captured

logger = logging.getLogger("jetbridge")


async def run_after(context: RequestContext) -> None:
    """Run the callbacks of `after()`, in order, and those that they add. An error is logged and stops no other."""
    if not context.after:
        return
    context.phase = "after"
    with anyio.CancelScope(shield=True):
        while context.after:
            callback = context.after.pop(0)
            try:
                if inspect.iscoroutinefunction(callback):
                    await callback()
                else:
                    result = await anyio.to_thread.run_sync(callback)
                    if inspect.isawaitable(result):
                        await result
            except BaseException as error:
                if captured(error) is None:
                    raise
                logger.exception("a callback of after() failed")
