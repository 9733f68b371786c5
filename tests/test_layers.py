"""The rooms of the house and what each may import, as a table that is checked."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent / "src" / "jetbridge"

EVERYONE = {"errors", "wire"}
"""What every room may import; these two import nothing of ours themselves."""

MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    "wire": set(),
    "profiles": EVERYONE,
    "config": EVERYONE | {"profiles"},
    "visitor": EVERYONE,
    "context": EVERYONE | {"profiles", "visitor"},
    "flight": EVERYONE,
    "annotations": set(),
    "cache": EVERYONE | {"annotations", "context", "profiles", "visitor", "flight.model"},
    "routing": EVERYONE,
    "html": EVERYONE | {"flight.model"},
    "components": EVERYONE | {"flight.model", "html"},
    "actions": EVERYONE | {"annotations", "flight.model", "flight.received", "context"},
    "rendering": EVERYONE | {"flight", "context"},
    "node": EVERYONE | {"flight.model", "flight.encoder", "config"},
    "typegen": EVERYONE | {"actions", "annotations", "routing", "html", "flight.model"},
    "server": EVERYONE
    | {
        "config",
        "context",
        "profiles",
        "flight",
        "cache",
        "routing",
        "html",
        "components",
        "actions",
        "rendering",
        "node",
    },
    "testing": EVERYONE | {"config", "context", "flight", "cache", "actions", "server"},
    "cli": EVERYONE | {"cache", "config", "context", "actions", "routing", "server", "node", "typegen"},
}
"""Room -> what it may import besides itself. `jetbridge/__init__.py` is not a room: it re-exports."""

ONLY_IN: dict[str, set[str]] = {
    "starlette": {"server"},
    "uvicorn": {"cli"},
    "click": {"cli"},
    "cryptography": {"actions"},
    "subprocess": {"node"},
    "multiprocessing": {"node"},
}
"""Package of others -> the rooms that may import it."""

INPUT_AND_OUTPUT = {
    *("aiofiles", "anyio", "asyncio", "concurrent", "ftplib", "glob", "http", "httpx2", "mmap", "multiprocessing"),
    *("os", "pathlib", "select", "selectors", "shutil", "signal", "smtplib", "socket", "sqlite3", "ssl", "starlette"),
    *("subprocess", "tempfile", "threading", "trio", "urllib.request", "uvicorn"),
}
"""Modules that wait, start something or touch the outside: none of these in flight/, which is sans-IO."""


BROUGHT_ALONG = {"pydantic_core": "pydantic"}
"""Packages that come with a declared one of another name."""


def room_of(path: Path) -> str:
    """The room that a source file belongs to; "" for `jetbridge/__init__.py`."""
    first = path.relative_to(SOURCE).parts[0]
    return "" if first == "__init__.py" else first.removesuffix(".py")


def imports_of(path: Path) -> Iterator[tuple[str, int]]:
    """(dotted module, line) for each import in the file; `from a import b` gives a.b where that is a module."""
    package = ["jetbridge", *path.relative_to(SOURCE).parent.parts]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                yield (f"{base}.{alias.name}" if is_module(f"{base}.{alias.name}") else base), node.lineno


def is_module(dotted: str) -> bool:
    """Whether this is one of our own modules or packages."""
    if not dotted.startswith("jetbridge."):
        return False
    path = SOURCE.joinpath(*dotted.split(".")[1:])
    return path.with_suffix(".py").is_file() or path.is_dir()


def within(module: str, names: set[str]) -> bool:
    """Whether the dotted module is one of the names, or lies below one."""
    return any(module == name or module.startswith(f"{name}.") for name in names)


def complaint(room: str, module: str) -> str | None:
    """What is wrong with an import of `module` in `room`, or None."""
    if module == "jetbridge":
        return "imports the public package: import the room instead"
    if module.startswith("jetbridge."):
        target = module.removeprefix("jetbridge.")
        allowed = MAY_IMPORT[room] | {room}
        return None if within(target, allowed) else f"may not import {target}"
    if room == "flight" and within(module, INPUT_AND_OUTPUT):
        return f"is sans-IO and may not import {module}"
    for package, rooms in ONLY_IN.items():
        if within(module, {package}) and room not in rooms:
            return f"may not import {package}: only {', '.join(sorted(rooms))} may"
    return None


SOURCES = sorted(SOURCE.rglob("*.py"))


@pytest.mark.parametrize("path", SOURCES, ids=[str(path.relative_to(SOURCE)) for path in SOURCES])
def test_room_imports_only_what_lies_below_it(path):
    """A file imports only what the table allows its room."""
    room = room_of(path)

    wrong = [
        f"line {line}: {room} {text}" for module, line in imports_of(path) if room and (text := complaint(room, module))
    ]

    assert wrong == []


def test_table_names_every_room():
    """Each file and folder of the package has a row, and each row still has its room."""
    assert {room_of(path) for path in SOURCES} - {""} == set(MAY_IMPORT)


@pytest.mark.parametrize(
    ("room", "module"),
    [
        ("flight", "jetbridge.server.application"),
        ("flight", "asyncio"),
        ("flight", "urllib.request"),
        ("actions", "jetbridge.flight.encoder"),
        ("rendering", "jetbridge.node.worker"),
        ("routing", "starlette.routing"),
        ("server", "uvicorn"),
        ("server", "subprocess"),
        ("cache", "jetbridge"),
    ],
)
def test_upward_import_is_refused(room, module):
    """The check notices an import that goes up, out of the room, or outside."""
    assert complaint(room, module)


@pytest.mark.parametrize(
    ("room", "module"),
    [
        ("actions", "jetbridge.flight.model"),
        ("flight", "jetbridge.flight.rows"),
        ("flight", "urllib.parse"),
        ("cli", "uvicorn"),
    ],
)
def test_downward_import_is_allowed(room, module):
    """The check lets through what the table allows."""
    assert complaint(room, module) is None


def test_declared_dependencies_are_what_is_imported():
    """Each package of others that the code imports is declared in pyproject.toml, and each core one is imported."""
    project = tomllib.loads((SOURCE.parent.parent / "pyproject.toml").read_text("utf-8"))["project"]
    core = {name_of(line) for line in project["dependencies"]}
    optional = {name_of(line) for lines in project["optional-dependencies"].values() for line in lines}
    imported = {module.split(".")[0] for path in SOURCES for module, _ in imports_of(path)} - sys.stdlib_module_names
    packages = {BROUGHT_ALONG.get(module, module) for module in imported - {"jetbridge"}}

    assert packages - core - optional == set()
    assert core - packages == set()


def name_of(requirement: str) -> str:
    """The importable name of a requirement: "python-multipart>=1" is python_multipart."""
    return re.split(r"[^\w-]", requirement)[0].replace("-", "_")
