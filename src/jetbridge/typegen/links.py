"""Where the Python of an application sends its visitors, as far as it is written out: checked against the routes.

TypeScript has types for that; Python's type checkers have none for text that is put together.
"""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from jetbridge.routing.scan import RouteTree
from jetbridge.typegen.problems import Problem

_TARGETS: Final[Mapping[str, str | None]] = {
    "redirect": None,
    "permanent_redirect": None,
    "Link": "href",
    "Form": "action",
}
"""What takes the path of a page, and the keyword that it is given by; None: the first argument."""

_HOLE: Final = "\0"
"""Stands for what an f-string puts in."""


def dead_links(tree: RouteTree) -> list[Problem]:
    """Each call of redirect() or Link() whose path no route answers. Text that is not written out is not looked at."""
    patterns = [route.pattern for route in tree.routes]
    public = tree.root_path / "public"
    return [
        problem
        for file, module in sorted(tree.modules.items())
        for problem in _dead_links_in(file, module, tree.root_path, patterns, public)
    ]


def _dead_links_in(
    file: Path, module: ModuleType, root: Path, patterns: Sequence[str], public: Path
) -> Iterator[Problem]:
    text = file.read_text("utf-8")
    if not any(name in text for name in _TARGETS):
        return
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call):
            continue
        name, path = _target(node, module)
        if path is None or _is_answered(path, patterns) or (public / path.lstrip("/")).is_file():
            continue
        shown = path.replace(_HOLE, "{...}")
        near = difflib.get_close_matches(shown, patterns, 1)
        hint = f" Is {near[0]} meant?" if near else ""
        reason = (
            f"no page and no route handler has this path.{hint} What another application answers is no literal here."
        )
        place = f"{file.relative_to(root).as_posix()}:{node.lineno}"
        yield Problem(place, f'{name}("{shown}")', reason)


def _target(node: ast.Call, module: ModuleType) -> tuple[str, str | None]:
    """The function that is called, and the path it is given; None for other calls, and for what is no path here."""
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    function: Any = vars(module).get(name)
    known = str(getattr(function, "__name__", "") or getattr(function, "name", ""))
    if known not in _TARGETS or not _is_ours(function):
        return name, None
    keyword = _TARGETS[known]
    values = [one.value for one in node.keywords if one.arg == keyword] if keyword else node.args[:1]
    return name, _path(values[0]) if values else None


def _is_ours(function: Any) -> bool:
    """Whether a function, or the class of a component, is one of this package."""
    modules = (getattr(function, "__module__", ""), type(function).__module__)
    return any(str(name).partition(".")[0] == "jetbridge" for name in modules)


def _path(value: ast.expr) -> str | None:
    """The path that an expression writes out, without query and hash; None if it is not one of this application."""
    parts = value.values if isinstance(value, ast.JoinedStr) else [value]
    text = "".join(str(one.value) if isinstance(one, ast.Constant) else _HOLE for one in parts)
    is_text = isinstance(value, ast.JoinedStr) or (isinstance(value, ast.Constant) and isinstance(value.value, str))
    if not is_text or not text.startswith("/") or text.startswith("//"):
        return None
    return text.partition("?")[0].partition("#")[0]


def _is_answered(path: str, patterns: Sequence[str]) -> bool:
    parts = [part for part in path.split("/") if part]
    return any(_fits(parts, [part for part in pattern.split("/") if part]) for pattern in patterns)


def _fits(parts: Sequence[str], pattern: Sequence[str]) -> bool:
    """Whether a path may be one of a pattern. What an f-string puts in may be several parts of it, and any text."""
    if not pattern:
        return not parts or list(parts) == [_HOLE]
    if pattern[0].startswith("[["):
        return True
    if not parts:
        return False
    if pattern[0].startswith("[..."):
        return True
    if parts[0] == _HOLE and _fits(parts, pattern[1:]):
        return True
    return _same(parts[0], pattern[0]) and _fits(parts[1:], pattern[1:])


def _same(part: str, name: str) -> bool:
    if name.startswith("[") or _HOLE not in part:
        return name.startswith("[") or part == name
    before, _, after = part.partition(_HOLE)
    return name.startswith(before) and name.endswith(after.rpartition(_HOLE)[2])
