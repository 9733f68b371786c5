"""The ASGI application: lifespan, the choice of endpoint, and errors turned into responses."""

from __future__ import annotations

import asyncio
import html
import logging
import os
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import anyio
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from jetbridge import wire
from jetbridge.cache.subtrees import use_subtrees
from jetbridge.config import Config
from jetbridge.context import request_context
from jetbridge.errors import ConfigError, ContextError, JetbridgeError, MethodNotAllowed, RequestError, Signal, captured
from jetbridge.rendering.failures import describe_failure, log_text
from jetbridge.routing.match import match_route
from jetbridge.server.action_endpoint import handle_action, handle_form_post
from jetbridge.server.after import report_errors, run_after
from jetbridge.server.body import ClientGone
from jetbridge.server.cache_log import log_cache
from jetbridge.server.incoming import Incoming, read_incoming
from jetbridge.server.page_request import handle_page
from jetbridge.server.responses import raw_headers, send_bytes, send_json, send_text
from jetbridge.server.route_endpoint import handle_route
from jetbridge.server.state import AppState, OnError
from jetbridge.server.wiring import Wiring, wire_application

logger = logging.getLogger("jetbridge")

START_SECONDS: Final = 5.0
"""How long the start waits for the Node worker. Until that is ready, pages are rendered by the browser."""


class Jetbridge:
    """A jetbridge application, served by any ASGI server and mountable in Starlette or FastAPI.

    app_dir: the folder with the pages, relative to `root` (by default the working directory). config: instead of both.
    on_error: is told of each error that nobody expected, when the response has been sent; never of redirects, refusals,
        an `ActionError` or a browser that went away.
    Raises: ConfigError, RouteConflict when it cannot start. In development it answers with the error instead.
    """

    def __init__(
        self,
        app_dir: str | None = None,
        *,
        root: str | Path | None = None,
        config: Config | None = None,
        on_error: OnError | None = None,
    ) -> None:
        self.config = config or Config.load(root or ".", app_dir=app_dir)
        self._error: JetbridgeError | None = None
        self._wiring: Wiring | None = None
        self._starting = anyio.Lock()
        self._warned_of_mount = False
        self._started = False
        try:
            self._wiring = wire_application(self.config, on_error)
        except JetbridgeError as error:
            if not self.config.dev:
                raise
            self._error = error

    @property
    def state(self) -> AppState:
        """The wired parts. Raises: the error that kept the application from starting."""
        if self._wiring is None:
            raise self._error or ConfigError("The application is not wired.")
        return self._wiring.state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)
        else:
            await receive()
            await send({"type": "websocket.close", "code": 1000})

    async def start(self) -> None:
        """Start what runs beside the server, and wait for it a moment. The lifespan does it, or else the first request.

        Raises: ConfigError when the Node worker says that the build cannot be served.
        """
        async with self._starting:
            if self._started or self._wiring is None:
                return
            # At once: whoever gives up waiting leaves behind what has begun, and nothing is started twice.
            self._started = True
            with anyio.move_on_after(START_SECONDS) as waiting:
                await self._wiring.start()
        if waiting.cancelled_caught:
            logger.warning(
                "Node is not ready after %g s. Until it is, pages are rendered by the browser.", START_SECONDS
            )

    async def close(self) -> None:
        """End everything that `start` began."""
        if self._started and self._wiring is not None:
            await self._wiring.close()
        self._started = False

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            try:
                await self.start()
            except Exception as error:
                logger.exception("jetbridge could not start")
                await send({"type": "lifespan.startup.failed", "message": str(error)})
                return
            await send({"type": "lifespan.startup.complete"})
            await receive()
        finally:
            # Also when the server was told to end while it started.
            await self.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._started:
            try:
                await self.start()
            except ConfigError as error:
                logger.error("Pages are rendered by the browser. %s", error)
        wiring = self._wiring
        if wiring is None:
            await _send_start_error(send, self._error)
            return
        if wiring.dev_proxy is not None and scope["path"].startswith(wire.DEV_PATH):
            await wiring.dev_proxy.respond(scope, send)
            return
        incoming = read_incoming(scope, receive, send, wiring.state)
        if not self._warned_of_mount and scope.get("root_path", "").strip("/"):
            self._warn_of_mount(scope["root_path"])
        with request_context(incoming.context), wiring.own_cache(), use_subtrees(wiring.subtrees):
            try:
                await _respond(incoming, wiring.state)
            except BaseException as error:
                await _end_with(error, incoming, wiring.state)
            finally:
                log_cache(incoming.context, wiring.state)
                if incoming.context.after:
                    await run_after(incoming.context)
                if incoming.context.reports:
                    await report_errors(incoming.context, wiring.state.on_error)
                for upload in incoming.context.uploads:
                    upload.close()

    def _warn_of_mount(self, path: str) -> None:
        self._warned_of_mount = True
        logger.warning(
            "jetbridge is mounted at %s. Route handlers work there. Pages have to be mounted at /: the browser asks "
            "for their files and actions below %s.",
            log_text(path, 100),
            wire.PREFIX,
        )


