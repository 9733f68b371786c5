"""Answers with a page: as a document for a browser, as Flight for our own runtime."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Final, Protocol
from urllib.parse import unquote

from jetbridge import wire
from jetbridge.cache.reading import Reads, collect_reads
from jetbridge.context import RequestContext
from jetbridge.errors import ContextError, Redirect
from jetbridge.flight.encoder import ClientRow
from jetbridge.flight.model import FRAGMENT, Element
from jetbridge.rendering.compose import Component, Failed, compose_page, failed_level, failure_document
from jetbridge.rendering.document import render_document
from jetbridge.rendering.failures import Failure, describe_failure
from jetbridge.rendering.stream import AtEnd, FlightStream, ShellFailure
from jetbridge.routing.match import RouteMatch, match_route
from jetbridge.server.cache_log import cache_header
from jetbridge.server.disconnect import unless_gone
from jetbridge.server.incoming import Incoming
from jetbridge.server.parameters import SearchParams, bind_parameters, page_values
from jetbridge.server.redirects import Location, resolve_redirect
from jetbridge.server.responses import RawHeaders, raw_headers, send_bytes, send_stream
from jetbridge.server.sources import page_sources
from jetbridge.server.state import AppState

MAX_REDIRECTS: Final = 10

NOWHERE: Final = RouteMatch((), {}, "/")
"""Stands for the page of a call that names none."""


class Rows(Protocol):
    """The rows of a page: `FlightStream`."""

    @property
    def is_complete(self) -> bool:
        """Whether the next chunk is all there is."""

    @property
    def client_rows(self) -> list[ClientRow]: ...

    async def next_chunk(self) -> bytes:
        """Rows that became ready; b"" at the end."""


Deliver = Callable[[Rows, int], Awaitable[None]]
"""Sends a response whose shell is complete, with this status."""


@dataclass(frozen=True, slots=True)
class PageAnswer:
    """A page to be rendered.

    path, query: of the page. extras: further members of the payload, such as `returnValue`.
    failed: show this failure instead of what is below one layout. status: of the response.
    redirects: how many were followed to come here.
    """

    path: str
    query: str
    match: RouteMatch
    extras: dict[str, Any] = field(default_factory=dict)
    failed: Failed | None = None
    status: int = 200
    redirects: int = 0

    @property
    def url(self) -> str:
        return f"{self.path}?{self.query}" if self.query else self.path


Attempt = Callable[[PageAnswer], Awaitable[ShellFailure | None]]
"""Renders and delivers. Returns what the shell failed with: then nothing has been sent."""


def show_failure(answer: PageAnswer, failure: Failure) -> PageAnswer:
    """The same page with its nearest boundary showing a failure."""
    segments = answer.match.segments
    level = failed_level(segments, len(segments) - 1, failure, None)
    return replace(answer, failed=Failed(level, failure), status=failure.status)


async def answer_page(
    incoming: Incoming, state: AppState, answer: PageAnswer, deliver: Deliver, first: Attempt | None = None
) -> None:
    """Render a page and deliver it; what fails before the first byte turns it into another answer.

    first: how the page itself is attempted, before it is known whether it fails; by default as the others.
    A redirect is followed here when the answer goes to our runtime, and sent to a browser that wants a document.
    Raises: ClientGone when nobody waits for the answer any more.
    """
    await unless_gone(incoming.receive, lambda: render_until_delivered(incoming, state, answer, deliver, first))


async def render_until_delivered(
    incoming: Incoming, state: AppState, answer: PageAnswer, deliver: Deliver, first: Attempt | None = None
) -> None:
    """As `answer_page`, also when the one who asks goes away."""
    incoming.context.phase = "render"
    incoming.context.memos.clear()
    # What an action has read is not what the page is made from.
    incoming.context.read_tags.clear()
    incoming.context.private_reads.clear()
    attempt = first
    while True:
        incoming.context.path, incoming.context.query = unquote(answer.path), answer.query
        incoming.context.pattern = answer.match.pattern
        if attempt is not None:
            shell = await attempt(answer)
        else:
            shell = await attempt_page(state, answer, incoming.context, deliver)
        if shell is None:
            return
        following = await _after_failure(incoming, state, answer, shell)
        if following is None:
            return
        answer, attempt = following, None


async def attempt_page(
    state: AppState, answer: PageAnswer, context: RequestContext, deliver: Deliver
) -> ShellFailure | None:
    """Render and deliver. Returns what the shell failed with: then nothing has been sent."""
    # A page that can be kept may say by what and how long, also when it is not.
    with nullcontext() if state.pages.life(answer.match) is None else collect_reads(fresh_only=False):
        payload = page_payload(state, answer, context, SearchParams(answer.query))
        async with FlightStream(state.references(f"page {answer.path}")) as stream:
            shell = await stream.start(payload)
            if shell is None:
                await deliver(stream, answer.status)
            return shell


async def _after_failure(
    incoming: Incoming, state: AppState, answer: PageAnswer, shell: ShellFailure
) -> PageAnswer | None:
    """What to answer instead; None when that has been sent. Raises: the failure, when nothing is left to show it in."""
    failure = shell.failure
    if isinstance(failure.error, Redirect):
        try:
            return await _follow(incoming, state, answer, failure.error)
        except ContextError as error:
            failure = describe_failure(error, f"page {answer.path}", debug=state.config.dev)
    below = None if answer.failed is None else answer.failed.level
    if below == -1:
        raise failure.error
    level = failed_level(answer.match.segments, shell.level, failure, below)
    return replace(answer, failed=Failed(level, failure), status=failure.status)


async def _follow(incoming: Incoming, state: AppState, answer: PageAnswer, redirect: Redirect) -> PageAnswer | None:
    location = resolve_redirect(redirect, incoming.caller, answer.path)
    if not incoming.wants_flight:
        status = 303 if incoming.method == "POST" else 308 if redirect.permanent else 307
        await send_redirect(incoming, location, status)
        return None
    following = redirected_answer(state, answer, location, redirect.kind or "replace")
    if following is None:
        payload = {
            **page_facts(state, answer.url),
            **answer.extras,
            "redirect": location.payload(redirect.kind or "replace"),
        }
        async with FlightStream(state.references("redirect")) as stream:
            await stream.start(payload)
            await flight_sender(incoming, state)(stream, 200)
    return following


def redirected_answer(state: AppState, answer: PageAnswer, location: Location, kind: str) -> PageAnswer | None:
    """The target page of a redirect, for the same response; None when the browser must load it by itself."""
    match = None if location.external else match_route(state.tree, location.path)
    if match is None or match.page is None or answer.redirects >= MAX_REDIRECTS:
        return None
    # The first redirect decides whether the history gets an entry: the ones after it were never shown.
    first = answer.extras.get("redirect", {}).get("kind", kind)
    extras = {**answer.extras, "redirect": location.payload(first)}
    return PageAnswer(location.path, location.query, match, extras, redirects=answer.redirects + 1)


async def send_redirect(incoming: Incoming, location: Location, status: int) -> None:
    """A redirect for a browser without our runtime."""
    headers = raw_headers({"location": location.url, "cache-control": "no-store"})
    await send_bytes(incoming.send, status, headers + cookie_headers(incoming.context), b"")


def flight_sender(incoming: Incoming, state: AppState, status: int | None = None) -> Deliver:
    """Delivers Flight rows. status: of a call's answer, which the page that comes with it does not change."""

    async def deliver(stream: Rows, page_status: int) -> None:
        given = page_status if status is None else status
        if stream.is_complete:
            await send_rows(incoming, state, given, await stream.next_chunk())
        else:
            headers = [*_flight_headers(state.build.id), *_own_headers(incoming, state)]
            await _send(incoming, given, headers, _chunks(stream))

    return deliver


