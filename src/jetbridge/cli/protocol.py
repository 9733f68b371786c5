"""HTTP/1.1 as uvicorn reads it, with limits on the head of a request: size, and time."""

from __future__ import annotations

import asyncio
from typing import Any, Final

try:
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
except ImportError:  # without the extra "standard": uvicorn's other parser has limits of its own
    from uvicorn.protocols.http.h11_impl import H11Protocol as HttpProtocol
else:
    MAX_HEAD_BYTES: Final = 64 * 1024
    HEAD_SECONDS: Final = 30.0
    """How long a connection may take until it has sent a request: its first one, or one that it has begun."""

    class HttpProtocol(HttpToolsProtocol):  # type: ignore[no-redef]
        """Closes a connection whose request has an endless head, or one that does not come."""

        _head_bytes = 0
        _in_head = False
        _giving_up: asyncio.TimerHandle | None = None

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self._giving_up = self.loop.call_later(HEAD_SECONDS, transport.close)

        def connection_lost(self, exc: Exception | None) -> None:
            self._go_on()
            super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            if not self._in_head:
                self._go_on()
                return
            self._head_bytes += len(data)
            if self._head_bytes > MAX_HEAD_BYTES and not self.transport.is_closing():
                self.send_400_response("The head of the request is too large.")
            elif self._giving_up is None:
                self._giving_up = self.loop.call_later(HEAD_SECONDS, self.transport.close)

        def on_message_begin(self) -> None:
            super().on_message_begin()
            self._head_bytes, self._in_head = 0, True

        def on_headers_complete(self) -> None:
            self._in_head = False
            super().on_headers_complete()

        def _go_on(self) -> None:
            if self._giving_up is not None:
                self._giving_up.cancel()
                self._giving_up = None


__all__ = ["HttpProtocol"]
