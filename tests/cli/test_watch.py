"""Which saved files mean what to the development server."""

from __future__ import annotations

import pytest

from jetbridge.cli.dev_watch import classify, watched_folders
from jetbridge.config import Config


@pytest.mark.parametrize(
    ("names", "python", "components"),
    [
        (["app/page.py"], True, False),
        (["lib/db.py", "notes.txt"], True, False),
        (["pyproject.toml"], True, False),
        (["app/.well-known/a/route.py"], True, False),
        (["app/card.tsx"], False, True),
        (["app/card.jsx", "app/page.py"], True, True),
        (["app/card.pyi"], None, None),
        (["app/style.css"], None, None),
        (["app/__pycache__/page.cpython-313.pyc"], None, None),
        (["node_modules/x/index.py", ".venv/lib/y.py", ".jetbridge/types/z.tsx"], None, None),
        (["app/pyproject.toml"], None, None),
    ],
)
def test_saved_files(tmp_path, names, python, components):
    """Python starts again for its own files, components are read again, and everything else is none of its business."""
    edit = classify({tmp_path / name for name in names}, Config(root=tmp_path))

    assert (edit and edit.python, edit and edit.components) == (python, components)


def test_folders_without_code_are_not_watched(tmp_path):
    """Packages, environments and hidden folders are not watched, whatever their size."""
    for name in ("app", "lib", "node_modules", "public", ".git", ".jetbridge", "env"):
        (tmp_path / name).mkdir()
    (tmp_path / "env" / "pyvenv.cfg").touch()

    assert [path.name for path in watched_folders(Config(root=tmp_path))] == ["app", "lib"]
