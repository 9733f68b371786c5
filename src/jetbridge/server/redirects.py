"""Where a redirect leads: a page of this application, another path of this host, or another host."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from jetbridge.errors import ContextError, Redirect
from jetbridge.server.origin import Caller, is_same_origin


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

    Raises: ContextError for another host without `external=True`, and for schemes that run code in the page.
    """
    if any(ord(char) < 32 or char == "\\" for char in redirect.url):
        raise ContextError("redirect() got a URL with control characters or backslashes.")
    # "./new" on /posts is /posts/new, as in Next.js; "?tab=2" keeps the path as it is.
    base = page_path if redirect.url.startswith(("?", "#")) else page_path.rstrip("/") + "/"
    try:
        parts = urlsplit(urljoin(f"{caller.scheme}://{caller.host}{base}", redirect.url))
    except ValueError as error:
        raise ContextError(f"redirect() got no URL: {error}.") from None
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ContextError(f"redirect() goes to http and https URLs only, not to {parts.scheme[:20]!r}.")
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    tail = (f"?{query}" if query else "") + (
        f"#{quote(parts.fragment, safe='/%:@!$&*+,;=~-._?')}" if parts.fragment else ""
    )
    if is_same_origin(f"{parts.scheme}://{parts.netloc}", caller):
        # "//host" in front of a path would be another host to the browser.
        return Location("/" + path.lstrip("/") + tail, "/" + path.lstrip("/"), query, external=False)
    if not redirect.external:
        raise ContextError(
            f"redirect() leads to another host, {parts.netloc[:100]}. If it is meant: redirect(url, external=True)."
        )
    return Location(f"{parts.scheme}://{parts.netloc}{path}{tail}", "", "", external=True)
