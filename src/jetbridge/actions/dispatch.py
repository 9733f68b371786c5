"""Running an action: its outcome is data, whatever it does."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import CoroutineType
from typing import Any

import anyio.to_thread

from jetbridge.actions.arguments import BoundCall
from jetbridge.actions.form_state import describe_field_error
from jetbridge.actions.guards import USER, GuardPlan
from jetbridge.context import RequestContext, request_context
from jetbridge.errors import FieldError, Forbidden, Signal, captured


@dataclass(slots=True, repr=False)
class ActionOutcome:
    """How an action ended: at most one of `error` and `signal` is set, and `value` counts when neither is.

    refused: fields of a form that did not fit; `value` is then the state that says so.
    """

    value: Any = None
    error: Exception | None = None
    signal: Signal | None = None
    refused: tuple[str, ...] = ()

    def __repr__(self) -> str:
        ended = self.signal if self.signal is not None else self.error
        return f"<ActionOutcome {'value' if ended is None else type(ended).__name__}>"


async def run_action(call: BoundCall, context: RequestContext) -> ActionOutcome:
    """Run the body in the phase "action" of this request. A plain `def` runs in a worker thread.

    For a form that does not fit the body does not run, and the value is the state that says so.
    Errors and signals are captured, also those that a task group has wrapped. Cancellation passes through.
    """
    action, failure = call.action, call.failure
    if failure is None or action.state is None:
        args, named = _arguments(call, context)
        outcome = await _run(context, action.func, args, named, is_async=action.is_async)
        if action.state is None or call.form is None or not isinstance(outcome.error, FieldError):
            return outcome
        failure = describe_field_error(action.state.model, call.form, outcome.error)
    outcome = await _run(context, action.state.make, (failure,), {}, is_async=True)
    return replace(outcome, refused=tuple(failure.error.fields))


async def run_guard(guard: GuardPlan, call: BoundCall | None, context: RequestContext) -> ActionOutcome | None:
    """Ask a guard; None when the call may go on, and then `context.user` is what it returned.

    call: for a guard that asks for arguments. Whatever a guard raises ends the call, as if the body had raised it.
    """
    if call is not None and call.failure is not None:
        return None  # There are no arguments to ask about, and the body will not run.
    values = guard.values(context, {} if call is None else _by_name(call))
    outcome = await _run(context, guard.func, (), values, is_async=guard.is_async)
    if outcome.error is not None or outcome.signal is not None:
        return outcome
    if outcome.value is False:
        return ActionOutcome(signal=Forbidden())
    context.user = None if outcome.value is True else outcome.value
    return None


async def _run(
    context: RequestContext,
    func: Callable[..., Any],
    args: tuple[Any, ...],
    named: Mapping[str, Any],
    *,
    is_async: bool,
) -> ActionOutcome:
    """How a function ends that is called in the phase "action", a plain `def` in a worker thread."""
    before = context.phase
    context.phase = "action"
    try:
        with request_context(context):
            value = func(*args, **named) if is_async else await _in_thread(func, args, named)
            if isinstance(value, CoroutineType) or inspect.isawaitable(value):
                value = await value
        return ActionOutcome(value)
    except BaseException as error:
        ended = captured(error)
        if ended is None:
            raise
        return ActionOutcome(signal=ended) if isinstance(ended, Signal) else ActionOutcome(error=ended)
    finally:
        context.phase = before


def _arguments(call: BoundCall, context: RequestContext) -> tuple[tuple[Any, ...], Mapping[str, Any]]:
    """What the function is called with: the browser's arguments, and the user where the function takes one."""
    place = call.action.user
    if place is None:
        return call.args, {}
    if place.index is None:
        return call.args, {USER: context.user}
    return (*call.args[: place.index], context.user, *call.args[place.index :]), {}


def _by_name(call: BoundCall) -> dict[str, Any]:
    parameters, rest = call.action.signature.parameters, call.action.signature.rest
    values = {parameter.name: value for parameter, value in zip(parameters, call.args, strict=False)}
    if rest is not None:
        values[rest.name] = call.args[len(parameters) :]
    return values


async def _in_thread(func: Callable[..., Any], args: tuple[Any, ...], named: Mapping[str, Any]) -> Any:
    failure, value = await anyio.to_thread.run_sync(_catch, func, args, named)
    if failure is not None:
        raise failure
    return value


def _catch(func: Any, args: tuple[Any, ...], named: Mapping[str, Any]) -> tuple[BaseException | None, Any]:
    """Run in the thread; what it raises is handed over as a value, for not every exception crosses a future."""
    try:
        return None, func(*args, **named)
    except BaseException as error:
        return error, None