async def send_rows(incoming: Incoming, state: AppState, status: int, rows: bytes) -> None:
    """Flight rows that are all there is."""
    headers = [*_flight_headers(state.build.id), *_own_headers(incoming, state)]
    await send_bytes(incoming.send, status, headers, rows)


@lru_cache(maxsize=8)
def _flight_headers(build_id: str) -> RawHeaders:
    return raw_headers(
        {
            "content-type": wire.FLIGHT_CONTENT_TYPE,
            "cache-control": "private, no-store",
            "vary": "accept",
            "x-content-type-options": "nosniff",
            wire.BUILD_HEADER: build_id,
        }
    )


def document_sender(incoming: Incoming, state: AppState, further: Mapping[str, str] | None = None) -> Deliver:
    """Delivers a document with the rows inlined. further: headers besides the usual ones."""

    async def deliver(stream: Rows, status: int) -> None:
        headers = raw_headers(
            {
                "content-type": "text/html; charset=utf-8",
                "cache-control": "private, no-cache",
                "vary": "accept",
                "x-content-type-options": "nosniff",
                **(further or {}),
            }
        )
        options = state.document_options(stream.client_rows)
        pieces = render_document(stream.next_chunk, state.renderer, options)
        await _send(incoming, status, headers + _own_headers(incoming, state), pieces)

    return deliver


