"""The example, after a prop of a component was given another name."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.typegen.component_project import write_stubs

GUIDE = Path(__file__).parents[2] / "examples" / "guide"


@pytest.fixture
def guide(tmp_path):
    """A copy of the example without what was generated for Python."""
    ignored = shutil.ignore_patterns("node_modules", "*.pyi", "*.sqlite*", "__pycache__", ".mypy_cache")
    shutil.copytree(GUIDE, tmp_path / "guide", ignore=ignored)
    (tmp_path / "guide" / "node_modules").symlink_to(GUIDE / "node_modules")
    return tmp_path / "guide"


def check(root: Path) -> list[tuple[str, str]]:
    """(file, source line) of each error that mypy finds, as the example configures it."""
    command = [sys.executable, "-m", "mypy", "--output=json"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    errors = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert errors or done.returncode == 0, done.stdout + done.stderr
    places = sorted({(error["file"], error["line"]) for error in errors if error["severity"] == "error"})
    return [(file, (root / file).read_text().splitlines()[line - 1].strip()) for file, line in places]


@pytest.mark.slow
def test_renamed_prop(guide):
    """mypy passes on the example; when a prop is renamed in TSX, it fails at each use and nowhere else."""
    uses = [
        (path.relative_to(guide).as_posix(), line.strip())
        for path in sorted((guide / "app").rglob("page.py"))
        for line in path.read_text().splitlines()
        if "DeleteButton(" in line
    ]
    write_stubs(guide)
    before = check(guide)

    component = guide / "app" / "posts" / "delete_button.tsx"
    component.write_text(component.read_text().replace("what", "subject"))
    write_stubs(guide)

    assert before == []
    assert len(uses) == 3
    assert {file for file, _ in uses} == {"app/posts/page.py", "app/posts/[id]/page.py"}
    assert check(guide) == uses
