"""Running an action: its outcome is data, whatever it does."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import Any

import anyio.to_thread

from jetbridge.actions.arguments import BoundCall
from jetbridge.context import RequestContext, request_context
from jetbridge.errors import Signal


@dataclass(frozen=True, slots=True, repr=False)
class ActionOutcome:
    """How an action ended: at most one of `error` and `signal` is set, and `value` counts when neither is."""

    value: Any = None
    error: Exception | None = None
    signal: Signal | None = None

    def __repr__(self) -> str:
        ended = self.signal if self.signal is not None else self.error
        return f"<ActionOutcome {'value' if ended is None else type(ended).__name__}>"


async def run_action(call: BoundCall, context: RequestContext) -> ActionOutcome:
    """Run the body in the phase "action" of this request. A plain `def` runs in a worker thread.

    Errors and signals are captured, also those that a task group has wrapped. Cancellation passes through.
    """
    before = context.phase
    context.phase = "action"
    try:
        with request_context(context):
            return ActionOutcome(await _run(call))
    except Signal as signal:
        return ActionOutcome(signal=signal)
    except Exception as error:
        return ActionOutcome(error=error)
    except BaseExceptionGroup as group:
        return _unwrap(group)
    finally:
        context.phase = before


async def _run(call: BoundCall) -> Any:
    func = call.action.func
    if call.action.is_async:
        value = func(*call.args)
    else:
        failure, value = await anyio.to_thread.run_sync(_catch, func, call.args)
        if failure is not None:
            raise failure
    return await value if inspect.isawaitable(value) else value


def _catch(func: Any, args: tuple[Any, ...]) -> tuple[BaseException | None, Any]:
    """Run in the thread; what it raises is handed over as a value, for not every exception crosses a future."""
    try:
        return None, func(*args)
    except (Signal, Exception, BaseExceptionGroup) as error:
        return error, None


def _unwrap(group: BaseExceptionGroup[BaseException]) -> ActionOutcome:
    """A signal raised below a task group comes in a group: it counts, unless there are errors beside it."""
    signals, others = group.split(Signal)
    if others is not None:
        if isinstance(others, Exception):
            return ActionOutcome(error=others)
        raise group
    first: BaseException | None = signals
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    return ActionOutcome(signal=first if isinstance(first, Signal) else None)
