"""What stands in the cache, as a person reads it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import orjson

from jetbridge.cache.resilient import ResilientStore
from jetbridge.cache.store import CacheStore
from jetbridge.cache.subtrees import fragment_of
from jetbridge.config import Config
from jetbridge.errors import ConfigError
from jetbridge.server.cache_store import choose_store, default_file
from jetbridge.server.kept_page import KeptPage


def open_shared_store(config: Config) -> CacheStore:
    """The store of a running application, from another process: errors of it are raised, not mended.

    Raises: ConfigError when it lives in the server's own memory.
    """
    file = default_file(config)
    # Part of the file's name is the start of the machine.
    if not config.cache and any(file.parent.glob(f"{file.stem}*{file.suffix}")):
        config = replace(config, cache=f"sqlite:///{file}")
    store = choose_store(config)
    if not isinstance(store, ResilientStore):
        raise ConfigError(
            "The cache lives in the memory of the server's process, where no other command can look. To empty it, "
            "restart the server; to see what a request reads, run `jetbridge dev`, which says so in its log. To share "
            'it, name a store: cache = "sqlite:///cache.sqlite" under [tool.jetbridge], or JETBRIDGE_CACHE.'
        )
    return store.inner


def entry_kind(data: bytes) -> str:
    """What an entry holds: "page", "component" or "data"."""
    if fragment_of(data) is not None:
        return "component"
    return "page" if _page(data) is not None else "data"


def entry_text(data: bytes) -> str:
    """An entry for people: data as indented JSON, pages and components as their text."""
    fragment = fragment_of(data)
    if fragment is not None:
        return fragment.decode("utf-8", "replace")
    page = _page(data)
    if page is None:
        try:
            return orjson.dumps(orjson.loads(data), option=orjson.OPT_INDENT_2).decode()
        except orjson.JSONDecodeError:
            return data.decode("utf-8", "replace")
    rendered = datetime.fromtimestamp(page.rendered_at, UTC).isoformat(" ", "seconds")
    head = [f"kind: {page.kind}", f"rendered: {rendered}", f"etag: {page.etag.decode()}"]
    if page.asked.names is None or page.asked.names:
        names = "everything" if page.asked.names is None else ", ".join(sorted(page.asked.names))
        told = "&".join(f"{name}={value}" for name, value in page.asked.pairs)
        head.append(f"read of the query: {names}; it said: {told or 'nothing'}")
    return "\n".join([*head, "", page.body.decode("utf-8", "replace")])


def _page(data: bytes) -> KeptPage | None:
    return KeptPage.load(data) if data.startswith(b'{"kind":') else None