async def _respond(incoming: Incoming, state: AppState) -> None:
    path = incoming.path
    if path.startswith(wire.PREFIX):
        await _respond_own(incoming, state)
        return
    match = match_route(state.tree, path)
    if match is not None and match.handlers is not None:
        await handle_route(incoming, state, match, match.handlers)
        return
    if incoming.method in ("GET", "HEAD"):
        file = state.public.find(path)
        response = None if file is None else await state.public.response(file)
        if response is not None:
            await response(incoming.scope, incoming.receive, incoming.send)
            return
        if match is not None and path.endswith("/") and path != "/":
            query = f"?{incoming.query}" if incoming.query else ""
            # One leading slash: "//host/" would send the browser to another host.
            target = quote(incoming.scope.get("root_path", "").rstrip("/")) + "/" + path.strip("/") + query
            await send_bytes(incoming.send, 308, raw_headers({"location": target}), b"")
            return
    elif match is None:
        logger.info("%s refused with 404: no route fits", str(incoming))
        await send_text(incoming.send, 404, "Not found.")
        return
    if incoming.method == "POST" and match is not None:
        await handle_form_post(incoming, state, match)
    else:
        await handle_page(incoming, state, match)


async def _respond_own(incoming: Incoming, state: AppState) -> None:
    if incoming.path.startswith(wire.ACTION_PATH):
        await handle_action(incoming, state)
    elif incoming.path.startswith(wire.ASSET_PATH):
        if incoming.method not in ("GET", "HEAD"):
            raise MethodNotAllowed(f"{incoming.method} on a built file", ("GET", "HEAD"))
        encoding = incoming.headers.get("accept-encoding", "")
        await state.assets.respond(incoming.send, incoming.path, encoding)
    else:
        await send_text(incoming.send, 404, "Not found.")


async def _end_with(error: BaseException, incoming: Incoming, state: AppState) -> None:
    """Answer a request that ended with an exception. Raises: what must go on its way, such as cancellation.

    Apart from the frame that caught it, so that the exception and that frame do not hold each other.
    """
    ended = captured(error) or _stray_cancellation(error)
    if ended is None:
        raise error
    if not _means_gone(ended):
        await _send_error(incoming, state, ended)


def _stray_cancellation(error: BaseException) -> RuntimeError | None:
    """A failure for a cancellation that reached a request which nobody cancelled: out of something that it awaited."""
    task = asyncio.current_task() if isinstance(error, asyncio.CancelledError) else None
    if task is None or task.cancelling():
        return None
    return RuntimeError("something that was awaited here was cancelled").with_traceback(error.__traceback__)


def _means_gone(error: BaseException) -> bool:
    """Whether something ended only because the other side has closed the connection."""
    if isinstance(error, BaseExceptionGroup):
        return error.split((ClientGone, ClientDisconnect))[1] is None
    return isinstance(error, ClientGone | ClientDisconnect)


async def _send_error(incoming: Incoming, state: AppState, error: Exception | Signal) -> None:
    """The one place where an error becomes a response."""
    if isinstance(error, Signal):
        late = ContextError(f"{type(error).__name__} was raised while a response was being sent: it comes too late.")
        error = late.with_traceback(error.__traceback__)
    if isinstance(error, RequestError) and not incoming.send.started:
        logger.info("%s refused with %d: %s", str(incoming), error.status, log_text(error))
        await _send_refusal(incoming, error)
        return
    failure = describe_failure(error, str(incoming), debug=state.config.dev)
    if incoming.send.started:
        # Half a response must not look like a whole one: the server closes the connection.
        raise error
    text = failure.message or f"Something went wrong. Reference: {failure.digest}"
    await send_text(incoming.send, failure.status, text)


async def _send_refusal(incoming: Incoming, error: RequestError) -> None:
    headers = {"allow": ", ".join(error.allow)} if isinstance(error, MethodNotAllowed) else {}
    if error.retry_after is not None:
        headers["retry-after"] = str(error.retry_after)
    if error.status in (408, 413) and incoming.scope.get("http_version", "1.1").startswith("1"):
        headers["connection"] = "close"
    if incoming.is_call:
        await send_json(incoming.send, error.status, _refusal(error), headers)
    else:
        await send_text(incoming.send, error.status, error.public, headers)


def _refusal(error: RequestError) -> dict[str, Any]:
    """What a caller is told of a refusal: a sentence, a name for programs, and what it can do about it."""
    told: dict[str, Any] = {"error": error.public, "code": error.code}
    fields = getattr(error, "fields", None)
    if fields:
        told["fields"] = fields
    if error.retry_after is not None:
        told["retryAfter"] = error.retry_after
    return told


async def _send_start_error(send: Send, error: JetbridgeError | None) -> None:
    """In development: why the application does not run. The page asks again until it does."""
    text = html.escape(str(error))
    page = (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>jetbridge: cannot start</title>'
        '<meta http-equiv="refresh" content="1"><style>body{font:16px/1.5 system-ui;margin:3rem;max-width:60rem}'
        "pre{white-space:pre-wrap;padding:1rem;background:#fdecec;border-left:4px solid #b3261e}</style></head>"
        f"<body><h1>The application cannot start</h1><pre>{text}</pre>"
        "<p>Mend the file and save it: this page reloads by itself.</p></body></html>"
    )
    headers = raw_headers({"content-type": "text/html; charset=utf-8", "cache-control": "no-store"})
    await send_bytes(send, 500, headers, page.encode())


def create_app() -> Jetbridge:
    """The application of the project in JETBRIDGE_ROOT, or in the working directory: for `uvicorn --factory`."""
    return Jetbridge(root=os.environ.get("JETBRIDGE_ROOT", "."))
