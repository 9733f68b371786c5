"""A browser asks for a page: it gets what is kept, or what is rendered now, for it alone or for all who ask.

A page is kept as Flight, and in production as HTML too, which is made of the kept Flight. What it is kept under, and
what its query has to do with that, stands in `page_cache`.
"""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from typing import Final

from starlette.types import Message

from jetbridge.cache.background import start_in_background
from jetbridge.cache.reading import Reads, collect_reads
from jetbridge.cache.store import Lookup, covers
from jetbridge.context import MAX_CACHE_EVENTS, CacheEvent, CacheOutcome, Headers, RequestContext, request_context
from jetbridge.errors import MethodNotAllowed, NotFound
from jetbridge.rendering.document import render_document
from jetbridge.rendering.failures import describe_failure
from jetbridge.rendering.stream import FlightStream, ShellFailure
from jetbridge.routing.match import RouteMatch, match_not_found
from jetbridge.server.cache_log import cache_header
from jetbridge.server.exchange import BodyReceive, GuardedSend
from jetbridge.server.incoming import Incoming
from jetbridge.server.kept_page import Asked, Collected, KeptPage, PageKind
from jetbridge.server.page_cache import PageLife, PageRequest, Rendering
from jetbridge.server.page_endpoint import (
    Deliver,
    PageAnswer,
    Rows,
    answer_page,
    attempt_page,
    document_sender,
    flight_sender,
    page_payload,
    render_until_delivered,
    show_failure,
)
from jetbridge.server.parameters import SearchParams
from jetbridge.server.responses import send_bytes
from jetbridge.server.state import AppState

_NO_HEADERS: Final = Headers(())


async def handle_page(incoming: Incoming, state: AppState, match: RouteMatch | None) -> None:
    """Answer GET or HEAD for a page; `match` is None where no route fits."""
    if incoming.method not in ("GET", "HEAD"):
        raise MethodNotAllowed(f"{incoming.method} on a page", ("GET", "HEAD", "POST"))
    life = None if match is None else state.pages.life(match)
    if match is not None and life is not None:
        request = state.pages.request(incoming.path, incoming.query, match)
        if request is not None:
            await _KeptAnswer(incoming, state, match, life, request).answer()
            return
    answer = PageAnswer(incoming.path, incoming.query, match or match_not_found(state.tree, incoming.path))
    if match is None:
        answer = show_failure(answer, describe_failure(NotFound(), "", debug=state.config.dev))
    await answer_page(incoming, state, answer, _sender(incoming, state))


def _sender(incoming: Incoming, state: AppState) -> Deliver:
    return flight_sender(incoming, state) if incoming.wants_flight else document_sender(incoming, state)


