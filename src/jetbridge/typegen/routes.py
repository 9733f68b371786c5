"""Routes -> the declarations of "jetbridge/routes": where a link may lead, and what each route takes from its URL."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

from jetbridge.routing.scan import Route, RouteTree

_HOLE: Final = "${string}"
"""Stands for a part of a URL in a template literal type."""

_HREF: Final = """\
/** Where a link may lead: a path of this application, with query and hash; a place on the page; another site. */
export type Href =
  | Path
  | `${Path}?${string}`
  | `${Path}#${string}`
  | `?${string}`
  | `#${string}`
  | `${string}:${string}`
  | `//${string}`

/** What a route takes from its URL: `RouteParams<"/posts/[id]">`. */
export type RouteParams<R extends keyof Routes = keyof Routes> = Routes[R]
"""


def routes_text(tree: RouteTree) -> str:
    """The declarations for the routes of one application, in the order of their patterns."""
    app = tree.app_path.relative_to(tree.root_path).as_posix()
    paths = list(dict.fromkeys(path for route in tree.routes for path in _paths(route)))
    routes = "".join(f"  {json.dumps(route.pattern)}: {_params(route)}\n" for route in tree.routes)
    union = "".join(f"\n  | {path}" for path in paths) or " string"
    return (
        f"// Written by jetbridge from the folders below {app}/. Do not edit.\n\n"
        f"/** The routes, and what each takes from its URL. */\nexport interface Routes {{\n{routes}}}\n\n"
        f"/** The path of a page or of a route handler. */\nexport type Path ={union}\n\n{_HREF}"
    )


def _paths(route: Route) -> Iterator[str]:
    """The URLs of a route as types: text where it is the same for all, a template where it is not."""
    path = ""
    for folder in route.folders[1:]:
        segment = folder.segment
        if segment.kind == "optional":
            yield _template(path or "/")
        if segment.kind != "group":
            path = f"{path}/{segment.text if segment.kind == 'static' else _HOLE}"
    yield _template(path or "/")


def _template(path: str) -> str:
    if _HOLE not in path:
        return json.dumps(path)
    fixed = (re.sub(r"[`\\]", r"\\\g<0>", part) for part in path.split(_HOLE))
    return f"`{_HOLE.join(fixed)}`"


def _params(route: Route) -> str:
    kinds = {"dynamic": "string", "catch-all": "string[]", "optional": "string[]"}
    found = [folder.segment for folder in route.folders if folder.segment.kind in kinds]
    return (
        f"{{ {'; '.join(f'{one.param}: {kinds[one.kind]}' for one in found)} }}" if found else "Record<string, never>"
    )
