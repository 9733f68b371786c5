import json
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent / "typing"
ROOT = HERE.parent.parent.parent


def run_mypy(files):
    """The lines with errors, by file name."""
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--output", "json", *map(str, files)]
    output = subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout
    found = [json.loads(line) for line in output.splitlines()]
    return {(Path(error["file"]).name, error["line"]) for error in found if error["severity"] == "error"}


def run_pyright(files):
    """The lines with errors, by file name."""
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable, *map(str, files)]
    output = subprocess.run(command, cwd=HERE, capture_output=True, text=True).stdout
    found = json.loads(output)["generalDiagnostics"]
    return {
        (Path(error["file"]).name, error["range"]["start"]["line"] + 1)
        for error in found
        if error["severity"] == "error"
    }


@pytest.mark.parametrize("check", [run_mypy, run_pyright], ids=["mypy", "pyright"])
def test_type_checkers(check):
    """mypy and pyright find every mistake in an element, and nothing wrong with correct code."""
    lines = (HERE / "mistakes.py").read_text().splitlines()
    wrong = {("mistakes.py", number) for number, line in enumerate(lines, 1) if "# wrong" in line}

    assert check([HERE / "mistakes.py", HERE / "correct.py"]) == wrong
