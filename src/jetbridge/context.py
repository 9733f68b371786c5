"""One request, as the application's code sees it: what it may read, and what it asks for.

The context records; others apply. Nothing here does I/O: `server/` opens a context for each request, and reads
from it afterwards which cookies to set, which tags to expire and where to go.
"""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Literal, NoReturn
from uuid import UUID

from jetbridge.errors import ContextError, ErrorReport, Forbidden, NotFound, Redirect, Unauthorized
from jetbridge.profiles import CacheProfile, find_profile
from jetbridge.visitor import Cookies as Cookies
from jetbridge.visitor import Headers as Headers
from jetbridge.visitor import Phase as Phase
from jetbridge.visitor import SameSite as SameSite
from jetbridge.visitor import Session as Session
from jetbridge.visitor import SetCookie as SetCookie

CacheOutcome = Literal["hit", "stale", "shared", "miss", "own"]
"""Where a value came from: the store, the store and soon anew, another reader's computation, or one of its own, which
is kept, or not ("own")."""


@dataclass(frozen=True, slots=True)
class CacheEvent:
    """One read of the cache. name: of the function or page. milliseconds: how long it took. note: for people."""

    name: str
    outcome: CacheOutcome
    tags: tuple[str, ...]
    milliseconds: float
    note: str = ""


MAX_CACHE_EVENTS = 200


@dataclass(slots=True, weakref_slot=True)
class RequestContext:
    """One request and what its code asked for.

    path: decoded, without query. pattern: of its route, such as "/posts/[id]"; "" for none.
    query: raw, without "?". client: address of the caller, or None.
    action: name of the action that is being called; "" for none. user: whom its guard let pass, or None.
    expired_tags, expired_paths: what is gone at once, in the order in which it was asked for.
    stale_tags: tags whose data may be shown for so many more seconds while it is made anew, math.inf for no limit.
    cache_events: what was read from the cache so far, up to MAX_CACHE_EVENTS.
    reports: unexpected errors so far. uploads: files on disk that are closed when the request has ended.
    read_tags: of all cached data that was read. private_reads: which of cookies, headers and session were read.
    memos: what functions with `@memo` have returned to this rendering.
    data_changed: the page the browser shows may be stale, as `refresh()` says.
    """

    method: str = "GET"
    path: str = "/"
    pattern: str = ""
    query: str = ""
    scheme: str = "http"
    client: str | None = None
    headers: Headers = field(default_factory=Headers)
    cookie_values: Mapping[str, str] = field(default_factory=dict)
    load_session: Callable[[], Mapping[str, Any]] = dict
    phase: Phase = "render"
    action: str = ""
    user: Any = None
    expired_tags: list[str] = field(default_factory=list)
    expired_paths: list[tuple[str, Literal["page", "layout"]]] = field(default_factory=list)
    stale_tags: dict[str, float] = field(default_factory=dict)
    cache_events: list[CacheEvent] = field(default_factory=list)
    read_tags: set[str] = field(default_factory=set)
    data_changed: bool = False
    after: list[Callable[[], Awaitable[None] | None]] = field(default_factory=list)
    reports: list[ErrorReport] = field(default_factory=list)
    uploads: list[BinaryIO] = field(default_factory=list)
    private_reads: set[str] = field(default_factory=set)
    memos: dict[Any, Any] = field(default_factory=dict)
    _cookies: Cookies | None = None
    _session: Session | None = None

    @property
    def cookies(self) -> Cookies:
        if self._cookies is None:
            self._cookies = Cookies(self.cookie_values, self)
        return self._cookies

    @property
    def cookie_changes(self) -> Iterable[SetCookie]:
        """The cookies to be set, of a request whose code may not have touched any."""
        return () if self._cookies is None else self._cookies.changes.values()

    @property
    def session(self) -> Session:
        if self._session is None:
            self._session = Session(self.load_session(), self)
        return self._session

    @property
    def session_changes(self) -> Session | None:
        """The session if it must be written back, else None."""
        return self._session if self._session is not None and self._session.modified else None

    @property
    def user_id(self) -> str | None:
        """Who calls, as far as anybody has said: the user whom the guard let pass, or the session's `user_id`."""
        return identity(self.user if self.user is not None else self.session.get("user_id"))

    @property
    def invalidates(self) -> bool:
        """Whether anything is to be expired in the store."""
        return bool(self.expired_tags or self.expired_paths or self.stale_tags)

    @property
    def read_private(self) -> bool:
        """Whether what was rendered may be the visitor's own."""
        return bool(self.private_reads)

    @property
    def visitor_changed(self) -> bool:
        """Whether the browser's next request has cookies or a session that differ from this one's."""
        if self._cookies is not None and self._cookies.differ:
            return True
        session = self._session
        return session is not None and session.touched and dict(session) != dict(self.load_session())

    @property
    def revalidated(self) -> bool:
        """Whether the pages that the browser holds may show old data."""
        return bool(self.expired_tags or self.expired_paths or self.data_changed or self.visitor_changed)

    def require(self, what: str, *phases: Phase) -> None:
        """Raise ContextError unless one of these phases is on."""
        if self.phase not in phases:
            where = {
                "render": "while a page renders",
                "after": "after the response",
                "action": "in a server action",
                "handler": "in a route handler",
            }[self.phase]
            allowed = " or ".join({"action": "a server action", "handler": "a route handler"}.get(p, p) for p in phases)
            raise ContextError(f"Cannot {what} {where}: do it in {allowed}.")


