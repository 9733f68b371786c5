"""`@memo`: a function that runs once for each rendering of a page, however many components call it."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final, ParamSpec, TypeVar, overload

import anyio

from jetbridge.context import current_request_or_none
from jetbridge.errors import Signal

P = ParamSpec("P")
R = TypeVar("R")

_PENDING: Final = object()


@dataclass(slots=True, eq=False)
class _Call:
    """One call and what came of it. kept: its arguments, so that none of their ids is given to another object."""

    kept: Any
    value: Any = _PENDING
    error: BaseException | None = None
    trace: TracebackType | None = None
    running: bool = False
    waiting: list[anyio.Event] = field(default_factory=list)

    def outcome(self) -> Any:
        """The value. Raises: what the function raised, each time with the same traceback."""
        if self.error is not None:
            raise self.error.with_traceback(self.trace)
        return self.value

    def settle(self, error: BaseException | None) -> None:
        """Let those who wait go on."""
        if error is not None:
            self.error, self.trace = error, error.__traceback__
        self.running = False
        waiting, self.waiting = self.waiting, []
        for event in waiting:
            event.set()


_inside: ContextVar[frozenset[int]] = ContextVar("jetbridge_memo_inside", default=frozenset())


@overload
def memo(func: Callable[P, Coroutine[Any, Any, R]], /) -> Callable[P, Coroutine[Any, Any, R]]: ...


@overload
def memo(func: Callable[P, R], /) -> Callable[P, R]: ...


def memo(func: Callable[..., Any], /) -> Any:
    """Run a function once for each rendering, for the same arguments; all who call it get the same object.

    Arguments are the same when they are equal and of one type, those that cannot be hashed when they are the same
    object. Calls at the same time share one run; what it raises reaches all of them, and those who call later. In
    actions, in route handlers, in functions with @cached and outside of requests it runs each time, since there data
    changes between two calls. Like React's `cache`.
    """
    if inspect.iscoroutinefunction(func):

        @functools.wraps(func)
        async def run(*args: Any, **kwargs: Any) -> Any:
            calls = _calls()
            return await (func(*args, **kwargs) if calls is None else _run(calls, func, args, kwargs))

        return run

    @functools.wraps(func)
    def run_plain(*args: Any, **kwargs: Any) -> Any:
        calls = _calls()
        return func(*args, **kwargs) if calls is None else _run_plain(calls, func, args, kwargs)

    return run_plain


def _calls() -> dict[Any, _Call] | None:
    """The calls of the rendering that this is part of."""
    context = current_request_or_none()
    return None if context is None or context.phase != "render" else context.memos


def _find(calls: dict[Any, _Call], func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> _Call:
    key = (func, tuple(map(_identity, args)), tuple((name, _identity(kwargs[name])) for name in sorted(kwargs)))
    found = calls.get(key)
    if found is None:
        found = calls[key] = _Call((args, kwargs))
    return found


def _identity(value: Any) -> tuple[type, Any]:
    try:
        hash(value)
    except TypeError:
        return type(value), id(value)
    return type(value), value


async def _run(calls: dict[Any, _Call], func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    call = _find(calls, func, args, kwargs)
    inside = _inside.get()
    while call.running:
        if id(call) in inside:
            raise RecursionError(
                f"{func.__qualname__} waits for itself: it is called with the same arguments inside it"
            )
        event = anyio.Event()
        call.waiting.append(event)
        await event.wait()
    if call.value is not _PENDING or call.error is not None:
        return call.outcome()
    call.running = True
    token = _inside.set(inside | {id(call)})
    error: BaseException | None = None
    try:
        call.value = await func(*args, **kwargs)
    except (Exception, Signal) as raised:
        error = raised
    finally:
        # When it was cancelled, the next one who waits runs it.
        _inside.reset(token)
        call.settle(error)
    return call.outcome()


def _run_plain(calls: dict[Any, _Call], func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    call = _find(calls, func, args, kwargs)
    if call.value is _PENDING and call.error is None:
        try:
            call.value = func(*args, **kwargs)
        except (Exception, Signal) as error:
            call.settle(error)
    return call.outcome()
