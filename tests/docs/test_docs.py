"""The documentation, run."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from jetbridge.config import Config
from tests.docs.samples import ROOT, Sample, pages, samples_of, write_project

PAGES = pages()
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]
PYTHON = [sample for page in PAGES for sample in samples_of(page) if sample.language == "python"]
WITH_FILES = [page for page in PAGES if any(sample.file for sample in samples_of(page))]


def name_of(sample: Sample) -> str:
    return f"{sample.page.relative_to(ROOT)}:{sample.line}"


@pytest.mark.parametrize("sample", PYTHON, ids=name_of)
def test_python_sample_imports_what_exists(sample):
    """Each Python sample is legal Python, and what it imports of jetbridge is there."""
    tree = ast.parse(sample.text)

    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "jetbridge":
            module = importlib.import_module(node.module)
            assert [alias.name for alias in node.names if not hasattr(module, alias.name)] == []


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_links_lead_somewhere(page):
    """Every link to another page, and every picture, is there."""
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text("utf-8"))

    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.slow
@pytest.mark.parametrize("page", WITH_FILES, ids=[str(page.relative_to(ROOT)) for page in WITH_FILES])
def test_samples_build(page, tmp_path):
    """The files of a page make an application that builds, and its TypeScript fits the Python."""
    write_project(page, tmp_path)

    run([Path(sys.executable).with_name("jetbridge"), "build"], tmp_path)
    run(["node", tmp_path / "node_modules/typescript/bin/tsc", "--noEmit"], tmp_path)


@pytest.mark.slow
def test_quickstart_passes_the_tests_of_the_testing_page(tmp_path):
    """The application of the quickstart builds, and the tests that the documentation shows for it pass."""
    write_project(ROOT / "docs/quickstart.md", tmp_path)
    for sample in samples_of(ROOT / "docs/how-to/testing.md"):
        if sample.file:
            (tmp_path / sample.file).parent.mkdir(exist_ok=True)
            (tmp_path / sample.file).write_text(sample.text)

    run([Path(sys.executable).with_name("jetbridge"), "build"], tmp_path)
    run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", tmp_path, tmp_path], tmp_path)


def run(command: list[str | Path], cwd: Path) -> None:
    """Run a command; its output is shown when it fails."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_setting_is_documented():
    """The page of settings has a row for each setting with its default, and for nothing else."""
    text = (ROOT / "docs/reference/configuration.md").read_text("utf-8")
    rows = re.findall(r"^\| (?:`(\w+)`|-) \| (?:`JETBRIDGE_(\w+)`|-) \| (?:`(.+?)`|.*?) \|", text, re.MULTILINE)
    settings = {field.name: field for field in fields(Config) if field.name not in ("root", "dev", "secrets")}

    assert {name for name, _, _ in rows if name} == set(settings)
    assert all(variable == name.upper() for name, variable, _ in rows if name and variable)
    for name, _, default in rows:
        if name and default:
            expected = Config.__dataclass_fields__[name].default
            assert tomllib.loads(f"x = {default}")["x"] == (list(expected) if isinstance(expected, tuple) else expected)
