"""One HTTP request as the endpoints see it: parsed once, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.types import Receive, Scope, Send

from jetbridge import wire
from jetbridge.context import Headers, RequestContext
from jetbridge.server.origin import Caller, find_caller
from jetbridge.server.session import open_session
from jetbridge.server.state import AppState


@dataclass(frozen=True, slots=True)
class Incoming:
    """A request. path: percent-encoded, below the mount point. query: raw, without "?"."""

    scope: Scope
    receive: Receive
    send: Send
    method: str
    path: str
    query: str
    headers: Headers
    caller: Caller
    context: RequestContext

    @property
    def wants_flight(self) -> bool:
        """Whether our own runtime asks, and not a browser that shows a document."""
        return wire.FLIGHT_CONTENT_TYPE in self.headers.get("accept", "")


def read_incoming(scope: Scope, receive: Receive, send: Send, state: AppState) -> Incoming:
    """Parse what stands in the request line and headers."""
    headers = Headers(scope["headers"])
    client = scope.get("client")
    caller = find_caller(scope["scheme"], headers, client[0] if client else None, state.config.trusted_proxies)
    path = _path_below_mount(scope)
    query = scope["query_string"].decode("latin-1")
    cookies = _parse_cookies(headers.get("cookie", ""))
    context = RequestContext(
        method=scope["method"],
        path=path,
        query=query,
        scheme=caller.scheme,
        client=caller.address,
        headers=headers,
        cookie_values=cookies,
        load_session=lambda: open_session(state.keys, cookies.get(wire.SESSION_COOKIE)),
    )
    return Incoming(scope, receive, send, scope["method"], path, query, headers, caller, context)


def _path_below_mount(scope: Scope) -> str:
    raw = scope.get("raw_path")
    path = raw.decode("latin-1").partition("?")[0] if raw else scope["path"]
    root_path: str = scope.get("root_path", "")
    if root_path and path.startswith(root_path):
        path = path[len(root_path) :]
    return path or "/"


def _parse_cookies(header: str) -> Mapping[str, str]:
    """Names and values as sent. Of a name that is sent twice the first counts: browsers put the nearest path first."""
    values: dict[str, str] = {}
    for pair in header.split(";"):
        name, separator, value = pair.strip().partition("=")
        if separator and name:
            values.setdefault(name.strip(), value.strip().strip('"'))
    return values
