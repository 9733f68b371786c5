"""One HTTP request as the endpoints see it: parsed once, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote

from starlette.types import Receive, Scope, Send

from jetbridge import wire
from jetbridge.context import Headers, RequestContext
from jetbridge.rendering.failures import log_text
from jetbridge.server.exchange import BodyReceive, GuardedSend
from jetbridge.server.origin import Caller, find_caller
from jetbridge.server.session import open_session
from jetbridge.server.state import AppState

_PATH_SAFE: Final = "/%:@!$&'()*+,;=~-._"


@dataclass(slots=True)
class Incoming:
    """A request. path: percent-encoded, below the mount point. query: raw, without "?"."""

    scope: Scope
    receive: BodyReceive
    send: GuardedSend
    method: str
    path: str
    query: str
    headers: Headers
    caller: Caller
    context: RequestContext

    @property
    def wants_flight(self) -> bool:
        """Whether our own runtime asks, and not a browser that shows a document."""
        return self.is_call or wire.FLIGHT_CONTENT_TYPE in self.headers.get("accept", "")

    @property
    def is_call(self) -> bool:
        """Whether it is addressed to an action."""
        return self.path.startswith(wire.ACTION_PATH)

    def __str__(self) -> str:
        """Method and path, for a log line."""
        return log_text(f"{self.method} {self.path}", 200)


def read_incoming(scope: Scope, receive: Receive, send: Send, state: AppState) -> Incoming:
    """Parse what stands in the request line and headers."""
    headers = Headers(scope["headers"])
    client = scope.get("client")
    scheme = scope.get("scheme", "http")
    caller = find_caller(scheme, headers, client[0] if client else None, state.config.trusted_proxies)
    path = _path_below_mount(scope)
    query = scope.get("query_string", b"").decode("latin-1")
    cookies = _parse_cookies(headers.get("cookie", ""))
    context = RequestContext(
        method=scope["method"],
        path=unquote(path),
        query=query,
        scheme=caller.scheme,
        client=caller.address,
        headers=headers,
        cookie_values=cookies,
        load_session=lambda: open_session(state.keys, cookies.get(wire.SESSION_COOKIE)),
    )
    body = BodyReceive(receive, headers)
    guarded = GuardedSend(send, body, head=scope["method"] == "HEAD")
    return Incoming(scope, body, guarded, scope["method"], path, query, headers, caller, context)


def _path_below_mount(scope: Scope) -> str:
    raw = scope.get("raw_path")
    path: str = raw.decode("latin-1").partition("?")[0] if raw else quote(scope["path"], _PATH_SAFE, errors="replace")
    root = scope.get("root_path", "").rstrip("/")
    if root:
        for mount in (root, quote(root, _PATH_SAFE)):
            if path == mount or path.startswith(f"{mount}/"):
                return path[len(mount) :] or "/"
    return path or "/"


def _parse_cookies(header: str) -> Mapping[str, str]:
    """Names and values as sent. Of a name that is sent twice the first counts: browsers put the nearest path first."""
    values: dict[str, str] = {}
    for pair in header.split(";"):
        name, separator, value = pair.strip().partition("=")
        if separator and name:
            values.setdefault(name.strip(), value.strip().strip('"'))
    return values
