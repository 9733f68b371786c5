"""A project on disk, written from a dict of files."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

WriteApp = Callable[[Mapping[str, str]], Path]


@pytest.fixture
def write_app(tmp_path: Path) -> Iterator[WriteApp]:
    """Write files below app/ and give its path; the interpreter forgets the modules afterwards."""
    path, modules = list(sys.path), set(sys.modules)

    def write(files: Mapping[str, str]) -> Path:
        for name, text in files.items():
            file = tmp_path / "app" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        return tmp_path / "app"

    yield write
    sys.path[:] = path
    for name in set(sys.modules) - modules:
        if name.split(".")[0] in ("app", "lib", "src"):
            del sys.modules[name]
