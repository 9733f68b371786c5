"""The samples of the documentation: code blocks whose first line names a file."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
SUPPORT = Path(__file__).parent / "support"

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"^(?:#|//) ([\w./\[\]-]+\.(?:py|tsx?))\n")
_ELSEWHERE = "next/"
"""Samples that import Next.js are shown for comparison."""


@dataclass(frozen=True)
class Sample:
    """One code block. file: the path that it names, or None."""

    page: Path
    line: int
    language: str
    text: str

    @property
    def file(self) -> str | None:
        found = _FILE.match(self.text)
        return found[1] if found and _ELSEWHERE not in self.text else None


def pages() -> list[Path]:
    """Every page of the documentation."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def samples_of(page: Path) -> list[Sample]:
    """The code blocks of a page, in order."""
    text = page.read_text("utf-8")
    return [Sample(page, text.count("\n", 0, found.start()) + 2, found[1], found[2]) for found in _BLOCK.finditer(text)]


def write_project(page: Path, folder: Path) -> None:
    """A project of the page's files, with what they import and what the quickstart says every project has."""
    shutil.copytree(SUPPORT, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    quickstart = samples_of(ROOT / "docs" / "quickstart.md")
    package, tsconfig = (sample.text for sample in quickstart if sample.language == "json")
    (folder / "package.json").write_text(package)
    (folder / "tsconfig.json").write_text(tsconfig)
    (folder / "node_modules").symlink_to(ROOT / "examples" / "guide" / "node_modules")
    for sample in samples_of(page):
        if sample.file:
            path = folder / sample.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(sample.text)
