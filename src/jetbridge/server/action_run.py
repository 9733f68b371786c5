"""What stands between a reference and its outcome: who calls, how often, how many at once, and for how long."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import replace
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any, Final

import anyio

from jetbridge.actions.action import ServerAction
from jetbridge.actions.arguments import BoundCall, bind_arguments
from jetbridge.actions.dispatch import ActionOutcome, run_action, run_guard
from jetbridge.actions.limits import Rate, whole_seconds
from jetbridge.context import RequestContext
from jetbridge.errors import ActionTimeout, ConfigError, RequestError, TooManyRequests
from jetbridge.rendering.cancelling import within
from jetbridge.rendering.failures import log_text
from jetbridge.server.disconnect import unless_gone
from jetbridge.server.incoming import Incoming
from jetbridge.server.page_endpoint import apply_revalidation
from jetbridge.server.session import save_session
from jetbridge.server.state import AppState

logger = logging.getLogger("jetbridge.actions")


CHECK_RATE: Final = Rate.parse("120/minute")
"""How often one user or address may ask about the fields of one action. These are no calls of it."""


async def admit_caller(
    incoming: Incoming, state: AppState, action: ServerAction, *, check: bool = False
) -> ActionOutcome | None:
    """Decide what needs no arguments: the guard, unless it asks for some, then the rate. None: the call may go on.

    check: the action is not to run, only its rules are asked.
    Raises: TooManyRequests.
    """
    context, guard = incoming.context, action.guard
    context.action = action.name
    if guard is not None and not guard.needs_arguments:
        started = time.perf_counter()
        # The browser may still be sending its body: nobody listens for its departure here.
        refused = await run_guard(guard, None, context)
        if refused is not None:
            await apply_revalidation(context, state)
            return _settled(refused, action, context, state, started)
    if check:
        await _count(f"{action.name} (fields)", CHECK_RATE, "120/minute", context, state)
    elif action.options.rate is not None:
        await _count(action.name, Rate.parse(action.options.rate), action.options.rate, context, state)
    return None


async def _count(name: str, rate: Rate, text: str, context: RequestContext, state: AppState) -> None:
    caller = _counted_as(context)
    wait = await state.limiter.hit(name, rate, caller)
    if wait > 0:
        raise TooManyRequests(f"{name} was called more than {text} (rate) by {caller}", whole_seconds(wait))


async def run_call(incoming: Incoming, state: AppState, action_id: str, args: Sequence[Any]) -> ActionOutcome:
    """Open, validate and run a call whose caller has been admitted.

    Raises: BadBoundArgs, InvalidArguments before anything has run; ActionBusy, ActionTimeout; ClientGone.
    """
    opened = state.registry.open(action_id, args)
    call = bind_arguments(opened.action, opened.args)
    started = time.perf_counter()
    broken_off: str | None = "cancelled"
    try:
        outcome = await _run_watched(call, incoming, state)
        broken_off = None
    except RequestError as error:
        broken_off = type(error).__name__
        raise
    finally:
        # What was asked for counts even when the action raised or its browser went away.
        if incoming.context.invalidates:
            with anyio.CancelScope(shield=True):
                await apply_revalidation(incoming.context, state)
        if broken_off is not None:
            _log(opened.action, incoming.context, broken_off, started)
    return _settled(outcome, opened.action, incoming.context, state, started)


async def _run_watched(call: BoundCall, incoming: Incoming, state: AppState) -> ActionOutcome:
    """Run a call as long as its browser is there, or to its end if the action is shielded."""
    if not call.action.options.shield:
        return await unless_gone(incoming.receive, lambda: _guard_and_run(call, incoming.context, state))
    with anyio.CancelScope(shield=True):
        outcome = await _guard_and_run(call, incoming.context, state)
    return outcome  # noqa: RET504 (inside, mypy would miss what follows a scope that swallows its cancellation)


async def _guard_and_run(call: BoundCall, context: RequestContext, state: AppState) -> ActionOutcome:
    action = call.action
    if action.guard is not None and action.guard.needs_arguments:
        refused = await run_guard(action.guard, call, context)
        if refused is not None:
            return refused
    places = state.places.get(action.name)
    if places is None:
        return await _run_in_time(call, context)
    async with places:
        return await _run_in_time(call, context)


async def _run_in_time(call: BoundCall, context: RequestContext) -> ActionOutcome:
    seconds = call.action.options.timeout
    if seconds is None:
        return await run_action(call, context)
    try:
        return await within(seconds, lambda: run_action(call, context))
    except TimeoutError:
        name = call.action.name
        raise ActionTimeout(f"{name} took longer than {seconds:g} s (timeout) and was cancelled") from None


def _settled(
    outcome: ActionOutcome, action: ServerAction, context: RequestContext, state: AppState, started: float
) -> ActionOutcome:
    """The outcome, or that the session cannot be kept: an action whose changes are lost has failed."""
    shape = action.signature.shape
    if shape is not None and outcome.error is None and outcome.signal is None and not outcome.refused:
        try:
            outcome = replace(outcome, value=shape(outcome.value))
        except Exception as error:
            outcome = ActionOutcome(error=error)
    try:
        save_session(context, state)
    except ConfigError as error:
        outcome = ActionOutcome(error=error)
    ended = outcome.error if outcome.signal is None else outcome.signal
    result = "ok" if ended is None else type(ended).__name__
    if outcome.refused:
        result = f"form refused ({log_text(', '.join(outcome.refused), 200)})"
    _log(action, context, result, started)
    return outcome


def _log(action: ServerAction, context: RequestContext, result: str, started: float) -> None:
    if not logger.isEnabledFor(logging.INFO):
        return
    milliseconds = (time.perf_counter() - started) * 1000
    logger.info(
        "action %s: %s in %.0f ms",
        action.name,
        result,
        milliseconds,
        extra={"action": action.name, "result": result, "milliseconds": milliseconds, "user": context.user_id},
    )


def _counted_as(context: RequestContext) -> str:
    """Whose calls are counted together: those of a user, else of an address; of IPv6 the network that one gets."""
    user = context.user_id
    if user is not None:
        return f"user {user}"
    try:
        address = ip_address(context.client or "")
    except ValueError:
        return f"address {context.client}"
    if isinstance(address, IPv6Address):
        mapped = address.ipv4_mapped
        return f"address {mapped or ip_network((int(address) >> 64 << 64, 64))}"
    return f"address {address}"
