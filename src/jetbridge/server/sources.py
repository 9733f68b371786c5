"""What a page was made from, so that a browser drops the pages it keeps that have changed, and no others.

A page tells its sources as short names that say nothing to whoever reads them; the answer to an action tells which of
them have changed. The names of a page are those by which a store expires what it read.
"""

from __future__ import annotations

from typing import Final, Literal

from jetbridge.actions.encryption import KeyRing
from jetbridge.cache.store import path_name, path_names, tag_name
from jetbridge.context import RequestContext

_VISITOR: Final = "visitor"
"""Source of a page that read cookies, headers or the session."""

_UNTAGGED: Final = "untagged"
"""Source of a page that read no tag. Where its data comes from nobody has said, so any tag may concern it."""


def page_sources(context: RequestContext, keys: KeyRing, *, kept: bool = False) -> list[str]:
    """The names of what the page of this request was made from. To be asked for when it is complete.

    kept: here, too, for everybody: then nothing but its path and its tags makes it another one.
    """
    names = [*path_names(context.path, context.pattern)]
    names += map(tag_name, sorted(context.read_tags))
    if context.read_private:
        names.append(_VISITOR)
    if not context.read_tags and (context.read_private or not kept):
        names.append(_UNTAGGED)
    return [keys.source_name(name) for name in names]


def changed_sources(context: RequestContext, keys: KeyRing) -> list[str] | Literal[True]:
    """The names of what this request has changed; True where that may be anything.

    A browser may keep pages with names of an older secret: each name comes in the spelling of every secret.
    """
    if context.data_changed:
        return True
    names = [path_name(path, kind) for path, kind in context.expired_paths]
    if context.expired_tags:
        names += [_UNTAGGED, *map(tag_name, context.expired_tags)]
    if context.visitor_changed:
        names.append(_VISITOR)
    return [keys.source_name(name, key) for key in range(len(keys)) for name in names]
