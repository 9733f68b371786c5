"""What a visitor's browser sends with a request and keeps for us: headers, cookies, the session.

Part of `context.RequestContext`, which says when they may be changed; import them from there.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol, TypeVar, overload

import orjson

from jetbridge.errors import ContextError

T = TypeVar("T")

Phase = Literal["render", "action", "handler", "after"]
"""What is running: components, a server action, a route handler, or work after the response."""

SameSite = Literal["lax", "strict", "none"]


class Owner(Protocol):
    """The request that cookies and a session belong to: `context.RequestContext`."""

    scheme: str

    def require(self, what: str, *phases: Phase) -> None:
        """Raise ContextError unless one of these phases is on."""


class _Owned:
    """What belongs to a request, without keeping it: what holds each other waits for the garbage collector."""

    __slots__ = ("_request",)

    def __init__(self, request: Owner) -> None:
        self._request = weakref.ref(request)

    def _require(self, what: str) -> Owner:
        """The request, in which this may be done now. Raises: ContextError."""
        request = self._request()
        if request is None:
            raise ContextError(f"Cannot {what} after the request: do it in a server action or a route handler.")
        request.require(what, "action", "handler")
        return request


class Headers(Mapping[str, str]):
    """The request's headers: names in any letter case, values as text, read-only.

    A header that was sent several times is joined with ", ", as RFC 9110 section 5.3 allows.
    """

    __slots__ = ("_values",)

    def __init__(self, raw: Sequence[tuple[bytes, bytes]] = ()) -> None:
        # Most of them are never asked for: they stay bytes until then.
        self._values = dict(raw)
        if len(self._values) != len(raw) or not b"".join(self._values).islower():
            self._values = _joined(raw)

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower().encode()].decode("latin-1")

    @overload
    def get(self, name: str, default: None = None, /) -> str | None: ...
    @overload
    def get(self, name: str, default: str | T, /) -> str | T: ...
    def get(self, name: str, default: Any = None, /) -> Any:
        """The value of a header, or `default` without it."""
        found = self._values.get(name.lower().encode())
        return default if found is None else found.decode("latin-1")

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower().encode() in self._values

    def __iter__(self) -> Iterator[str]:
        return (name.decode("latin-1") for name in self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Headers({', '.join(self)})"


def _joined(raw: Iterable[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Names in lower case, and one value for each."""
    values: dict[bytes, bytes] = {}
    for name, value in raw:
        key = name.lower()
        separator = b"; " if key == b"cookie" else b", "
        values[key] = values[key] + separator + value if key in values else value
    return values


@dataclass(frozen=True, slots=True)
class SetCookie:
    """One `Set-Cookie` to be sent. max_age in seconds; a deletion has value "" and max_age 0."""

    name: str
    value: str
    max_age: int | None = None
    expires: datetime | None = None
    path: str = "/"
    domain: str | None = None
    secure: bool = False
    http_only: bool = True
    same_site: SameSite = "lax"


class Cookies(_Owned, Mapping[str, str]):
    """The request's cookies, with this request's own changes already visible.

    Reading is allowed everywhere; `set` and `delete` only in actions and route handlers, before the response starts.
    """

    __slots__ = ("_received", "_values", "changes")

    def __init__(self, values: Mapping[str, str], request: Owner) -> None:
        self._received = values
        self._values = dict(values)
        super().__init__(request)
        self.changes: dict[str, SetCookie] = {}

    def __getitem__(self, name: str) -> str:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Cookies({', '.join(self._values)})"

    @property
    def differ(self) -> bool:
        """Whether a cookie has another value than the browser sent."""
        return any(self._values.get(name) != self._received.get(name) for name in self.changes)

    def set(
        self,
        name: str,
        value: str,
        *,
        max_age: int | None = None,
        expires: datetime | None = None,
        path: str = "/",
        domain: str | None = None,
        secure: bool | None = None,
        http_only: bool = True,
        same_site: SameSite = "lax",
    ) -> None:
        """Set a cookie on the response. secure: by default, whether the request came over HTTPS.

        Raises: ContextError while rendering or after the response; ValueError for text that no header can hold.
        """
        request = self._require("set a cookie")
        _check_cookie_text(name, value, path, domain)
        if secure is None:
            secure = request.scheme == "https"
        self._values[name] = value
        self.changes[name] = SetCookie(name, value, max_age, expires, path, domain, secure, http_only, same_site)

    def delete(self, name: str, *, path: str = "/", domain: str | None = None) -> None:
        """Ask the browser to forget a cookie. Raises: ContextError as for `set`."""
        request = self._require("delete a cookie")
        _check_cookie_text(name, "", path, domain)
        self._values.pop(name, None)
        secure = request.scheme == "https"
        self.changes[name] = SetCookie(name, "", max_age=0, path=path, domain=domain, secure=secure)


_COOKIE_FORBIDDEN = frozenset('\x7f ",;\\') | {chr(code) for code in range(32)}


def _check_cookie_text(name: str, value: str, path: str, domain: str | None) -> None:
    """RFC 6265 section 4.1.1, so that no value can end the header or start another one."""
    for text in (path, domain or ""):
        if not text.isascii() or any(char == ";" or not char.isprintable() for char in text):
            raise ValueError(f"the path or domain of cookie {name[:40]!r} has a character that headers cannot hold")
    if not name or not name.isascii() or any(char in _COOKIE_FORBIDDEN or char in "()<>@:/[]?={}" for char in name):
        raise ValueError(f"not a legal cookie name: {name[:40]!r}")
    if not value.isascii() or any(char in _COOKIE_FORBIDDEN for char in value):
        raise ValueError(f"the value of cookie {name!r} has a character that cookies cannot hold; quote it first")


class Session(_Owned, MutableMapping[str, Any]):
    """The visitor's session: a small dict of JSON values in an encrypted cookie.

    Opened on first use; written back only when something changed, also inside of a list or dict that it holds.
    Changing it is allowed in actions and handlers. touched: something was set or deleted, perhaps to what it was.
    """

    __slots__ = ("_inside", "_values", "_written", "touched")

    def __init__(self, values: Mapping[str, Any], request: Owner) -> None:
        super().__init__(request)
        self._values = dict(values)
        self.touched = False
        self.mark_written()

    @property
    def modified(self) -> bool:
        """Whether it has to be written back."""
        return not self._written or (self._inside is not None and self._inside != _json_of(self._values))

    def mark_written(self) -> None:
        """Take what it holds now for what is kept."""
        self._written = True
        has_inside = any(isinstance(value, list | dict) for value in self._values.values())
        self._inside = _json_of(self._values) if has_inside else None

    def __getitem__(self, key: str) -> Any:
        return self._values[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self._touch()
        self._values[key] = value

    def __delitem__(self, key: str) -> None:
        self._touch()
        del self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Session({', '.join(self._values)})"

    def clear(self) -> None:
        """Forget everything, as when the user signs out."""
        self._touch()
        self._values.clear()

    def _touch(self) -> None:
        self._require("change the session")
        self._written, self.touched = False, True


def _json_of(values: dict[str, Any]) -> bytes | None:
    """What is compared to find changes. None for values that JSON cannot hold: whoever writes them refuses them."""
    try:
        return orjson.dumps(values)
    except orjson.JSONEncodeError:
        return None
