"""The session cookie: a small JSON object, sealed under the key ring."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import orjson

from jetbridge import wire
from jetbridge.actions.encryption import KeyRing
from jetbridge.context import RequestContext, Session, SetCookie
from jetbridge.errors import BadBoundArgs, ConfigError

if TYPE_CHECKING:
    from jetbridge.server.state import AppState

_AAD: Final = b"jetbridge session"
MAX_COOKIE_BYTES: Final = 4000
"""What browsers keep of one cookie is 4096 bytes, name and attributes included."""


def open_session(keys: KeyRing, cookie: str | None) -> dict[str, Any]:
    """The session's values; {} without a cookie, and for one that is forged, foreign or expired."""
    if not cookie:
        return {}
    try:
        envelope = orjson.loads(keys.open(cookie, _AAD))
    except (BadBoundArgs, orjson.JSONDecodeError):
        return {}
    if not isinstance(envelope, list) or len(envelope) != 2 or envelope[0] < time.time():
        return {}
    values = envelope[1]
    return values if isinstance(values, dict) else {}


def save_session(context: RequestContext, state: AppState) -> None:
    """Put a changed session among the cookies to be set. To be called when the code that may change it has run.

    Raises: ConfigError as `seal_session`; the change is dropped then.
    """
    session = context.session_changes
    if session is None:
        return
    session.touched = True
    session.mark_written()
    secure = context.scheme == "https"
    cookie = seal_session(state.keys, session, max_age=state.config.session_max_age, secure=secure)
    context.cookies.changes[cookie.name] = cookie


def seal_session(keys: KeyRing, session: Session, *, max_age: int, secure: bool) -> SetCookie:
    """The cookie that carries a changed session; an empty one is deleted.

    max_age in seconds. Raises: ConfigError for values that JSON cannot hold or that do not fit into a cookie.
    """
    values: Mapping[str, Any] = dict(session)
    if not values:
        return SetCookie(wire.SESSION_COOKIE, "", max_age=0, secure=secure)
    try:
        plain = orjson.dumps([int(time.time()) + max_age, values])
    except orjson.JSONEncodeError as error:
        raise ConfigError(f"The session can hold JSON values only: {error}.") from None
    token = keys.seal(plain, _AAD)
    if len(token) > MAX_COOKIE_BYTES:
        raise ConfigError(
            f"The session needs {len(token)} bytes, a cookie holds {MAX_COOKIE_BYTES}: "
            f"keep ids in it and the rest in the database (keys: {', '.join(values)})."
        )
    return SetCookie(wire.SESSION_COOKIE, token, max_age=max_age, secure=secure)
