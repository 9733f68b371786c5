"""Cancelling the application's code the way asyncio does it: once.

anyio cancels by level: whatever is awaited after a cancellation fails again, in `finally` too, unless it is shielded.
Code for asyncio counts on one cancellation, and awaits while it cleans up: a database driver that rolls back and gives
its connection back, a lock that is released over the network. Under trio cancelling by level is what everybody expects.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import anyio

T = TypeVar("T")


def asyncio_task() -> asyncio.Task[Any] | None:
    """The task that runs; None under trio."""
    try:
        return asyncio.current_task()
    except RuntimeError:
        return None


async def within(seconds: float, work: Callable[[], Awaitable[T]]) -> T:
    """The result of `work`, which is cancelled when it takes longer. Raises: TimeoutError then."""
    if asyncio_task() is None:
        with anyio.fail_after(seconds):
            return await work()
    async with asyncio.timeout(seconds):
        return await work()
