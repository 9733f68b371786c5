"""`jetbridge routes` and `jetbridge actions`: what an application answers to, as tables or as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from jetbridge.actions.action import ServerAction
from jetbridge.cli.audit import Use, asking_calls, find_uses
from jetbridge.cli.project import shown_path
from jetbridge.routing.scan import RouteTree
from jetbridge.server.wiring import Project


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


def action_rows(project: Project) -> list[dict[str, Any]]:
    """One entry for each function that a browser can call.

    kind: "exported" can be imported by client components and called with any arguments; "inline" is defined inside a
    function; "sealed" is too, and takes captured values, which come sealed.
    guard: its name; None without one. checks: what its body calls that asks who is calling. limits: those of its own.
    usedBy: the files that name it; None for one inside a function, which only that function can show.
    """
    root = project.config.root
    uses = find_uses(project.tree, root, {action.module for action in project.registry})
    rows = [
        {
            "name": action.export or action.qualname,
            "kind": "exported" if action.export else "sealed" if action.needs_token else "inline",
            "file": shown_path(action.file, root),
            "line": action.line,
            "guard": action.guard and action.guard.name,
            "public": action.public,
            "checks": asking_calls(action),
            "limits": action.options.limits(),
            "usedBy": None if action.nested else _users(action, uses, root),
            "id": action.id,
        }
        for action in project.registry
    ]
    return sorted(rows, key=lambda row: (row["file"], row["line"]))


def _users(action: ServerAction, uses: Iterable[Use], root: Path) -> list[str]:
    names = {action.qualname, action.export, "*"}
    return sorted({shown_path(use.file, root) for use in uses if use.module == action.module and use.action in names})


def action_table(rows: Sequence[dict[str, Any]]) -> str:
    """The actions for people."""
    table = [
        {
            "name": row["name"],
            "kind": row["kind"],
            "defined at": f"{row['file']}:{row['line']}",
            "who may call": _who_may_call(row),
            "limits": ", ".join(f"{name} {value}" for name, value in row["limits"].items()) or "-",
            "used by": "its page" if row["usedBy"] is None else row["usedBy"] or "nothing",
        }
        for row in rows
    ]
    return format_table(table, ("name", "kind", "defined at", "who may call", "limits", "used by"))


def _who_may_call(row: dict[str, Any]) -> str:
    if row["guard"]:
        return str(row["guard"])
    if row["public"]:
        return "anybody (public)"
    return f"its body asks {', '.join(f'{name}()' for name in row['checks'])}" if row["checks"] else "ANYBODY"


def unguarded(rows: Iterable[dict[str, Any]]) -> list[str]:
    """A line for each action of which nobody has said who may call it."""
    return [
        f"{row['file']}:{row['line']}: {row['name']} has no guard, is not public, and its body asks nobody: write "
        "@action(guard=...) or @action(public=True), or set __guard__ in its module."
        for row in rows
        if not (row["guard"] or row["public"] or row["checks"])
    ]


def unused(rows: Iterable[dict[str, Any]]) -> list[str]:
    """A line for each action that no file names: an endpoint that nobody needs."""
    return [f"{row['file']}:{row['line']}: {row['name']} is used by no file." for row in rows if row["usedBy"] == []]


def format_table(rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> str:
    """Rows under their headings, columns in line."""
    cells = [list(columns)] + [[_cell(row[column]) for column in columns] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells]
    return "\n".join(lines)


def _cell(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
