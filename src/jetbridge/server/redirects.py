"""Where a redirect leads: a page of this application, another path of this host, or another host."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urljoin, urlsplit

from jetbridge.errors import ContextError, Redirect
from jetbridge.server.origin import Caller, is_same_origin

_THIS_HOST: Final = "this.invalid"

_ILLEGAL: Final = re.compile(r"[\x00-\x20\x7f\\\ud800-\udfff]")
"""Browsers drop some of these and read a backslash as a slash; lone surrogates have no encoding."""


@dataclass(frozen=True, slots=True)
class Location:
    """url: for the browser; path and query: for matching, "" when it is external."""

    url: str
    path: str
    query: str
    external: bool

    def payload(self, kind: str) -> dict[str, Any]:
        return {"url": self.url, "kind": kind, "external": self.external}


def resolve_redirect(redirect: Redirect, caller: Caller, page_path: str) -> Location:
    """Resolve `redirect.url` against the page that redirects.

    What no URL may hold is encoded, as it may come from a visitor: it cannot end a header or mean another host.
    Raises: ContextError for another host without `external=True`, and for schemes that run code in the page.
    """
    url = _ILLEGAL.sub(lambda found: quote(found[0], errors="replace"), redirect.url)
    # "./new" on /posts is /posts/new, as in Next.js; "?tab=2" keeps the path as it is.
    base = page_path if url.startswith(("?", "#")) else page_path.rstrip("/") + "/"
    try:
        # Not the host that the request names: whatever stands there, a path leads to this application.
        parts = urlsplit(urljoin(f"{caller.scheme}://{_THIS_HOST}{base}", url))
        host = parts.netloc.encode("idna").decode()
        path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
        query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
        fragment = quote(parts.fragment, safe="/%:@!$&*+,;=~-._?")
    except ValueError as error:
        raise ContextError(f"redirect() got no URL: {error}.") from None
    if parts.scheme not in ("http", "https") or not host:
        raise ContextError(f"redirect() goes to http and https URLs only, not to {parts.scheme[:20]!r}.")
    tail = (f"?{query}" if query else "") + (f"#{fragment}" if fragment else "")
    if host == _THIS_HOST or is_same_origin(f"{parts.scheme}://{host}", caller):
        # "//host" in front of a path would be another host to the browser.
        return Location("/" + path.lstrip("/") + tail, "/" + path.lstrip("/"), query, external=False)
    if not redirect.external:
        raise ContextError(
            f"redirect() leads to another host, {host[:100]}. If it is meant: redirect(url, external=True)."
        )
    return Location(f"{parts.scheme}://{host}{path}{tail}", "", "", external=True)
