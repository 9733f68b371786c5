"""A request for tests that call an action or a component directly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from jetbridge import context as requests
from jetbridge.cache.memory import MemoryStore
from jetbridge.cache.store import use_store
from jetbridge.context import Headers, Phase, RequestContext


@contextmanager
def request_context(
    *,
    session: Mapping[str, Any] | None = None,
    cookies: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    path: str = "/",
    phase: Phase = "action",
) -> Iterator[RequestContext]:
    """Run the block as if within a request, with an empty cache of its own.

    phase: "action" or "handler" where things may be changed, "render" for components. The context tells afterwards
    what was asked for: `expired_tags`, `expired_paths`, `cookies.changes`, `session`, `after`.
    """
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in (headers or {}).items()]
    context = RequestContext(
        method="GET" if phase == "render" else "POST",
        path=path,
        headers=Headers(raw),
        cookie_values=dict(cookies or {}),
        load_session=lambda: dict(session or {}),
        phase=phase,
    )
    with requests.request_context(context), use_store(MemoryStore()):
        yield context
