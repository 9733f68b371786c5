"""Work that an action or handler put off until its response was sent."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable
from typing import Any

import anyio

from jetbridge.context import RequestContext
from jetbridge.errors import captured
from jetbridge.rendering.failures import describe_failure
from jetbridge.server.state import OnError

logger = logging.getLogger("jetbridge")


async def run_after(context: RequestContext) -> None:
    """Run the callbacks of `after()`, in order, and those that they add. An error is logged and stops no other."""
    context.phase = "after"
    with anyio.CancelScope(shield=True):
        while context.after:
            try:
                await _run(context.after.pop(0))
            except BaseException as error:
                if captured(error) is None:
                    raise
                describe_failure(error, "a callback of after()", debug=False)


async def report_errors(context: RequestContext, on_error: OnError | None) -> None:
    """Hand the errors of a request that nobody expected to the application's hook. Its own errors are logged."""
    if on_error is None:
        return
    with anyio.CancelScope(shield=True):
        for report in context.reports:
            try:
                await _run(on_error, report)
            except BaseException as error:
                if captured(error) is None:
                    raise
                logger.exception("on_error failed with [%s]", report.reference)


async def _run(function: Callable[..., Any], *args: Any) -> None:
    if inspect.iscoroutinefunction(function):
        await function(*args)
        return
    result = await anyio.to_thread.run_sync(function, *args)
    if inspect.isawaitable(result):
        await result
