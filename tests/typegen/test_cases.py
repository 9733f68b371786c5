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


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Generated]]:
    """All cases as one application, and what was generated for it."""
    root = tmp_path_factory.mktemp("cases")
    for case in CASES:
        shutil.copytree(case, root / "app" / case.name, ignore=shutil.ignore_patterns("__pycache__", "*.d.ts"))
    path = [*sys.path]
    tree = scan_routes(root / "app")
    generated = write_types(
        ActionRegistry(KeyRing(["k" * 40]), tree.modules.values()), tree, root / ".jetbridge", lambda one: one.id
    )
    (root / "node_modules").symlink_to(CLIENT / "node_modules")
    options = {"noUncheckedIndexedAccess": True, "skipLibCheck": False, "types": []}
    (root / "tsconfig.json").write_text(
        json.dumps({"extends": "./.jetbridge/tsconfig.json", "compilerOptions": options})
    )
    yield root, generated
    sys.path[:] = path
    for name in [name for name in sys.modules if name.split(".")[0] == "app"]:
        del sys.modules[name]


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

    output = subprocess.run(
        [CLIENT / "node_modules" / ".bin" / "tsc", "-p", "."], cwd=root, capture_output=True, text=True, check=False
    ).stdout

    # Beside the uses only what was generated for them: the declarations of the package have tests of their own.
    found = re.findall(r"(?m)^((?:\.jetbridge/types/)?app/\S+?)\((\d+),\d+\): error (TS\d+)", output)
    assert {(file, int(line), code) for file, line, code in found} == expected, output