def identity(user: Any) -> str | None:
    """A short text that tells users apart, for rates and log lines: the user's `id`, or the value if it is plain."""
    found = user.get("id") if isinstance(user, Mapping) else getattr(user, "id", user)
    return str(found) if isinstance(found, str | int | UUID) else None


_current: ContextVar[RequestContext | None] = ContextVar("jetbridge_request", default=None)
_hidden: ContextVar[str] = ContextVar("jetbridge_request_hidden", default="")


def current_request() -> RequestContext:
    """The request that is being answered. Raises: ContextError outside of one."""
    context = _current.get()
    if context is None:
        raise ContextError(
            _hidden.get()
            or "There is no request here. cookies(), session(), redirect() and their kin work in pages, actions and "
            "route handlers; in a unit test open one with `with jetbridge.testing.request_context():`."
        )
    return context


def current_request_or_none() -> RequestContext | None:
    """The request that is being answered, or None outside of one."""
    return _current.get()


class request_context:  # noqa: N801 - used as a function
    """Make `context` the current request of this task and of the tasks and threads it starts."""

    __slots__ = ("_context", "_token")

    def __init__(self, context: RequestContext) -> None:
        self._context = context

    def __enter__(self) -> RequestContext:
        self._token = _current.set(self._context)
        return self._context

    def __exit__(self, *_: object) -> None:
        _current.reset(self._token)


@contextmanager
def without_request(reason: str) -> Iterator[None]:
    """Hide the current request from what runs inside. reason: the text of the ContextError that it then meets."""
    tokens = _current.set(None), _hidden.set(reason)
    try:
        yield
    finally:
        _current.reset(tokens[0])
        _hidden.reset(tokens[1])


def cookies() -> Cookies:
    """The request's cookies; `.set()` and `.delete()` in actions and route handlers."""
    context = current_request()
    context.private_reads.add("cookies")
    return context.cookies


def headers() -> Headers:
    """The request's headers, read-only."""
    context = current_request()
    context.private_reads.add("headers")
    return context.headers


def session() -> Session:
    """The visitor's session; change it in actions and route handlers."""
    context = current_request()
    context.private_reads.add("session")
    return context.session


