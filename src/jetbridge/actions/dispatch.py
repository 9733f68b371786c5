"""Running an action: its outcome is data, whatever it does."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import Any

import anyio.to_thread

from jetbridge.actions.arguments import BoundCall
from jetbridge.context import RequestContext, request_context
from jetbridge.errors import Signal, captured


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
    except BaseException as error:
        ended = captured(error)
        if ended is None:
            raise
        return ActionOutcome(signal=ended) if isinstance(ended, Signal) else ActionOutcome(error=ended)
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
    except BaseException as error:
        return error, None
