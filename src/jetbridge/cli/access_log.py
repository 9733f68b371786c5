"""One line in the terminal for each request of the application, in development."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from jetbridge import wire
from jetbridge.errors import JetbridgeError
from jetbridge.server.application import Jetbridge

logger = logging.getLogger("jetbridge.access")

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class AccessLog:
    """The application, with a log line at the end of each response. Vite's files and web sockets have none."""

    def __init__(self, application: Jetbridge) -> None:
        self._application = application

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(wire.DEV_PATH):
            await self._application(scope, receive, send)
            return
        started = time.perf_counter()
        status = 0

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._application(scope, receive, watch)
        finally:
            seconds = time.perf_counter() - started
            logger.info("%s  %s  %.0f ms", self._what(scope), status or "no answer", seconds * 1000)

    def _what(self, scope: Message) -> str:
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        path, method = scope["path"], scope["method"]
        if path.startswith(wire.ACTION_PATH):
            page = headers.get(wire.PAGE_HEADER.encode(), "?")
            return f"action {self._action_name(path.removeprefix(wire.ACTION_PATH))}  on {page[:100]}"
        kind = "  (form)" if method == "POST" and "form" in headers.get(b"content-type", "") else ""
        if headers.get(b"accept", "").startswith(wire.FLIGHT_CONTENT_TYPE):
            kind = "  (navigation)"
        return f"{method} {path[:200]}{kind}"

    def _action_name(self, id: str) -> str:
        try:
            action = self._application.state.registry.resolve(id)
        except JetbridgeError:
            return "with an unknown id"
        return action.export or action.qualname.rpartition(".")[2]