async def _send(incoming: Incoming, status: int, headers: RawHeaders, chunks: AsyncGenerator[bytes, None]) -> None:
    if incoming.method == "HEAD":
        await incoming.send({"type": "http.response.start", "status": status, "headers": headers})
        await incoming.send({"type": "http.response.body", "body": b""})
    else:
        await send_stream(incoming.send, status, headers, chunks)


async def _chunks(stream: Rows) -> AsyncGenerator[bytes, None]:
    while chunk := await stream.next_chunk():
        yield chunk


def _own_headers(incoming: Incoming, state: AppState) -> RawHeaders:
    """Those of this very request."""
    return cookie_headers(incoming.context) + cache_header(incoming.context, state)


def cookie_headers(context: RequestContext) -> RawHeaders:
    """What the request's code asked to be set."""
    changes = context.cookie_changes
    return raw_headers({}, changes) if changes else []


async def apply_revalidation(context: RequestContext, state: AppState) -> None:
    """Expire in the store what the request's code asked for. It counts even when that code raised later."""
    if context.expired_tags:
        await state.store.expire_tags(context.expired_tags)
    for tag, seconds in context.stale_tags.items():
        await state.store.expire_tags([tag], stale_for=seconds)
    if context.expired_paths:
        await state.store.expire_paths(context.expired_paths)


def page_facts(state: AppState, url: str) -> dict[str, Any]:
    """The members that every payload has. url: path and query of the page."""
    return {"page": url, "build": state.build.id, "renderedAt": time.time() * 1000}


def page_payload(
    state: AppState, answer: PageAnswer, context: RequestContext, search: SearchParams, kept: Reads | None = None
) -> dict[str, Any]:
    """What is rendered. search: the query as the page sees it. kept: what is read for a page that is to be kept."""
    # As a child, so that a layout that is not ready becomes a lazy node and not a promise.
    root = Element(FRAGMENT, None, {"children": _root(answer, search)})

    def find_sources() -> list[str]:
        if kept is not None:
            context.read_tags |= kept.tags
        return page_sources(context, state.keys, kept=kept is not None)

    sources = AtEnd(find_sources)
    return {**page_facts(state, answer.url), **answer.extras, "root": root, "sources": sources}


def _root(answer: PageAnswer, search: SearchParams) -> Any:
    if answer.failed is not None and answer.failed.level == -1:
        return failure_document(answer.failed.failure)
    values = page_values(answer.match.params, search)

    def props_for(component: Component) -> dict[str, Any]:
        return bind_parameters(component, values)

    return compose_page(answer.match.segments, answer.match.page, props_for, answer.failed)
