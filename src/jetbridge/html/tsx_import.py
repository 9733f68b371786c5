"""Lets Python import client components from TSX: `from app.posts.delete_button import DeleteButton`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from jetbridge.html.client_component import client_component
from jetbridge.html.missing import missing_name
from jetbridge.html.tsx_exports import ClientModule, scan_client_module

SUFFIXES: Final = (".tsx", ".jsx")


def install(root: Path) -> TsxFinder:
    """Make the .tsx and .jsx files below `root` importable; their paths are told relative to it.

    A Python module or package of the same name comes first. A second call for the same root changes nothing.
    """
    finder = TsxFinder(root.resolve())
    for known in sys.meta_path:
        if isinstance(known, TsxFinder) and known.root == finder.root:
            return known
    sys.meta_path.append(finder)
    return finder


def read_client_module(file: Path) -> ClientModule:
    """The exports of a client module. Raises: ImportError when Python cannot know them, or must not."""
    try:
        module = scan_client_module(file.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise ImportError(f"{file} is not UTF-8 text: {error}", path=str(file)) from error
    if not module.is_client:
        raise ImportError(
            f'{file} runs in the browser, and does not say so: make "use client" its first line to import it here.',
            path=str(file),
        )
    if module.star_line:
        raise ImportError(
            f"{file}:{module.star_line} has `export *`, and Python cannot see which names that gives: "
            "list them, as in `export { Card, Menu } from ...`.",
            path=str(file),
        )
    return module


class TsxFinder(MetaPathFinder):
    """Finds `<folder>/name.tsx` for a module `name` of a package in `folder`, below the root."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        name = fullname.rpartition(".")[2]
        for folder in [str(self.root)] if path is None else path:
            for suffix in SUFFIXES:
                file = Path(folder, name + suffix)
                if file.is_file() and file.resolve().is_relative_to(self.root):
                    return self._spec(fullname, file.resolve())
        return None

    def _spec(self, fullname: str, file: Path) -> ModuleSpec:
        loader = TsxLoader(file, file.relative_to(self.root).as_posix())
        spec = ModuleSpec(fullname, loader, origin=str(file))
        spec.has_location = True
        return spec


class TsxLoader(Loader):
    """Fills a module with one client component for each export.

    path: the module's name for the browser side, relative to the project.
    """

    def __init__(self, file: Path, path: str) -> None:
        self.file = file
        self.path = path

    def exec_module(self, module: ModuleType) -> None:
        exports = read_client_module(self.file).exports
        for name in exports:
            setattr(module, name, client_component(self.path, name))

        def missing(name: str) -> Any:
            raise missing_name(sys._getframe(1), self.path, name, exports, "export")

        module.__dict__["__all__"] = list(exports)
        module.__dict__["__getattr__"] = missing
