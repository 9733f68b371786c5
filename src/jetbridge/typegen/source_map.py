"""Declaration maps: from a generated type an editor goes on to the Python that it is made from.

Source: ECMA-426, Source map format; TypeScript reads `.d.ts.map` files for "go to definition".
"""

from __future__ import annotations

import inspect
import json
import os
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

_DIGITS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


@dataclass(frozen=True, slots=True)
class Origin:
    """A place in a Python file. line, column: from 0."""

    file: Path
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Line:
    """One generated line. marks: (column, where that comes from), in order of columns."""

    text: str
    marks: tuple[tuple[int, Origin], ...] = ()


class Origins:
    """Finds where classes, their fields and functions are written, below one folder."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lines: dict[Path, list[str]] = {}

    def function(self, file: Path, first_line: int, name: str) -> Origin | None:
        """first_line: from 1; decorators may stand there."""
        return self._find(file, first_line - 1, rf"\s*(?:async\s+)?def\s+(?P<it>{re.escape(name)})\b")

    def subject(self, subject: Any) -> Origin | None:
        """A class or an alias."""
        name = getattr(subject, "__name__", "")
        file = getattr(sys.modules.get(getattr(subject, "__module__", "")), "__file__", None)
        if file is None or not name.isidentifier():
            return None
        return self._find(Path(file), 0, rf"\s*(?:class\s+|type\s+)?(?P<it>{name})\b(?=\s*[\[(:=])")

    def fields(self, subject: Any, names: Iterable[str]) -> list[Origin | None]:
        """The fields of a class by their names in Python, also those that it inherits."""
        classes = [self.subject(one) for one in inspect.getmro(subject)] if isinstance(subject, type) else []
        return [next(filter(None, (self._field(one, name) for one in classes if one)), None) for name in names]

    def _field(self, start: Origin, name: str) -> Origin | None:
        pattern = rf"\s+(?:(?P<it>{re.escape(name)})\s*[:=]|(?:async\s+)?def\s+(?P<getter>{re.escape(name)})\b)"
        return self._find(start.file, start.line + 1, pattern, stop=rf"\s{{0,{start.column - 6}}}\S")

    def _find(self, file: Path, start: int, pattern: str, stop: str | None = None) -> Origin | None:
        wanted = re.compile(pattern)
        for number, line in enumerate(self._of(file)[start:], start):
            if stop is not None and re.match(stop, line) and not re.match(r"\s*[)\]}#]", line):
                return None
            if found := wanted.match(line):
                return Origin(file, number, found.start("it" if found["it"] else "getter"))
        return None

    def _of(self, file: Path) -> list[str]:
        if file not in self._lines:
            known = file.is_relative_to(self._root) and file.suffix == ".py" and file.is_file()
            self._lines[file] = file.read_text("utf-8", "replace").split("\n") if known else []
        return self._lines[file]


def source_map(name: str, folder: Path, lines: Sequence[Line]) -> str:
    """The map of a generated file. folder: where it lies, from which sources are named."""
    sources: dict[Path, int] = {}
    rows: list[str] = []
    before = (0, 0, 0)
    for line in lines:
        column_before, segments = 0, []
        for column, origin in line.marks:
            place = (sources.setdefault(origin.file, len(sources)), origin.line, origin.column)
            steps = (column - column_before, *(new - old for new, old in zip(place, before, strict=True)))
            segments.append("".join(map(_number, steps)))
            column_before, before = column, place
        rows.append(",".join(segments))
    names = [Path(os.path.relpath(file, folder)).as_posix() for file in sources]
    content = {"version": 3, "file": name, "sources": names, "names": [], "mappings": ";".join(rows)}
    return json.dumps(content, separators=(",", ":")) + "\n"


def _number(value: int) -> str:
    """Base 64, least significant digits first; the lowest bit is the sign."""
    rest, text = (-value << 1) | 1 if value < 0 else value << 1, ""
    while rest > 31:
        text, rest = text + _DIGITS[rest & 31 | 32], rest >> 5
    return text + _DIGITS[rest]
