"""The wheel, as a user installs it."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

pytestmark = pytest.mark.slow


def pip(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "pip", *arguments], check=True, stdout=subprocess.DEVNULL)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT))
    return next(folder.glob("jetbridge-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """The `bin` folder of a fresh environment with the wheel and what it depends on, and nothing of this checkout."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    pip("--python", str(folder / "bin" / "python"), "install", "--quiet", str(wheel))
    return folder / "bin"


def run(command: list[str | Path], cwd: Path) -> str:
    return subprocess.run(command, cwd=cwd, check=True, capture_output=True, text=True).stdout


def test_wheel_holds_the_browser_side(wheel):
    """React, TypeScript and our own code are in the wheel, with their licences, and nothing else of client/."""
    names = zipfile.ZipFile(wheel).namelist()
    assets = [name for name in names if name.startswith("jetbridge/_assets/")]

    assert any(name.endswith(".js") for name in assets)
    assert any("LICENSE" in name.upper() and "REACT" in name.upper() for name in assets)
    assert any("LICENSE" in name.upper() and "TYPESCRIPT" in name.upper() for name in assets)
    assert not [name for name in names if "node_modules" in name]
    assert not [name for name in names if name.split("/")[0] != "jetbridge" and ".dist-info/" not in name]


def test_wheel_is_typed_and_licensed(wheel):
    """Type checkers read the package's own types; the licence travels along."""
    names = zipfile.ZipFile(wheel).namelist()

    assert "jetbridge/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_command_line_answers(installed, tmp_path):
    """`jetbridge --help` lists the commands."""
    text = run([installed / "jetbridge", "--help"], tmp_path)

    assert {"dev", "build", "start", "routes", "actions"} <= set(text.split())


def test_public_names_import(installed, tmp_path):
    """What the documentation imports can be imported with the core dependencies alone."""
    code = (
        "import jetbridge.components, jetbridge.flight, jetbridge.html, jetbridge.cli.start; print(*jetbridge.__all__)"
    )

    names = run([installed / "python", "-W", "error", "-c", f"{code}; jetbridge.Jetbridge"], tmp_path).split()

    assert {"Jetbridge", "FormData", "ActionError", "action", "cached", "redirect", "revalidate_tag", "session"} <= set(
        names
    )