def redirect(url: str, kind: Literal["push", "replace"] | None = None, *, external: bool = False) -> NoReturn:
    """Go to `url`; what stands after this call does not run.

    url: absolute path, relative to the current page, or a whole URL of this host.
    kind: how the browser's history changes; by default "push" from an action and "replace" elsewhere.
    external: must be said to leave for another host, so that a URL taken from user input cannot.
    Raises: Redirect, always. It is no `Exception`: `except Exception` lets it pass.
    """
    raise Redirect(url, kind, external=external)


def permanent_redirect(url: str, kind: Literal["push", "replace"] | None = None, *, external: bool = False) -> NoReturn:
    """Like `redirect`, and tells caches and search engines that the old URL is gone for good."""
    raise Redirect(url, kind, permanent=True, external=external)


def not_found() -> NoReturn:
    """Show the nearest not_found.py, with status 404."""
    raise NotFound


def forbidden() -> NoReturn:
    """Refuse a user who may not do this, with status 403."""
    raise Forbidden


def unauthorized() -> NoReturn:
    """Refuse a visitor who is not signed in, with status 401."""
    raise Unauthorized


MAX_TAG_LENGTH = 256
MAX_PATH_LENGTH = 1024


def revalidate_tag(tag: str, profile: str | CacheProfile | None = None) -> None:
    """Expire all cached data with this tag, for every visitor: at once, or with a profile softly.

    profile: a name such as "max", or a `CacheProfile`: until its `expire` has passed, readers get what there is, and
    the first of them has it made anew in the background.
    It counts even when the action raises or redirects later.
    Raises: ContextError while rendering; ConfigError for an unknown profile; ValueError for a tag that cannot be one.
    """
    context = current_request()
    context.require("revalidate a tag", "action", "handler")
    check_tag(tag)
    if tag in context.expired_tags:
        return
    if profile is not None:
        expire = find_profile(profile).expire
        context.stale_tags[tag] = math.inf if expire is None else expire
        return
    context.stale_tags.pop(tag, None)
    context.expired_tags.append(tag)


def check_tag(tag: str) -> None:
    """Raise ValueError unless this can be a cache tag."""
    if not isinstance(tag, str) or not 0 < len(tag) <= MAX_TAG_LENGTH:
        raise ValueError(f"a cache tag is text of 1 to {MAX_TAG_LENGTH} characters, not {tag!r:.80}")
    if not tag.isascii() and any("\ud800" <= char <= "\udfff" for char in tag):
        raise ValueError(f"a cache tag is well-formed text, without lone surrogates: {tag!r:.80}")


def update_tag(tag: str) -> None:
    """Like `revalidate_tag`, for actions only: the answer to this very call already shows the new data."""
    current_request().require("update a tag", "action")
    revalidate_tag(tag)


def revalidate_path(path: str, kind: Literal["page", "layout"] = "page") -> None:
    """Expire the page at this path and cached data that it read; "layout": every page below it too.

    path: of a URL, whose query does not count, or the pattern of a route, such as "/posts/[id]".
    Raises: ContextError while rendering; ValueError for a path that does not start with "/" or is too long.
    """
    context = current_request()
    context.require("revalidate a path", "action", "handler")
    if kind not in ("page", "layout"):
        raise ValueError(f'the kind of a path is "page" or "layout", not {kind!r:.40}')
    path = path.partition("#")[0].partition("?")[0]
    if not path.startswith("/") or len(path) > MAX_PATH_LENGTH:
        raise ValueError(f"a path starts with '/' and has at most {MAX_PATH_LENGTH} characters: {path[:80]!r}")
    entry = (path.rstrip("/") or "/", kind)
    if entry not in context.expired_paths:
        context.expired_paths.append(entry)


def refresh() -> None:
    """Send the page afresh in the answer to this action, without expiring any cached data."""
    context = current_request()
    context.require("refresh the page", "action")
    context.data_changed = True


def after(callback: Callable[[], Awaitable[None] | None]) -> None:
    """Run `callback` when the response has been sent, even after an error or a redirect."""
    current_request().after.append(callback)
