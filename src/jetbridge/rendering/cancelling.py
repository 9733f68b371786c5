"""Cancelling the application's code the way asyncio does it: once.

anyio cancels by level: whatever is awaited after a cancellation fails again, in `finally` too, unless it is shielded.
Code for asyncio counts on one cancellation, and awaits while it cleans up: a database driver that rolls back and gives
its connection back, a lock that is released over the network. Under trio cancelling by level is what everybody expects.
"""

from __future__ import annotations

import asyncio
import types
from collections.abc import Awaitable, Callable, Coroutine, Generator
from typing import Any, TypeVar

import anyio

T = TypeVar("T")


def asyncio_task() -> asyncio.Task[Any] | None:
    """The task that runs; None under trio."""
    try:
        return asyncio.current_task()
    except RuntimeError:
        return None


async def at_once_or(work: Coroutine[Any, Any, T], slowly: Callable[[Awaitable[T]], Awaitable[T]]) -> T:
    """The result of `work`. What is needed only if it has to wait, such as a timer, `slowly` puts around its rest.

    Most work on a small request waits for nothing. For asyncio only, and `slowly` must open no scope of anyio: one that
    `work` has opened before its first pause would lie outside of it.
    """
    try:
        waits_for = work.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    return await slowly(_rest(work, waits_for))


@types.coroutine
def _rest(work: Coroutine[Any, Any, T], waits_for: Any) -> Generator[Any, Any, T]:
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

    async def limited(rest: Awaitable[T]) -> T:
        async with asyncio.timeout(seconds):
            return await rest

    return await at_once_or(work(), limited)
