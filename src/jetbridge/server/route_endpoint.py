"""Answers with a route handler: the functions of a route.py, for everyone who is not the React application."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import anyio
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Send

from jetbridge.errors import ConfigError, MethodNotAllowed, Redirect, Signal, captured
from jetbridge.routing.match import RouteMatch
from jetbridge.server.incoming import Incoming
from jetbridge.server.page_endpoint import apply_revalidation, cookie_headers, send_redirect
from jetbridge.server.parameters import SearchParams, bind_parameters, page_values
from jetbridge.server.redirects import resolve_redirect
from jetbridge.server.responses import raw_headers, send_bytes
from jetbridge.server.session import save_session
from jetbridge.server.state import AppState

Handlers = Mapping[str, Callable[..., Any]]


async def handle_route(incoming: Incoming, state: AppState, match: RouteMatch, handlers: Handlers) -> None:
    """Run the handler of the request's method. HEAD falls back to GET; OPTIONS is answered when there is no handler.

    What the handler reads, answers and streams is its own affair: no origin check, no limit on the body.
    """
    method = incoming.method
    handler = handlers.get(method) or (handlers.get("GET") if method == "HEAD" else None)
    if handler is None:
        allow = allowed_methods(handlers)
        if method == "OPTIONS":
            await send_bytes(incoming.send, 204, raw_headers({"allow": ", ".join(allow)}), b"")
            return
        raise MethodNotAllowed(f"{method} on {match.pattern}", allow)
    incoming.context.phase = "handler"
    signal: Signal | None = None
    response: Response | None = None
    try:
        response = await _call_handler(handler, incoming, match)
    except BaseException as error:
        ended = captured(error)
        if not isinstance(ended, Signal):
            raise
        signal = ended
    finally:
        # As with actions: what was asked for counts, however the handler ends.
        with anyio.CancelScope(shield=True):
            await apply_revalidation(incoming.context, state)
    save_session(incoming.context, state)
    incoming.context.phase = "render"
    if response is not None:
        await response(incoming.scope, incoming.receive, _with_cookies(incoming))
    elif signal is not None:
        await _answer_signal(incoming, signal)


async def _answer_signal(incoming: Incoming, signal: Signal) -> None:
    if isinstance(signal, Redirect):
        status = 303 if incoming.method == "POST" else 308 if signal.permanent else 307
        await send_redirect(incoming, resolve_redirect(signal, incoming.caller, incoming.path), status)
    else:
        await send_bytes(incoming.send, signal.status, cookie_headers(incoming.context), b"")


def allowed_methods(handlers: Handlers) -> list[str]:
    """What `Allow` lists: the handlers, and what is answered without one."""
    methods = set(handlers) | {"OPTIONS"} | ({"HEAD"} if "GET" in handlers else set())
    return sorted(methods)


async def _call_handler(handler: Callable[..., Any], incoming: Incoming, match: RouteMatch) -> Response:
    request = Request(incoming.scope, incoming.receive)
    values = bind_parameters(handler, {**page_values(match.params, SearchParams(incoming.query)), "request": request})
    if inspect.iscoroutinefunction(handler):
        response = await handler(**values)
    else:
        response = await anyio.to_thread.run_sync(lambda: handler(**values))
    if not isinstance(response, Response):
        raise ConfigError(
            f"{handler.__module__}.{handler.__name__} returned {type(response).__name__}: a route handler returns a "
            "Response, for example starlette.responses.JSONResponse(...)."
        )
    return response


def _with_cookies(incoming: Incoming) -> Send:
    """`send` that adds the cookies. The response stays as it is: a handler may return one object to everybody."""
    cookies = cookie_headers(incoming.context)

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", ()), *cookies]}
        await incoming.send(message)

    return send if cookies else incoming.send
