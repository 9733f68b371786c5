"""Each folder in cases/ holds actions, the TypeScript they must give, and uses of it that `tsc` takes or refuses."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from jetbridge.actions.encryption import KeyRing
from jetbridge.actions.registry import ActionRegistry
from jetbridge.routing.scan import scan_routes
from jetbridge.typegen.write import Generated, write_types

CLIENT = Path(__file__).parents[2] / "client"
CASES = sorted(path for path in (Path(__file__).parent / "cases").iterdir() if path.is_dir())
MARK = re.compile(r"// error (TS\d+)|/\* error (TS\d+) \*/")


@pytest.fixture(autouse=True, scope="module")
def clean_imports() -> Iterator[None]:
    """The interpreter forgets the applications afterwards."""
    path = [*sys.path]
    yield
    sys.path[:] = path
    forget()


def forget() -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == "app"]:
        del sys.modules[name]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Generated]:
    """All cases as one application, and what was generated for it."""
    root = tmp_path_factory.mktemp("cases")
    for case in CASES:
        shutil.copytree(case, root / "app" / case.name, ignore=shutil.ignore_patterns("__pycache__", "*.d.ts"))
    return root, generate(root)


def generate(root: Path) -> Generated:
    forget()
    tree = scan_routes(root / "app")
    registry = ActionRegistry(KeyRing(["k" * 40]), tree.modules.values())
    generated = write_types(registry, tree, root / ".jetbridge", lambda action: action.id)
    (root / "node_modules").symlink_to(CLIENT / "node_modules")
    options = {"noUncheckedIndexedAccess": True, "skipLibCheck": False, "types": []}
    (root / "tsconfig.json").write_text(
        json.dumps({"extends": "./.jetbridge/tsconfig.json", "compilerOptions": options})
    )
    return generated


def errors(root: Path) -> set[tuple[str, int, str]]:
    """What TypeScript says: file, line and code."""
    run = [CLIENT / "node_modules" / ".bin" / "tsc", "-p", "."]
    output = subprocess.run(run, cwd=root, capture_output=True, text=True, check=False).stdout
    # Beside the uses only what was generated for them: the declarations of the package have tests of their own.
    found = re.findall(r"(?m)^((?:\.jetbridge/types/)?app/\S+?)\((\d+),\d+\): error (TS\d+)", output)
    return {(file, int(line), code) for file, line, code in found}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_types(project, case):
    """The types of these actions are the expected ones, to the letter."""
    root, _ = project

    assert (root / ".jetbridge" / "types" / "app" / case.name / "actions.d.ts").read_text() == (
        case / "actions.d.ts"
    ).read_text()


def test_everything_can_be_expressed(project):
    """No annotation of the cases is a problem."""
    assert project[1].problems == []


def test_uses(project):
    """TypeScript takes the right uses, and refuses each wrong one in its line."""
    root, _ = project
    expected = set()
    for case in CASES:
        for number, line in enumerate((case / "uses.tsx").read_text().splitlines(), 1):
            expected |= {(f"app/{case.name}/uses.tsx", number, one or other) for one, other in MARK.findall(line)}

    assert errors(root) == expected


def test_renamed_field(tmp_path):
    """When a field of a model gets another name in Python, TypeScript finds each place that uses the old one."""
    case = Path(__file__).parent / "cases" / "models"
    (tmp_path / "app").mkdir()
    source = (case / "actions.py").read_text()
    (tmp_path / "app" / "actions.py").write_text(source.replace("post_title", "headline"))
    uses = (case / "uses.tsx").read_text().partition("export async function wrong")[0]
    (tmp_path / "app" / "uses.tsx").write_text(uses + "\nexport const title = (post: Post) => post.postTitle\n")

    generate(tmp_path)

    lines = (tmp_path / "app" / "uses.tsx").read_text().splitlines()
    used = {number for number, line in enumerate(lines, 1) if "postTitle" in line}
    assert {line for _, line, _ in errors(tmp_path)} == used
    assert len(used) == 3
