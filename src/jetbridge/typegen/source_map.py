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
        self._sources: dict[Path, _Source] = {}

    def function(self, file: Path, first_line: int, name: str) -> Origin | None:
        """first_line: from 1; decorators may stand there."""
        return self._source(file).find(name, _FUNCTIONS, first_line - 1)

    def subject(self, subject: Any) -> Origin | None:
        """A class or an alias."""
        file = getattr(sys.modules.get(getattr(subject, "__module__", "")), "__file__", None)
        return None if file is None else self._source(Path(file)).find(getattr(subject, "__name__", ""), _NAMED, 0)

    def fields(self, subject: Any, names: Iterable[str]) -> list[Origin | None]:
        """The fields of a class by their names in Python, also those that it inherits."""
        classes = [self.subject(one) for one in inspect.getmro(subject)] if isinstance(subject, type) else []
        return [next(filter(None, (self._field(one, name) for one in classes if one)), None) for name in names]

    def _field(self, start: Origin, name: str) -> Origin | None:
        source = self._source(start.file)
        return source.find(name, _FIELDS, start.line + 1, source.end_of_block(start.line))

    def _source(self, file: Path) -> _Source:
        found = self._sources.get(file)
        if found is None:
            known = file.is_relative_to(self._root) and file.suffix == ".py" and file.is_file()
            found = self._sources[file] = _Source(file, file.read_text("utf-8", "replace") if known else "")
        return found


class _Source:
    """The lines of a Python file that define something, by its name."""

    def __init__(self, file: Path, text: str) -> None:
        self._file = file
        self._found: dict[str, list[tuple[str, Origin]]] = {}
        self._indents: list[int] = []
        for number, line in enumerate(text.split("\n")):
            self._indents.append(len(line) - len(line.lstrip()) if line.strip(" )]}") else 1000)
            if found := _DEFINITION.match(line):
                kind = found["kind"] or found["sign"]
                self._found.setdefault(found["name"], []).append((kind, Origin(file, number, found.start("name"))))

    def find(self, name: str, kinds: tuple[str, ...], start: int, end: int = 1_000_000) -> Origin | None:
        """The first definition of a name between two lines."""
        for kind, origin in self._found.get(name, ()):
            if kind in kinds and start <= origin.line < end:
                return origin
        return None

    def end_of_block(self, start: int) -> int:
        """The line after what is indented below a line."""
        indent = self._indents[start]
        return next((n for n in range(start + 1, len(self._indents)) if self._indents[n] <= indent), len(self._indents))


_DEFINITION: Final = re.compile(
    r"\s*(?:(?:async\s+)?(?P<kind>def|class|type)\s+)?(?P<name>[^\W\d]\w*)\s*(?P<sign>[:=]|$)?"
)
_FUNCTIONS: Final = ("def",)
_NAMED: Final = ("class", "type", "=", ":")
_FIELDS: Final = ("def", ":", "=")


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
