"""In development: passes Vite's URLs on to Vite, so that there is one port to open.

The web socket of hot reload does not come here: it must outlive a restart of Python.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Any, Final

from starlette.types import Scope, Send

from jetbridge.errors import ConfigError
from jetbridge.server.responses import send_bytes, send_stream, send_text

if TYPE_CHECKING:
    from httpx2 import AsyncClient

_HOP_BY_HOP: Final = frozenset(
    {b"connection", b"keep-alive", b"transfer-encoding", b"upgrade", b"te", b"trailer", b"content-length"}
)
"""Everything else is passed on; with it Host, by which Vite refuses pages of other sites that name this machine."""


class DevProxy:
    """A reverse proxy to the Vite server at `address`, such as "http://127.0.0.1:51234"."""

    def __init__(self, address: str) -> None:
        try:
            import httpx2
        except ImportError:
            raise ConfigError("Development needs httpx2: pip install 'jetbridge[dev]'.") from None
        self._client: AsyncClient = httpx2.AsyncClient(base_url=address, timeout=60, trust_env=False)

    async def close(self) -> None:
        await self._client.aclose()

    async def respond(self, scope: Scope, send: Send) -> None:
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


def _target(scope: Scope) -> str:
    path: str = scope["raw_path"].decode("latin-1") if scope.get("raw_path") else scope["path"]
    query: str = scope["query_string"].decode("latin-1")
    return f"{path.partition('?')[0]}?{query}" if query else path


async def _raw(response: Any) -> AsyncGenerator[bytes, None]:
    async for chunk in response.aiter_raw():
        yield chunk
