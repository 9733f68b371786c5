"""Cancelling the application's code the way asyncio does it: once.

anyio cancels by level: whatever is awaited after a cancellation fails again, in `finally` too, unless it is shielded.
Code for asyncio counts on one cancellation, and awaits while it cleans up: a database driver that rolls back and gives
its connection back, a lock that is released over the network. Under trio cancelling by level is what everybody expects.
"""

from __future__ import annotations

import asyncio
import types
from collections.abc import Awaitable, Callable, Coroutine, Generator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import anyio

T = TypeVar("T")


def asyncio_task() -> asyncio.Task[Any] | None:
    """The task that runs; None under trio."""
    try:
        return asyncio.current_task()
    except RuntimeError:
        return None


@dataclass(slots=True)
class Done(Generic[T]):
    """The result of work that had to wait for nothing."""

    result: T


def begin(work: Coroutine[Any, Any, T]) -> Done[T] | Awaitable[T]:
    """Run `work` until it is done or has to wait; then what is left of it comes back, to be awaited in the same task.

    So what only waiting work needs, such as a timer, is spared for work on a small request. For asyncio, and no scope
    of anyio may be opened around the rest: one that `work` has opened before its first pause would lie outside of it.
    """
    try:
        waits_for = work.send(None)
    except StopIteration as done:
        return Done(done.value)
    return _go_on(work, waits_for)


@types.coroutine
def _go_on(work: Coroutine[Any, Any, T], waits_for: Any) -> Generator[Any, Any, T]:
    """Await a coroutine that has paused already, for `waits_for`."""
    try:
        while True:
            try:
                given = yield waits_for
            except GeneratorExit:
                work.close()
                raise
            except BaseException as error:
                waits_for = work.throw(error)
            else:
                waits_for = work.send(given)
    except StopIteration as done:
        result: T = done.value
        return result


async def within(seconds: float, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """The result of `work`, which is cancelled when it takes longer. Raises: TimeoutError then."""
    if asyncio_task() is None:
        with anyio.fail_after(seconds):
            return await work()
    begun = begin(work())
    if isinstance(begun, Done):
        return begun.result
    async with asyncio.timeout(seconds):
        return await begun
