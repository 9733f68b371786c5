"""The folders under app/ -> RouteTree: which file answers which URL, checked once at start."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any, Final

from jetbridge.errors import ConfigError, RouteConflict
from jetbridge.routing.functions import find_function, find_handlers
from jetbridge.routing.load import code_folders, import_root, load_modules
from jetbridge.routing.segments import SegmentName, parse_segment

ROUTE_FILES: Final = ("page", "layout", "loading", "error", "not_found", "route")

_OTHER_NAMES: Final = {
    "not-found.py": "not_found.py",
    "page.tsx": "page.py (a .tsx file holds client components; the page itself is Python)",
    "layout.tsx": "layout.py (a .tsx file holds client components; the layout itself is Python)",
    "route.ts": "route.py",
}


@dataclass(frozen=True, slots=True)
class Folder:
    """One folder that holds routes, and the functions of its files. name: "" for app/ itself, else as on disk."""

    path: Path
    segment: SegmentName
    layout: Callable[..., Any] | None = None
    loading: Callable[..., Any] | None = None
    error: Callable[..., Any] | None = None
    not_found: Callable[..., Any] | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """One URL pattern and what answers it: `page`, or `handlers` by method. folders: from app/ down to `file`'s."""

    pattern: str
    file: Path
    folders: tuple[Folder, ...]
    page: Callable[..., Any] | None = None
    handlers: Mapping[str, Callable[..., Any]] | None = None


@dataclass(slots=True)
class Node:
    """One place in the tree of URL segments; groups leave no trace in it. folders: the shortest way here.

    missing: the way to the not_found.py that answers for unknown URLs below, None where one further up does.
    """

    folders: tuple[Folder, ...]
    route: Route | None = None
    static: dict[str, Node] = field(default_factory=dict)
    dynamic: tuple[str, Node] | None = None
    rest: tuple[str, Route] | None = None
    optional: tuple[str, Route] | None = None
    missing: tuple[Folder, ...] | None = None


@dataclass(frozen=True, slots=True)
class RouteTree:
    """All routes of one application.

    root_path: the folder that the names of modules start from. modules: all under app/ by their files, pages or not.
    """

    root_path: Path
    app_path: Path
    root: Node
    routes: tuple[Route, ...]
    modules: Mapping[Path, ModuleType]


def scan_routes(app_path: Path, package: str = "app") -> RouteTree:
    """Read and import everything under `app_path`. package: the name it is imported by, "src.app" for src/app.

    Raises: RouteConflict when two files claim one URL or a folder's name is not legal; ConfigError for a file that
    cannot be imported (its cause is the error itself) or lacks its function, or a function with an unknown parameter.
    """
    app_path = app_path.resolve()
    root_path = import_root(app_path, package)
    try:
        return _scan(app_path, package, root_path)
    except (RouteConflict, ConfigError) as error:
        # Files are named as a person in the project's folder writes them.
        raise type(error)(str(error).replace(f"{root_path}{os.sep}", "")) from error.__cause__


def _scan(app_path: Path, package: str, root_path: Path) -> RouteTree:
    if not app_path.is_dir():
        raise ConfigError(f"There is no folder {app_path}. Pages live in it: make one with a page.py.")
    modules = load_modules(app_path, package)
    root = Node(folders=())
    routes: list[Route] = []
    for folders, files in _walk(app_path, (), modules):
        _enter_folders(root, folders, has_not_found="not_found" in files)
        if route := _route_of(folders, files, modules):
            _claim(root, route)
            routes.append(route)
    routes.sort(key=lambda route: route.pattern)
    return RouteTree(root_path, app_path, root, tuple(routes), MappingProxyType(modules))


def pattern_of(folders: Sequence[Folder]) -> str:
    """The URL that folders stand for, such as "/posts/[id]"."""
    return "/" + "/".join(folder.segment.text for folder in folders[1:] if folder.segment.kind != "group")


