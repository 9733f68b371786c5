"""Answers with a route handler: the functions of a route.py, for everyone who is not the React application."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import anyio
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Send

from jetbridge.errors import ConfigError, Forbidden, MethodNotAllowed, NotFound, Redirect, Unauthorized
from jetbridge.routing.match import RouteMatch
from jetbridge.server.incoming import Incoming
from jetbridge.server.page_endpoint import apply_revalidation, cookie_headers, send_redirect
from jetbridge.server.parameters import bind_parameters, page_values
from jetbridge.server.redirects import resolve_redirect
from jetbridge.server.responses import raw_headers, send_bytes
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
    send = _without_body(incoming.send) if method == "HEAD" else incoming.send
    try:
        response = await _call_handler(handler, incoming, match)
    except Redirect as redirect:
        await apply_revalidation(incoming.context, state)
        location = resolve_redirect(redirect, incoming.caller, incoming.path)
        status = 303 if method == "POST" else 308 if redirect.permanent else 307
        await send_redirect(incoming, state, location, status)
    except (NotFound, Forbidden, Unauthorized) as signal:
        await apply_revalidation(incoming.context, state)
        await send_bytes(send, signal.status, cookie_headers(incoming.context, state), b"")
    else:
        await apply_revalidation(incoming.context, state)
        response.raw_headers.extend(cookie_headers(incoming.context, state))
        incoming.context.phase = "render"
        await response(incoming.scope, incoming.receive, send)


def allowed_methods(handlers: Handlers) -> list[str]:
    """What `Allow` lists: the handlers, and what is answered without one."""
    methods = set(handlers) | {"OPTIONS"} | ({"HEAD"} if "GET" in handlers else set())
    return sorted(methods)


async def _call_handler(handler: Callable[..., Any], incoming: Incoming, match: RouteMatch) -> Response:
    request = Request(incoming.scope, incoming.receive)
    values = bind_parameters(handler, {**page_values(match.params, incoming.query), "request": request})
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


def _without_body(send: Send) -> Send:
    async def send_head(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return send_head
