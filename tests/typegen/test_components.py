"""Client components -> the `.pyi` that they must give, and uses in Python that mypy and pyright take or refuse."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.typegen.component_project import CASES, make_project, write_stubs

MODULES = sorted(CASES.glob("*.tsx"))


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """All cases as one project, and what was written for it."""
    root = tmp_path_factory.mktemp("components")
    make_project(root)
    return root / "app", write_stubs(root)


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_stub(project, module):
    """The stub of these components is the expected one, to the letter."""
    app, _ = project

    assert (app / f"{module.stem}.pyi").read_text() == module.with_suffix(".pyi").read_text()


def test_stubs_lie_beside_their_modules(project):
    """Each client module has a stub, and nothing else has one."""
    app, generated = project

    assert sorted(generated.changed) == [app / f"{module.stem}.pyi" for module in MODULES]


def test_what_cannot_be_expressed_is_named(project):
    """Only what has no type in Python is a problem; it is told with its place and what to do."""
    _, generated = project

    assert [str(problem) for problem in generated.problems] == [
        "app/exports.tsx:52: Loose: nothing is known of its props: give them a type",
    ]


@pytest.mark.slow
@pytest.mark.parametrize("checker", ["mypy", "pyright"])
def test_type_checkers(project, checker):
    """Both type checkers flag every wrong use of a component, and take every right one."""
    app, _ = project
    uses = sorted(app.glob("*_use.py"))
    wrong = [
        f"{path.name}:{number}"
        for path in uses
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if "# wrong" in line
    ]

    assert CHECKERS[checker](app) == wrong


def run_mypy(app: Path) -> list[str]:
    options = ["--strict", "--no-error-summary", "--disable-error-code=empty-body", "--output=json"]
    command = [sys.executable, "-m", "mypy", *options, *sorted(path.name for path in app.glob("*_use.py"))]
    output = subprocess.run(command, cwd=app, capture_output=True, text=True, check=False).stdout
    errors = [json.loads(line) for line in output.splitlines()]
    found = {(error["file"], error["line"]) for error in errors if error["severity"] == "error"}
    return [f"{file}:{line}" for file, line in sorted(found)]


def run_pyright(app: Path) -> list[str]:
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable, "."]
    output = subprocess.run(command, cwd=app, capture_output=True, text=True, check=False).stdout
    errors = [error for error in json.loads(output)["generalDiagnostics"] if error["severity"] == "error"]
    found = {(Path(error["file"]).name, error["range"]["start"]["line"] + 1) for error in errors}
    return [f"{file}:{line}" for file, line in sorted(found)]


CHECKERS = {"mypy": run_mypy, "pyright": run_pyright}