class _KeptAnswer:
    """The answer to one request for a page that says `revalidate`."""

    def __init__(
        self, incoming: Incoming, state: AppState, match: RouteMatch, life: PageLife, request: PageRequest
    ) -> None:
        self._incoming = incoming
        self._context = incoming.context
        self._state = state
        self._match = match
        self._life = life
        self._request = request
        self._started = time.perf_counter()
        self._kind: PageKind = "flight" if incoming.wants_flight else "html"
        # In development HTML is made each time: an edit to a client component changes it.
        self._kept_kind: PageKind = "flight" if state.config.dev else self._kind
        self._deliver = _sender(incoming, state)

    async def answer(self) -> None:
        """Send the page."""
        pages, request = self._state.pages, self._request
        reason = pages.paused(request.path)
        seen: int | None = None
        while not reason:
            found, page = await self._look(self._kept_kind)
            # What began after this request did is new enough for it, whatever the store says of itself meanwhile.
            if seen is None or (seen < 0) != (found.version < 0):
                seen = found.version
            if page is not None:
                await self._send(page, found.tags, "stale" if found.stale else "hit")
                if found.stale:
                    self._renew(found.version)
                return
            rendering = pages.rendering(request)
            if rendering is None:
                await self._lead(pages.begin(request, found.version))
                return
            await rendering.done.wait()
            page = rendering.pages.get(self._kept_kind)
            if page is not None and covers(rendering.version, seen) and request.takes(page):
                await self._send(page, rendering.tags, "shared")
                return
            reason = rendering.refused
        self._note("own", (), f": {reason}")
        await answer_page(self._incoming, self._state, self._plain(), self._deliver)

    async def _look(self, kind: PageKind) -> tuple[Lookup, KeptPage | None]:
        """What the store has for this request."""
        pages, request = self._state.pages, self._request
        while True:
            found = await self._state.store.get(pages.key(request, kind), request.names)
            page = None if found.value is None else KeptPage.load(found.value)
            if page is None or page.kind != kind:
                return found, None
            if request.takes(page):
                return found, page
            if pages.learn(request, page.asked):
                return found, None

    # Rendering

    async def _lead(self, rendering: Rendering) -> None:
        """Render for all who wait. If this one goes away, another takes over."""
        try:
            first = partial(self._attempt, rendering)
            await answer_page(self._incoming, self._state, self._shown(), self._deliver, first)
        finally:
            self._state.pages.end(rendering)

    def _plain(self) -> PageAnswer:
        return PageAnswer(self._incoming.path, self._incoming.query, self._match)

    def _shown(self) -> PageAnswer:
        path, _, query = self._request.shown.partition("?")
        return PageAnswer(path, query, self._match)

    async def _attempt(self, rendering: Rendering, answer: PageAnswer) -> ShellFailure | None:
        """Answer with the page and keep it, if it can be shared; if not, deliver it as any other."""
        if self._kind == "html":
            found, page = await self._look("flight")
            if page is not None and not found.stale:
                rendering.version, rendering.tags = found.version, found.tags
                await self._finish(rendering, page, "hit")
                return None
            rendering.version = found.version
        rendered = await self._render(rendering, answer)
        if isinstance(rendered, KeptPage):
            await self._keep(rendering, rendered)
            await self._finish(rendering, rendered, "miss")
            return None
        return rendered

    async def _render(self, rendering: Rendering, answer: PageAnswer) -> KeptPage | ShellFailure | None:
        """The page as Flight; or what its shell failed with; None when it has been delivered and is not to be kept."""
        search, started = SearchParams(self._request.query), time.time()
        with collect_reads(fresh_only=True) as reads:
            payload = page_payload(self._state, answer, self._context, search, reads)
            async with FlightStream(self._state.references(f"page {answer.path}")) as stream:
                shell = await stream.start(payload)
                if shell is not None:
                    self._refuse(rendering, f"its status is {shell.failure.status}")
                    return shell
                if self._context.private_reads:
                    self._refuse(rendering, "")
                    await self._deliver(stream, answer.status)
                    return None
                rows = Collected(await _all_of(stream), stream.client_rows)
                failed = stream.failed
        if self._is_refused(rendering, failed, reads):
            await self._deliver(rows, answer.status)
            return None
        if not self._state.pages.learn(self._request, Asked.of(search)):
            self._refuse(rendering, "nobody knew yet what it reads of its query")
            # The rows say that they are for a query which leaves out what nobody seemed to read.
            return await attempt_page(self._state, self._plain(), self._context, self._deliver)
        rendering.tags = tuple(sorted(reads.tags))
        life = reads.life or self._life.profile
        asked = self._state.pages.asked(self._request)
        return KeptPage.make("flight", rows.body, started, asked, life, rows.client_rows)

    def _is_refused(self, rendering: Rendering, failed: bool, reads: Reads) -> bool:
        """Whether a page that is complete cannot be shared."""
        if self._context.private_reads:
            self._refuse(rendering, "")
        elif failed:
            self._refuse(rendering, "a part of it failed")
        elif not reads.kept:
            self._refuse(rendering, "its data is not to be kept")
        else:
            return False
        return True

    def _refuse(self, rendering: Rendering, reason: str) -> None:
        """Let the others who wait render for themselves. reason: "" for what the visitor alone may see."""
        private = self._context.private_reads
        if private:
            reads = " and ".join(f"{name}()" for name in sorted(private))
            reason = f"it reads {reads}"
            self._state.pages.pause(self._request.path, reason)
            self._state.pages.warn(self._request.pattern, reads)
        rendering.refused = reason
        self._state.pages.end(rendering)
        self._note("own", (), f": {reason}")

    async def _finish(self, rendering: Rendering, page: KeptPage, outcome: CacheOutcome) -> None:
        """Answer with Flight that is kept, or with the HTML of it."""
        if self._kept_kind == "html":
            page, is_whole = await _make_html(page, self._state)
            if is_whole:
                await self._keep(rendering, page)
        # Before it is sent: those who wait need not wait for a visitor who reads slowly.
        self._state.pages.end(rendering)
        await self._send(page, rendering.tags, outcome)

    async def _keep(self, rendering: Rendering, page: KeptPage) -> None:
        rendering.pages[page.kind] = page
        age, stale_for = page.times(time.time())
        await self._state.store.set(
            self._state.pages.key(self._request, page.kind),
            page.dump(),
            version=rendering.version,
            tags=rendering.tags,
            max_age=age,
            stale_for=stale_for,
        )

    # In the background

    def _renew(self, version: int) -> None:
        """Have a stale page made anew, by one task. The old one is given out until that has ended."""
        pages = self._state.pages
        if pages.rendering(self._request) is not None or pages.is_resting(self._request.path):
            return
        rendering = pages.begin(self._request, version)
        context = RequestContext(path=self._context.path, scheme=self._context.scheme)
        nobody = GuardedSend(_to_nobody, BodyReceive(_from_nobody, _NO_HEADERS), head=False)
        incoming = replace(self._incoming, method="GET", headers=_NO_HEADERS, send=nobody, context=context)
        anew = _KeptAnswer(incoming, self._state, self._match, self._life, replace(self._request))
        anew._kind, anew._kept_kind, anew._deliver = self._kind, self._kept_kind, _deliver_to_nobody

        async def renew() -> None:
            with request_context(context):
                try:
                    first = partial(anew._attempt, rendering)
                    await render_until_delivered(incoming, self._state, anew._shown(), anew._deliver, first)
                finally:
                    pages.end(rendering)
                    if rendering.refused:
                        pages.rest(self._request.path)
                if context.private_reads:
                    # What may be one visitor's own is not for the others, not even for a while.
                    await self._state.store.clear(f"page:{self._request.path}:")

        start_in_background(renew, f"page {self._request.path}, rendered anew in the background,")

    # Sending

    async def _send(self, page: KeptPage, tags: tuple[str, ...], outcome: CacheOutcome) -> None:
        self._note(outcome, tags)
        if page.kind != self._kind:
            await self._deliver(Collected([page.body], list(page.client_rows)), 200)
            return
        headers = page.headers(self._state.build.id) + cache_header(self._context, self._state)
        known = self._incoming.headers.get("if-none-match")
        if known is not None and page.is_known_to(known):
            await self._incoming.send({"type": "http.response.start", "status": 304, "headers": headers})
            await self._incoming.send({"type": "http.response.body", "body": b""})
        else:
            await send_bytes(self._incoming.send, 200, headers, page.body)

    def _note(self, outcome: CacheOutcome, tags: tuple[str, ...], note: str = "") -> None:
        events = self._context.cache_events
        if len(events) < MAX_CACHE_EVENTS:
            milliseconds = (time.perf_counter() - self._started) * 1000
            events.insert(0, CacheEvent(f"page {self._request.path}", outcome, tags, milliseconds, note))


async def _make_html(page: KeptPage, state: AppState) -> tuple[KeptPage, bool]:
    """The document of a page that is kept as Flight, and whether it is as it should be: Node may be away."""
    fallbacks: list[None] = []
    rows = Collected([page.body], list(page.client_rows))
    options = state.document_options(rows.client_rows)
    pieces = render_document(rows.next_chunk, state.renderer, options, lambda: fallbacks.append(None))
    body = b"".join([piece async for piece in pieces])
    return KeptPage.make("html", body, page.rendered_at, page.asked, page.life), not fallbacks


async def _all_of(rows: Rows) -> list[bytes]:
    chunks = []
    while chunk := await rows.next_chunk():
        chunks.append(chunk)
    return chunks


async def _to_nobody(message: Message) -> None:
    """`send` of a request that no browser made."""


async def _from_nobody() -> Message:
    return {"type": "http.disconnect"}


async def _deliver_to_nobody(rows: Rows, status: int) -> None:
    """What cannot be shared is of no use to anybody."""
