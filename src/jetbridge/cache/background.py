"""Work that nobody waits for, and where its errors go."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable
from contextvars import ContextVar, copy_context
from typing import Any, Final

from jetbridge.errors import Signal

logger = logging.getLogger("jetbridge.cache")

Report = Callable[[BaseException, str], Awaitable[None]]
"""Is told of an error that no request can show. The text says where, such as "the cached app.feed:latest_posts"."""

report_to: Final[ContextVar[Report | None]] = ContextVar("jetbridge_cache_report", default=None)
_tasks: Final[set[asyncio.Task[None]]] = set()
"""asyncio itself holds its tasks only weakly."""


def start_in_background(run: Callable[[], Awaitable[None]], where: str) -> None:
    """Run it beside everything else, with this task's context variables. What it raises is reported."""
    trio: Any = sys.modules.get("trio")
    if trio is not None and trio.lowlevel.in_trio_run():
        trio.lowlevel.spawn_system_task(_run_and_report, run, where, context=copy_context())
        return
    task = asyncio.get_running_loop().create_task(_run_and_report(run, where))
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)


async def _run_and_report(run: Callable[[], Awaitable[None]], where: str) -> None:
    try:
        await run()
    except (Exception, Signal) as error:
        await report_error(error, where)


async def report_error(error: BaseException, where: str) -> None:
    """Hand an error to the application's hook; outside of an application, to the log."""
    report = report_to.get()
    if report is None:
        logger.error("%s failed", where, exc_info=error)
        return
    try:
        await report(error, where)
    except Exception:
        logger.exception("the report of an error in %s failed", where)
