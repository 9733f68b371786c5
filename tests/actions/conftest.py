"""Modules of an application, written to disk and imported, and registries of their actions."""

from __future__ import annotations

import importlib.util
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from jetbridge.actions import ActionRegistry, KeyRing

SECRET = "a secret of more than thirty-two characters"

LoadModule = Callable[..., ModuleType]
MakeRegistry = Callable[..., ActionRegistry]


@pytest.fixture
def load_module(tmp_path: Path) -> Iterator[LoadModule]:
    """Write the source of a module and import it; the interpreter forgets it afterwards."""
    loaded: list[str] = []

    def load(source: str, name: str = "app.page") -> ModuleType:
        file = tmp_path / f"{name}.py"
        file.write_text(textwrap.dedent(source).lstrip())
        spec = importlib.util.spec_from_file_location(name, file)
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        loaded.append(name)
        spec.loader.exec_module(module)
        return module

    yield load
    for name in loaded:
        sys.modules.pop(name, None)


@pytest.fixture
def keys() -> KeyRing:
    return KeyRing([SECRET])


@pytest.fixture
def registry_of(load_module: LoadModule, keys: KeyRing) -> MakeRegistry:
    """The registry of one module, given as source; the module is its `.module`."""

    def make(source: str, name: str = "app.page") -> tuple[ModuleType, ActionRegistry]:
        module = load_module(source, name)
        return module, ActionRegistry(keys, [module])

    return make
