"""Client components -> the `.pyi` files from which type checkers and editors know them.

Each lies beside its TSX file, because there both mypy and pyright find it without being told, for relative imports
and in folders with brackets too.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from jetbridge.html.tsx_import import SUFFIXES, stub_text
from jetbridge.typegen.write import sync_files

GENERATED: Final = "Generated; changes are lost."
"""Stands in the first line of each; a .pyi without it is somebody's own and stays."""


def write_client_stubs(app_path: Path, *, check: bool = False) -> list[Path]:
    """Bring the `.pyi` files below `app_path` up to date. check: look only. Returns those that differed."""
    files: dict[Path, str] = {}
    generated: set[Path] = set()
    for path in _files(app_path):
        if path.suffix == ".pyi":
            if _is_generated(path):
                generated.add(path)
        elif (text := _stub(path)) is not None:
            files[path.with_suffix(".pyi")] = text
    own = {path for path in files if path.is_file() and path not in generated}
    stale = sorted(generated - set(files))
    if not check:
        for path in stale:
            path.unlink()
    return sync_files({path: text for path, text in files.items() if path not in own}, check=check) + stale


def _files(app_path: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(app_path):
        folders[:] = sorted(name for name in folders if name not in ("node_modules", "__pycache__"))
        yield from (Path(folder, name) for name in sorted(names) if name.endswith((*SUFFIXES, ".pyi")))


def _stub(path: Path) -> str | None:
    """None for a file that Python cannot import: another name for it, or no "use client" in it."""
    if not path.stem.isidentifier() or path.with_suffix(".py").is_file():
        return None
    try:
        return stub_text(path)
    except ImportError:
        return None


def _is_generated(path: Path) -> bool:
    with path.open(encoding="utf-8") as stream:
        return GENERATED in stream.readline()
