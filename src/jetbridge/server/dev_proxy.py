"""In development: passes Vite's URLs on to Vite, so that there is one port to open."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import anyio
from starlette.types import Receive, Scope, Send

from jetbridge.errors import ConfigError
from jetbridge.server.responses import send_bytes, send_stream, send_text

if TYPE_CHECKING:
    from httpx2 import AsyncClient
    from websockets.asyncio.client import ClientConnection

_HOP_BY_HOP: Final = frozenset(
    {b"connection", b"keep-alive", b"transfer-encoding", b"upgrade", b"te", b"trailer", b"content-length", b"host"}
)


class DevProxy:
    """A reverse proxy to the Vite server at `address`, such as "http://127.0.0.1:51234"."""

    def __init__(self, address: str) -> None:
        try:
            import httpx2
            import websockets  # noqa: F401
        except ImportError as error:
            raise ConfigError(f"Development needs {error.name}: pip install 'jetbridge[dev]'.") from None
        self._address = address
        self._host = urlsplit(address).netloc
        self._client: AsyncClient = httpx2.AsyncClient(base_url=address, timeout=60, trust_env=False)

    async def close(self) -> None:
        await self._client.aclose()

    async def http(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one GET on. Vite's URLs take no bodies."""
        import httpx2

        if scope["method"] not in ("GET", "HEAD"):
            await send_text(send, 405, "Method not allowed.", {"allow": "GET, HEAD"})
            return
        headers = [(name, value) for name, value in scope["headers"] if name not in _HOP_BY_HOP]
        request = self._client.build_request(scope["method"], _target(scope), headers=headers)
        try:
            response = await self._client.send(request, stream=True)
        except httpx2.HTTPError as error:
            await send_text(send, 502, f"Vite does not answer ({type(error).__name__}); see the terminal.")
            return
        try:
            answer = [(name.lower(), value) for name, value in response.headers.raw if name.lower() not in _HOP_BY_HOP]
            if scope["method"] == "HEAD":
                await send_bytes(send, response.status_code, answer, b"")
            else:
                await send_stream(send, response.status_code, answer, _raw(response))
        finally:
            await response.aclose()

    async def websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Join the browser's socket with Vite's, for hot reload."""
        from websockets.asyncio.client import connect
        from websockets.exceptions import WebSocketException
        from websockets.typing import Subprotocol

        await receive()
        protocols = [Subprotocol(name) for name in scope.get("subprotocols", ())]
        try:
            connection = connect(f"ws://{self._host}{_target(scope)}", subprotocols=protocols or None, proxy=None)
            async with connection as upstream:
                await send({"type": "websocket.accept", "subprotocol": upstream.subprotocol})
                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(_pump_down, upstream, send, tasks.cancel_scope)
                    tasks.start_soon(_pump_up, receive, upstream, tasks.cancel_scope)
        except (OSError, WebSocketException):
            await send({"type": "websocket.close", "code": 1012})


def _target(scope: Scope) -> str:
    path: str = scope["raw_path"].decode("latin-1") if scope.get("raw_path") else scope["path"]
    query: str = scope["query_string"].decode("latin-1")
    return f"{path.partition('?')[0]}?{query}" if query else path


async def _raw(response: Any) -> AsyncIterator[bytes]:
    async for chunk in response.aiter_raw():
        yield chunk


async def _pump_down(upstream: ClientConnection, send: Send, scope: anyio.CancelScope) -> None:
    async for message in upstream:
        key = "text" if isinstance(message, str) else "bytes"
        await send({"type": "websocket.send", key: message})
    await send({"type": "websocket.close", "code": 1012})
    scope.cancel()


async def _pump_up(receive: Receive, upstream: ClientConnection, scope: anyio.CancelScope) -> None:
    while (message := await receive())["type"] == "websocket.receive":
        text = message.get("text")
        await upstream.send(text if text is not None else message.get("bytes", b""))
    scope.cancel()
