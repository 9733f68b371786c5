"""A path -> the route that answers it. Decides only; the work grows with the path, not with the number of routes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from jetbridge.routing.scan import Folder, Node, Route, RouteTree, pattern_of

Params = dict[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class RouteSegment:
    """One folder on the way to a page.

    name: as on disk, "[id]"; "" for app/ itself. key: the same with the value, "id=3".
    params: the dynamic values of this folder and those above it.
    """

    name: str
    key: str
    path: Path
    params: Mapping[str, str | list[str]]
    layout: Callable[..., Any] | None = None
    loading: Callable[..., Any] | None = None
    error: Callable[..., Any] | None = None
    not_found: Callable[..., Any] | None = None


@dataclass(frozen=True, slots=True)
class RouteMatch:
    """What answers a path: a page, or the handlers of a route.py; neither when no route fits.

    segments: from app/ down. params: by name; lists for catch-all segments. pattern: "/posts/[id]".
    """

    segments: tuple[RouteSegment, ...]
    params: Params
    pattern: str
    page: Callable[..., Any] | None = None
    handlers: Mapping[str, Callable[..., Any]] | None = None


def match_route(tree: RouteTree, path: str) -> RouteMatch | None:
    """Find the route for a path: static before dynamic before catch-all before optional catch-all, folder by folder.

    path: as in the request line, percent-encoded, without query. One slash at its end is ignored.
    """
    parts = split_path(path)
    if parts is None:
        return None
    params: Params = {}
    route = _descend(tree.root, parts, 0, params)
    if route is None:
        return None
    segments = _segments(route.folders, params)
    return RouteMatch(segments, dict(segments[-1].params), route.pattern, route.page, route.handlers)


def has_page(tree: RouteTree, path: str) -> bool:
    """Whether a page answers this path. path: as for `match_route`, which does more work."""
    parts = split_path(path)
    route = None if parts is None else _descend(tree.root, parts, 0, {})
    return route is not None and route.page is not None


def match_not_found(tree: RouteTree, path: str) -> RouteMatch:
    """The folders whose not_found.py answers a path that no route fits: those that share most of the path with it.

    Without any not_found.py on the way it is app/ alone, for its layout.
    """
    folders, params = tree.root.missing or tree.root.folders, Params()
    node: Node | None = tree.root
    seen = Params()
    for part in split_path(path) or ():
        if node is not None and part in node.static:
            node = node.static[part]
        elif node is not None and node.dynamic is not None:
            name, node = node.dynamic
            seen[name] = part
        else:
            break
        if node.missing:
            folders, params = node.missing, dict(seen)
    return RouteMatch(_segments(folders, params), params, pattern_of(folders))


def split_path(path: str) -> list[str] | None:
    """The decoded segments of a path; None when it has empty ones or is not UTF-8."""
    trimmed = path.removeprefix("/").removesuffix("/")
    if not trimmed:
        return [] if path in ("", "/") else None
    try:
        parts = [unquote(part, errors="strict") if "%" in part else part for part in trimmed.split("/")]
    except UnicodeDecodeError:
        return None
    return None if "" in parts else parts


def _descend(node: Node, parts: list[str], index: int, params: Params) -> Route | None:
    if index == len(parts):
        return node.route or (node.optional[1] if node.optional else None)
    part = parts[index]
    child = node.static.get(part)
    if child is not None and (route := _descend(child, parts, index + 1, params)):
        return route
    if node.dynamic is not None:
        name, below = node.dynamic
        if route := _descend(below, parts, index + 1, params):
            params[name] = part
            return route
    for rest in (node.rest, node.optional):
        if rest is not None:
            params[rest[0]] = parts[index:]
            return rest[1]
    return None


def _segments(folders: tuple[Folder, ...], params: Params) -> tuple[RouteSegment, ...]:
    segments: list[RouteSegment] = []
    below: Params = {}
    for folder in folders:
        name, param = folder.segment.text, folder.segment.param
        key = name
        if param:
            value = params.get(param, [])
            below = {**below, param: value}
            key = f"{param}={value if isinstance(value, str) else '/'.join(value)}"
        segments.append(
            RouteSegment(name, key, folder.path, below, folder.layout, folder.loading, folder.error, folder.not_found)
        )
    return tuple(segments)
