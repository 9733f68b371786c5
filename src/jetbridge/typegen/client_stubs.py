"""Client components -> the `.pyi` files from which type checkers and editors know them.

Each lies beside its TSX file, because there both mypy and pyright find it without being told, for relative imports
and in folders with brackets too.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias

from jetbridge.html.tsx_import import SUFFIXES, read_client_module
from jetbridge.typegen.problems import Problem
from jetbridge.typegen.props_stub import PropsStub, props_stub, untyped_stub
from jetbridge.typegen.write import Generated, sync_files

GENERATED: Final = "Generated; changes are lost."
"""Stands in the first line of each; a .pyi without it is somebody's own and stays."""

Describe: TypeAlias = Callable[[Sequence[Path]], Mapping[Path, Mapping[str, Any]]]
"""Reads the props of client modules, as `node.props.PropsReader.read` does."""

KnownStubs: TypeAlias = dict[Path, tuple[Mapping[str, Any], tuple[str, ...], PropsStub]]
"""Of each client module: its description, the names that Python can import of it, and the stub made of these."""


@dataclass(slots=True)
class ClientFiles:
    """What lies below the folder of the application.

    modules: each client module that Python can import -> the names it exports. generated: the `.pyi` of earlier times.
    """

    modules: dict[Path, tuple[str, ...]] = field(default_factory=dict)
    generated: set[Path] = field(default_factory=set)


def find_client_files(app_path: Path) -> ClientFiles:
    """Look for client modules and their `.pyi`."""
    found = ClientFiles()
    for path in _files(app_path):
        if path.suffix == ".pyi":
            if _is_generated(path):
                found.generated.add(path)
        elif (exports := _exports(path)) is not None:
            found.modules[path] = exports
    return found


def write_client_stubs(
    app_path: Path, describe: Describe | None = None, *, check: bool = False, known: KnownStubs | None = None
) -> Generated:
    """Bring the `.pyi` files below `app_path` up to date. check: look only.

    describe: without it props stay untyped, and a `.pyi` that is there already stays as it is. known: the stubs of the
    last time; one whose description is the same object is not written anew.
    """
    found = find_client_files(app_path)
    # Nobody says in .jsx which props are optional.
    described = {} if describe is None else describe([path for path in found.modules if path.suffix == ".tsx"])
    files: dict[Path, str] = {}
    generated = Generated()
    for path, exports in found.modules.items():
        stub = path.with_suffix(".pyi")
        if stub.is_file() and stub not in found.generated:
            continue
        if path in described:
            made = _known_stub(path, described[path], exports, {} if known is None else known)
            files[stub] = made.text
            generated.problems += [Problem(*problem) for problem in made.problems]
        elif describe is not None or not stub.is_file():
            files[stub] = untyped_stub(path.name, exports)
    stale = sorted(found.generated - {path.with_suffix(".pyi") for path in found.modules})
    if not check:
        for path in stale:
            path.unlink()
    generated.changed = sync_files(files, check=check) + stale
    return generated


def _known_stub(path: Path, module: Mapping[str, Any], exports: tuple[str, ...], known: KnownStubs) -> PropsStub:
    before = known.get(path)
    if before is not None and before[0] is module and before[1] == exports:
        return before[2]
    made = props_stub(path.name, module, exports)
    known[path] = (module, exports, made)
    return made


def _files(app_path: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(app_path):
        folders[:] = sorted(name for name in folders if name not in ("node_modules", "__pycache__"))
        yield from (Path(folder, name) for name in sorted(names) if name.endswith((*SUFFIXES, ".pyi")))


def _exports(path: Path) -> tuple[str, ...] | None:
    """None for a file that Python cannot import: another name for it, or no "use client" in it."""
    if not path.stem.isidentifier() or path.with_suffix(".py").is_file():
        return None
    try:
        return read_client_module(path).exports
    except ImportError:
        return None


def _is_generated(path: Path) -> bool:
    with path.open(encoding="utf-8") as stream:
        return GENERATED in stream.readline()
