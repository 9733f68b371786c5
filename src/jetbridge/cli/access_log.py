"""One line in the terminal for each request of the application, in development."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from jetbridge import wire
from jetbridge.server.application import Jetbridge

logger = logging.getLogger("jetbridge.access")

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class AccessLog:
    """The application, with a log line at the end of each response. Vite's files have none, calls have their own."""

    def __init__(self, application: Jetbridge) -> None:
        self._application = application

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(wire.PREFIX):
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
            logger.info("%s  %s  %.0f ms", _what(scope), status or "no answer", seconds * 1000)


def _what(scope: Message) -> str:
    headers = dict(scope["headers"])
    kind = ""
    if headers.get(b"accept", b"").startswith(wire.FLIGHT_CONTENT_TYPE.encode()):
        kind = "  (navigation)"
    elif scope["method"] == "POST" and b"form" in headers.get(b"content-type", b""):
        kind = "  (form)"
    # A path may hold line breaks once it is decoded, and would write lines of its own.
    path = "".join(char if char.isprintable() else "?" for char in scope["path"][:200])
    return f"{scope['method']} {path}{kind}"
