"""The HTTP client that the requests of one application share."""

from __future__ import annotations

import functools
from contextvars import ContextVar
from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING, Final

import anyio.lowlevel

from jetbridge.errors import ConfigError

if TYPE_CHECKING:
    from ssl import SSLContext

    from httpx2 import AsyncClient


class SharedClient:
    """Makes its client on first use, since most applications need none."""

    def __init__(self) -> None:
        self._client: AsyncClient | None = None
        self._loop: object = None

    def get(self) -> AsyncClient:
        """The client of this event loop. Raises: ConfigError when the package for it is missing."""
        loop = anyio.lowlevel.current_token()
        if self._client is None or self._loop != loop:
            self._client, self._loop = make_client(), loop
        return self._client

    async def aclose(self) -> None:
        """Close the connections."""
        client, self._client = self._client, None
        if client is not None and self._loop == anyio.lowlevel.current_token():
            await client.aclose()


def make_client() -> AsyncClient:
    """A client that remembers no cookies: its answers are for all visitors."""
    try:
        import httpx2
    except ImportError:
        raise ConfigError("fetch() needs httpx2: pip install 'jetbridge[fetch]'.") from None
    client = httpx2.AsyncClient(follow_redirects=True, verify=_trust())
    client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return client


@functools.cache
def _trust() -> SSLContext:
    """Whom HTTPS trusts. Reading that takes longer than most requests."""
    import httpx2

    return httpx2.create_ssl_context()


shared_client: Final[ContextVar[SharedClient | None]] = ContextVar("jetbridge_http_client", default=None)
"""That of the application; None outside of one."""
