"""`jetbridge routes` and `jetbridge actions`: what an application answers to, as tables or as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from jetbridge.actions.action import ServerAction
from jetbridge.cli.project import shown_path
from jetbridge.routing.scan import RouteTree


def route_rows(tree: RouteTree, root: Path) -> list[dict[str, Any]]:
    """One entry for each URL pattern."""
    return [
        {
            "url": route.pattern,
            "kind": "page" if route.page is not None else "handler",
            "methods": ["GET"] if route.page is not None else sorted(route.handlers or ()),
            "file": shown_path(route.file, root),
        }
        for route in tree.routes
    ]


def action_rows(actions: Iterable[ServerAction], root: Path) -> list[dict[str, Any]]:
    """One entry for each function that a browser can call.

    kind: "exported" can be imported by client components and called with any arguments; "inline" is defined inside a
    function; "sealed" is too, and takes captured values, which come sealed.
    """
    rows = [
        {
            "name": action.export or action.qualname,
            "kind": "exported" if action.export else "sealed" if action.needs_token else "inline",
            "file": shown_path(action.file, root),
            "line": action.line,
            "id": action.id,
        }
        for action in actions
    ]
    return sorted(rows, key=lambda row: (row["file"], row["line"]))


def format_table(rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> str:
    """Rows under their headings, columns in line."""
    cells = [list(columns)] + [[_cell(row[column]) for column in columns] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells]
    return "\n".join(lines)


def _cell(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
