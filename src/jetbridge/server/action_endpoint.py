"""Calls of server actions: from JavaScript, and from a plain form.

The order of checks is fixed: method, origin, id, a guard that needs no arguments, rate, size, parse, open bound values,
validate, a guard that does, run. Of the application nothing but its guards runs before the last. A plain form names its
action in the body, so there size and parse come before the id.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any, Final
from urllib.parse import unquote

from jetbridge import wire
from jetbridge.actions.action import ServerAction
from jetbridge.actions.dispatch import ActionOutcome
from jetbridge.errors import (
    ActionBusy,
    ActionTimeout,
    BadBoundArgs,
    BadRequest,
    BodyTooLarge,
    ContextError,
    Forbidden,
    InvalidArguments,
    MethodNotAllowed,
    NotFound,
    Redirect,
    TooManyRequests,
    Unauthorized,
    UnknownAction,
)
from jetbridge.flight.form_action import decode_action, decode_form_state, name_action
from jetbridge.flight.model import Boundary
from jetbridge.flight.plain import plain_rows
from jetbridge.flight.reply import ReplyBody, decode_reply
from jetbridge.flight.temporary import TemporaryReferences
from jetbridge.rendering.failures import Failure, describe_failure, log_text
from jetbridge.rendering.stream import RETURN_VALUE, FlightStream, Settled
from jetbridge.routing.match import RouteMatch, has_page, match_route
from jetbridge.server.action_run import admit_caller, run_call
from jetbridge.server.body import BodyLimits, BodySource, read_form, read_reply
from jetbridge.server.disconnect import unless_gone
from jetbridge.server.field_check import answer_check
from jetbridge.server.incoming import Incoming
from jetbridge.server.multipart import Part
from jetbridge.server.origin import check_origin
from jetbridge.server.page_endpoint import (
    NOWHERE,
    PageAnswer,
    answer_page,
    document_sender,
    flight_sender,
    page_facts,
    redirected_answer,
    send_redirect,
    send_rows,
    show_failure,
)
from jetbridge.server.redirects import resolve_redirect
from jetbridge.server.sources import changed_sources
from jetbridge.server.state import AppState

logger = logging.getLogger("jetbridge.actions")

_SHOWN_ON_PAGE: Final = (
    UnknownAction,
    BadBoundArgs,
    BodyTooLarge,
    InvalidArguments,
    TooManyRequests,
    ActionBusy,
    ActionTimeout,
)
"""Refusals that a visitor can meet without wrongdoing, for example on a page that is out of date."""


_SHOWN_BY_PAGES: Final = (NotFound, Forbidden, Unauthorized)
"""Signals that the page of a call shows, in place of its content."""


async def handle_action(incoming: Incoming, state: AppState) -> None:
    """Answer a call that our runtime sent to `wire.ACTION_PATH` + id."""
    if incoming.method != "POST":
        raise MethodNotAllowed(f"{incoming.method} on an action", ("POST",))
    check_origin(incoming.caller, incoming.headers, state.config.allowed_origins)
    action_id = incoming.path.removeprefix(wire.ACTION_PATH)
    action = state.registry.resolve(action_id)
    if wire.CHECK_HEADER in incoming.headers:
        await answer_check(incoming, state, action_id, action)
        return
    page = _calling_page(incoming, state)
    outcome = await admit_caller(incoming, state, action)
    if outcome is None:
        reply = await read_reply(_body(incoming, state), state.body_limits[action.name])
        args = decode_reply(
            ReplyBody.of(reply),
            state.reply_limits[action.name],
            server_reference=state.registry.load_reference,
            temporary_references=_temporary_references(reply),
        )
        outcome = await run_call(incoming, state, action_id, args)
    await _answer_call(incoming, state, action, outcome, page)


def _temporary_references(reply: str | list[Part]) -> TemporaryReferences | None:
    """A set for what the browser kept to itself, such as the event of a click; None where there is nothing of it."""
    if isinstance(reply, str):
        return TemporaryReferences() if '"$T' in reply else None
    held = any('"$T' in value for _, value in reply if isinstance(value, str))
    return TemporaryReferences() if held else None


async def handle_form_post(incoming: Incoming, state: AppState, match: RouteMatch) -> None:
    """Answer a form that a browser posted to the URL of a page, without JavaScript."""
    check_origin(incoming.caller, incoming.headers, state.config.allowed_origins)
    answer = PageAnswer(incoming.path, incoming.query, match)
    try:
        await _run_form(incoming, state, answer)
    except _SHOWN_ON_PAGE as error:
        logger.info("form %s refused with %d: %s", str(incoming), error.status, log_text(error))
        answer = show_failure(answer, describe_failure(error, "", debug=state.config.dev))
        headers = {} if error.retry_after is None else {"retry-after": str(error.retry_after)}
        if error.status == 413 and incoming.scope.get("http_version", "1.1").startswith("1"):
            headers["connection"] = "close"
        await answer_page(incoming, state, answer, document_sender(incoming, state, headers))


async def _run_form(incoming: Incoming, state: AppState, answer: PageAnswer) -> None:
    """Read, run and answer. Raises: what `_SHOWN_ON_PAGE` lists, before anything has been sent."""
    parts, size = await _read_form(incoming, state)
    decode_reference = state.registry.load_reference
    form_action = decode_action(parts, state.form_limits, server_reference=decode_reference)
    if form_action is None:
        raise BadRequest("The form names no action.")
    # Read before anything runs, so that a form that is malformed here has run nothing.
    form_state = decode_form_state(None, parts, state.form_limits, server_reference=decode_reference)
    action = state.registry.resolve(form_action.id)
    state.body_limits[action.name].check(size, parts)
    outcome = await admit_caller(incoming, state, action)
    if outcome is None:
        args = [*form_action.bound, form_action.form]
        outcome = await run_call(incoming, state, form_action.id, args)
    if isinstance(outcome.signal, Redirect):
        try:
            location = resolve_redirect(outcome.signal, incoming.caller, incoming.path)
        except ContextError as error:
            outcome = ActionOutcome(error=error)
        else:
            await send_redirect(incoming, location, 303)
            return
    failure = _failure(state, action, outcome)
    if failure is not None:
        answer = show_failure(answer, failure)
    else:
        answer.extras["formState"] = None if form_state is None else (outcome.value, *form_state[1:])
    await answer_page(incoming, state, answer, document_sender(incoming, state))


async def _read_form(incoming: Incoming, state: AppState) -> tuple[list[Part], int]:
    return await read_form(
        _body(incoming, state),
        BodyLimits(state.config.max_body_bytes),
        ceiling=state.largest_body,
        limits_for=lambda name, text: _limits_of_field(state, name, text),
    )


def _body(incoming: Incoming, state: AppState) -> BodySource:
    return BodySource(incoming.receive, incoming.headers, state.config.body_timeout, incoming.context.uploads)


def _limits_of_field(state: AppState, name: str, text: str) -> BodyLimits | None:
    """The limits of the action that a field of React's names, so that they count while the rest arrives."""
    id = name_action(name, text)
    try:
        return None if id is None else state.body_limits[state.registry.resolve(id).name]
    except UnknownAction:
        return None


