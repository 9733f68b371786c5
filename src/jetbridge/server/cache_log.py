"""What a request had from the cache, told in development: in one log line, and in a header."""

from __future__ import annotations

import logging
from typing import Final

from jetbridge.context import CacheEvent, RequestContext
from jetbridge.rendering.failures import log_text
from jetbridge.server.responses import RawHeaders
from jetbridge.server.state import AppState

logger = logging.getLogger("jetbridge.cache")

CACHE_HEADER: Final = b"jetbridge-cache"

_SHOWN: Final = 12
"""So many reads stand in the line and the header; of the others only how many there are."""

_WORDS: Final = {"stale": "stale (being made anew)", "shared": "shared with another request", "own": "not shared"}


def cache_header(context: RequestContext, state: AppState) -> RawHeaders:
    """In development: what was read until now."""
    if not state.config.dev or not context.cache_events:
        return []
    return [(CACHE_HEADER, _told(context.cache_events).encode("ascii", "replace"))]


def log_cache(context: RequestContext, state: AppState) -> None:
    """In development: a line about a request that read from the cache."""
    if state.config.dev and context.cache_events:
        tags = sorted({tag for event in context.cache_events for tag in event.tags})
        about = f"; tags {', '.join(tags)}" if tags else ""
        told = _told(context.cache_events)
        logger.info("cache %s %s: %s", context.method, log_text(context.path, 200), log_text(f"{told}{about}", 2000))


def _told(events: list[CacheEvent]) -> str:
    told = [f"{event.name} {_WORDS.get(event.outcome, event.outcome)}{event.note}" for event in events[:_SHOWN]]
    if len(events) > _SHOWN:
        told.append(f"{len(events) - _SHOWN} more")
    return ", ".join(told)