def _walk(
    path: Path, above: tuple[Folder, ...], modules: Mapping[Path, ModuleType]
) -> Iterator[tuple[tuple[Folder, ...], dict[str, Path]]]:
    """Every folder with a route file in it or below it, outermost first, with the folders that lead to it."""
    if not _holds_routes(path):
        return
    segment = parse_segment(path) if above else SegmentName("", "static")
    if any(folder.segment.kind in ("catch-all", "optional") for folder in above) and segment.kind != "group":
        raise RouteConflict(f"{path}: nothing can follow a catch-all segment, which takes the whole rest of the URL.")
    taken = {folder.segment.param: folder for folder in above if folder.segment.param}
    if segment.param in taken:
        raise RouteConflict(f"{path}: {segment.param!r} is already the name of {taken[segment.param].path}.")
    files = _route_files(path)
    names = frozenset(taken) | ({segment.param} - {""})
    functions = {
        kind: find_function(file, modules[file], kind, names)
        for kind, file in files.items()
        if kind in ("layout", "loading", "error", "not_found")
    }
    folders = (*above, Folder(path, segment, **functions))
    yield folders, files
    for child in code_folders(path):
        if not child.name.startswith("_"):
            yield from _walk(child, folders, modules)


def _holds_routes(path: Path) -> bool:
    if any((path / f"{kind}.py").is_file() for kind in ROUTE_FILES) or any(
        (path / name).is_file() for name in _OTHER_NAMES
    ):
        return True
    return any(not child.name.startswith("_") and _holds_routes(child) for child in code_folders(path))


def _route_files(path: Path) -> dict[str, Path]:
    for name, right in _OTHER_NAMES.items():
        if (path / name).is_file():
            raise ConfigError(f"{path / name}: this file must be called {right}.")
    files = {kind: path / f"{kind}.py" for kind in ROUTE_FILES if (path / f"{kind}.py").is_file()}
    if "page" in files and "route" in files:
        raise RouteConflict(f"{files['page']} and {files['route']} claim the same URL. Move one to another folder.")
    return files


def _enter_folders(root: Node, folders: tuple[Folder, ...], *, has_not_found: bool) -> None:
    if any(folder.segment.kind in ("catch-all", "optional") for folder in folders):
        return
    node = _open_node(root, folders)
    if not node.folders or len(folders) < len(node.folders):
        node.folders = folders
    if has_not_found and (node.missing is None or len(folders) < len(node.missing)):
        node.missing = folders


def _open_node(root: Node, folders: tuple[Folder, ...]) -> Node:
    """The node of these folders' URL, made when it is new. A catch-all has none of its own: it ends at its parent's."""
    node = root
    for depth, folder in enumerate(folders[1:], 2):
        segment = folder.segment
        if segment.kind == "static":
            node = node.static.setdefault(segment.text, Node(folders[:depth]))
        elif segment.kind == "dynamic":
            if node.dynamic is None:
                node.dynamic = (segment.param, Node(folders[:depth]))
            elif node.dynamic[0] != segment.param:
                other = node.dynamic[1].folders[-1].path
                raise RouteConflict(f"{other} and {folder.path} take the same part of the URL under two names.")
            node = node.dynamic[1]
        elif segment.kind != "group":
            break
    return node


def _route_of(
    folders: tuple[Folder, ...], files: Mapping[str, Path], modules: Mapping[Path, ModuleType]
) -> Route | None:
    pattern = pattern_of(folders)
    names = frozenset(folder.segment.param for folder in folders if folder.segment.param)
    if file := files.get("page"):
        return Route(pattern, file, folders, page=find_function(file, modules[file], "page", names))
    if file := files.get("route"):
        return Route(pattern, file, folders, handlers=find_handlers(file, modules[file]))
    return None


def _claim(root: Node, route: Route) -> None:
    """Enter a route at its place in the tree."""
    node = _open_node(root, route.folders)
    last = next((f.segment for f in reversed(route.folders) if f.segment.kind != "group"), None)
    if last is not None and last.kind in ("catch-all", "optional"):
        others = [found[1] for found in (node.rest, node.optional) if found is not None]
        if last.kind == "optional" and node.route is not None:
            others.append(node.route)
        _refuse_second(others, route)
        if last.kind == "optional":
            node.optional = (last.param, route)
        else:
            node.rest = (last.param, route)
        return
    _refuse_second([found for found in (node.route, node.optional and node.optional[1]) if found], route)
    node.route = route


def _refuse_second(others: list[Route], route: Route) -> None:
    for other in others:
        raise RouteConflict(
            f"{other.file} and {route.file} claim the same URL, {route.pattern}. (Groups are no part of a URL.)"
        )