def _failure(state: AppState, action: ServerAction, outcome: ActionOutcome) -> Failure | None:
    error = outcome.signal or outcome.error
    return None if error is None else describe_failure(error, f"action {action.name}", debug=state.config.dev)


def _calling_page(incoming: Incoming, state: AppState) -> str:
    """Path and query of the page that the call comes from, as its header says; "" where that is no page of ours."""
    path, _, query = incoming.headers.get(wire.PAGE_HEADER, "").partition("#")[0].partition("?")
    if not path.startswith("/") or path.startswith("//") or not has_page(state.tree, path):
        return ""
    incoming.context.path, incoming.context.query = unquote(path), query
    return f"{path}?{query}" if query else path


def _page_at(state: AppState, url: str) -> PageAnswer | None:
    """The page of a call; None for ""."""
    path, _, query = url.partition("?")
    match = match_route(state.tree, path) if url else None
    return None if match is None else PageAnswer(path, query, match)


async def _answer_call(
    incoming: Incoming, state: AppState, action: ServerAction, outcome: ActionOutcome, page: str
) -> None:
    """Answer with the result of a call, and with a page where the one that calls, or another, is to be shown anew."""
    revalidated, signal = incoming.context.revalidated, outcome.signal
    target = _page_at(state, page) if revalidated else None
    extras: dict[str, Any] = {"revalidated": changed_sources(incoming.context, state.keys)} if revalidated else {}
    if isinstance(signal, Redirect):
        base = _page_at(state, page) or PageAnswer("/", "", NOWHERE)
        try:
            location = resolve_redirect(signal, incoming.caller, base.path)
        except ContextError as error:
            outcome = ActionOutcome(error=error)
        else:
            kind = signal.kind or "push"
            extras["redirect"] = location.payload(kind)
            target = redirected_answer(state, base, location, kind)
    failure = _failure(state, action, outcome)
    if failure is not None and isinstance(signal, _SHOWN_BY_PAGES):
        shown = _page_at(state, page)
        target = None if shown is None else show_failure(shown, failure)
    status = 200 if failure is None or isinstance(outcome.signal, Redirect) else failure.status
    result = Settled(outcome.value, failure)
    if target is not None:
        extras[RETURN_VALUE] = Boundary(RETURN_VALUE, result)
        await answer_page(incoming, state, replace(target, extras=extras), flight_sender(incoming, state, status))
        return
    facts = {**page_facts(state, page), **extras}

    async def answer_result() -> None:
        rows = plain_rows(facts, RETURN_VALUE, outcome.value) if failure is None else None
        if rows is not None:
            await send_rows(incoming, state, status, rows)
            return
        async with FlightStream(state.references(f"action {action.name}")) as stream:
            await stream.start_result(facts, result)
            await flight_sender(incoming, state)(stream, status)

    await unless_gone(incoming.receive, answer_result)
