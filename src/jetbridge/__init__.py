"""jetbridge: React Server Actions for Python.

Mark an `async def` with `"use server"` and call it from real React components; see https://react.dev for React itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jetbridge.actions.action import action, bind
from jetbridge.actions.form_state import FormErrors, FormState, ParseFailure, ParseSuccess, safe_parse
from jetbridge.actions.guards import Guard, public
from jetbridge.cache.cached import cached
from jetbridge.cache.fetching import FetchError, FetchResponse, fetch
from jetbridge.cache.memo import memo
from jetbridge.cache.reading import cache_life, cache_tag
from jetbridge.config import Config
from jetbridge.context import (
    RequestContext,
    Session,
    after,
    cookies,
    forbidden,
    headers,
    not_found,
    permanent_redirect,
    redirect,
    refresh,
    revalidate_path,
    revalidate_tag,
    session,
    unauthorized,
    update_tag,
)
from jetbridge.errors import ActionError, ErrorReport, FieldError, JetbridgeError
from jetbridge.flight.model import UNDEFINED, Element, File, FormData
from jetbridge.html.client_component import client_component
from jetbridge.html.typed import ServerAction
from jetbridge.profiles import CacheProfile

if TYPE_CHECKING:
    from jetbridge.server.application import Jetbridge

__version__ = "0.1.0"

__all__ = [
    "UNDEFINED",
    "ActionError",
    "CacheProfile",
    "Config",
    "Element",
    "ErrorReport",
    "FetchError",
    "FetchResponse",
    "FieldError",
    "File",
    "FormData",
    "FormErrors",
    "FormState",
    "Guard",
    "Jetbridge",
    "JetbridgeError",
    "ParseFailure",
    "ParseSuccess",
    "RequestContext",
    "ServerAction",
    "Session",
    "action",
    "after",
    "bind",
    "cache_life",
    "cache_tag",
    "cached",
    "client_component",
    "cookies",
    "fetch",
    "forbidden",
    "headers",
    "memo",
    "not_found",
    "permanent_redirect",
    "public",
    "redirect",
    "refresh",
    "revalidate_path",
    "revalidate_tag",
    "safe_parse",
    "session",
    "unauthorized",
    "update_tag",
]


def __getattr__(name: str) -> Any:
    # The server brings Starlette along; actions and components, and their unit tests, do without it.
    if name == "Jetbridge":
        from jetbridge.server.application import Jetbridge

        return Jetbridge
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
