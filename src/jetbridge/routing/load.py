"""Loading the Python modules under app/, under names that stay the same from process to process.

A module is named by its folders: `app/posts/[id]/page.py` is `app.posts.[id].page`. A dot in a folder's name is
written `%2E`, because a dot separates packages. Folders need no `__init__.py`; relative imports work in all of them.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
import traceback
from collections.abc import Iterator
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

from jetbridge.errors import ConfigError

_NOT_CODE = frozenset({"__pycache__", "node_modules"})


def load_modules(app_path: Path, package: str = "app") -> dict[Path, ModuleType]:
    """Import every module under `app_path`, in the order of their paths. Files that Python cannot name are left out,
    and so are tests (`test_*.py`, `*_test.py`, `conftest.py`) and `__main__.py`.

    One process holds one application per package name: another one found under that name is forgotten.
    package: the name of `app_path`, dotted where it lies deeper in the project ("src.app").
    Raises: ConfigError naming file and line when one cannot be imported; its cause is the error itself.
    """
    importlib.invalidate_caches()
    root = import_root(app_path, package)
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    modules: dict[Path, ModuleType] = {}
    try:
        _open_root(package, app_path)
        for folder, files in _walk(app_path):
            name = _package_name(folder, app_path, package)
            if "." in folder.name:
                _open_package(name, folder)
            for file in files:
                modules[file] = importlib.import_module(name if file.stem == "__init__" else f"{name}.{file.stem}")
    except (Exception, SystemExit) as error:
        raise ConfigError(describe_load_error(error, root)) from error
    return modules


def import_root(app_path: Path, package: str) -> Path:
    """The folder that the names of modules start from: that of `app` for app/, that of `src` for "src.app"."""
    return app_path.parents[package.count(".")]


def describe_load_error(error: BaseException, root: Path) -> str:
    """Say in one line where in the project an import failed, and why: "app/page.py:3: NameError: ..."."""
    text = error.msg if isinstance(error, SyntaxError) else str(error)
    place = _place(error, root)
    return f"{place}: {type(error).__name__}: {text}" if place else f"{type(error).__name__}: {text}"


def code_folders(folder: Path) -> list[Path]:
    """The folders directly below that may hold code, sorted. Hidden ones do not, apart from `.well-known`."""
    return sorted(
        entry
        for entry in folder.iterdir()
        if entry.is_dir()
        and entry.name not in _NOT_CODE
        and (not entry.name.startswith(".") or entry.name == ".well-known")
    )


def _walk(folder: Path) -> Iterator[tuple[Path, list[Path]]]:
    yield folder, sorted(file for file in folder.glob("*.py") if _is_module(file))
    for child in code_folders(folder):
        yield from _walk(child)


def _is_module(file: Path) -> bool:
    stem = file.stem
    is_test = stem.startswith("test_") or stem.endswith("_test") or stem in ("conftest", "__main__")
    return stem.isidentifier() and not is_test and file.is_file()


def _package_name(folder: Path, app_path: Path, package: str) -> str:
    parts = folder.relative_to(app_path).parts
    return ".".join([package, *(part.replace(".", "%2E") for part in parts)])


def _open_root(package: str, app_path: Path) -> None:
    current = sys.modules.get(package)
    if current is not None and [Path(entry).resolve() for entry in getattr(current, "__path__", ())] == [app_path]:
        return
    for name in [name for name in sys.modules if name == package or name.startswith(package + ".")]:
        del sys.modules[name]
    _open_package(package, app_path)


def _open_package(name: str, folder: Path) -> None:
    """Make a package of a folder that the import system cannot find by that name."""
    if name in sys.modules:
        return
    init = folder / "__init__.py"
    if init.is_file():
        spec = importlib.util.spec_from_file_location(name, init, submodule_search_locations=[str(folder)])
    else:
        spec = ModuleSpec(name, None, is_package=True)
        spec.submodule_search_locations = [str(folder)]
    if spec is None:
        raise ImportError(f"{init} cannot be imported")
    parent, _, _ = name.rpartition(".")
    if parent:
        importlib.import_module(parent)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        if spec.loader is not None and init.is_file():
            spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise


def _place(error: BaseException, root: Path) -> str | None:
    if isinstance(error, SyntaxError) and error.filename:
        return f"{_relative(error.filename, root)}:{error.lineno or 1}"
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        file = Path(frame.filename)
        if file.is_relative_to(root) and not {"site-packages", ".venv"} & set(file.relative_to(root).parts):
            return f"{_relative(frame.filename, root)}:{frame.lineno or 1}"
    return None


def _relative(filename: str, root: Path) -> str:
    file = Path(filename)
    return file.relative_to(root).as_posix() if file.is_relative_to(root) else filename
