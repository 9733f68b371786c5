"""What a TSX file exports, and whether it says "use client": read from its text, without a JavaScript parser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class ClientModule:
    """What is known of a TSX file.

    is_client: it starts with "use client". exports: names of its values, perhaps "default", no types.
    star_line: line of an `export * from`, whose names stand in another file; 0 if there is none.
    """

    is_client: bool
    exports: tuple[str, ...]
    star_line: int = 0


_BEFORE_DIRECTIVE: Final = re.compile(
    r"""
      [\s;\ufeff]+ | //[^\n]* | /\*.*?\*/                            # comments
    | "use\ (?!client")[^"\n]*" | 'use\ (?!client')[^'\n]*'         # other directives
    """,
    re.VERBOSE | re.DOTALL,
)
_DIRECTIVE: Final = re.compile("""'use client'|"use client\"""")

# Strings and regular expressions end on their line. A quote without a partner is an apostrophe in the text of JSX,
# and stays. What stands in a template within a template is taken for code.
_NOT_CODE: Final = re.compile(
    r"""
      //[^\n]* | /\*.*?(?:\*/|\Z)
    | "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*' | `(?:[^`\\]|\\.)*`
    | (?:(?<=[=(,:;!&|?{}\[])|(?<=\breturn))[ \t]*/(?![/*>])(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.){0,99}\]){1,300}/
    """,
    re.VERBOSE | re.DOTALL,
)

_NAME: Final = r"([\w$]+)"
_EXPORT: Final = re.compile(r"(?:^|(?<=[;}]))[ \t]*export\b(?=[ \t\n\r{*])\s*", re.MULTILINE)
_DECLARATION: Final = re.compile(
    rf"(?:async\s+)?function\b\s*\*?\s*{_NAME}|(?:abstract\s+)?class\s+{_NAME}|(?:const\s+)?enum\s+{_NAME}"
    rf"|(?:const|let|var)\s+{_NAME}"
)
_PATTERN: Final = re.compile(r"(?:const|let|var)\s*[{\[](?P<names>[^}\]]*)[}\]]")
_LIST: Final = re.compile(r"\{(?P<names>[^}]*)\}")
_STAR: Final = re.compile(rf"\*(?:\s*as\s+{_NAME})?")


def scan_client_module(text: str) -> ClientModule:
    """Read the directive and the exports of a .tsx or .jsx file."""
    code = _NOT_CODE.sub(_blank, text)
    exports: dict[str, None] = {}
    star_line = 0
    for statement in _EXPORT.finditer(code):
        position = statement.end()
        star = _STAR.match(code, position)
        if star and star[1] is None:
            star_line = code.count("\n", 0, position) + 1
        exports.update(dict.fromkeys(_names(code, position)))
    return ClientModule(_has_directive(text), tuple(exports), star_line)


def _has_directive(text: str) -> bool:
    position = 0
    while skipped := _BEFORE_DIRECTIVE.match(text, position):
        position = skipped.end()
    return _DIRECTIVE.match(text, position) is not None


def _names(code: str, position: int) -> Iterator[str]:
    """The names that the export statement at this position gives."""
    if re.compile(r"default\b(?!\s+interface\b)").match(code, position):
        yield "default"
    elif match := _PATTERN.match(code, position):
        for entry in _entries(match["names"]):
            yield re.split(r"[=\s]", entry.split(":")[-1].strip().removeprefix("..."))[0]
    elif match := _DECLARATION.match(code, position) or _STAR.match(code, position):
        yield from (name for name in match.groups() if name)
    elif match := _LIST.match(code, position):
        for entry in _entries(match["names"]):
            if not entry.startswith("type ") or entry.startswith("type as "):
                yield entry.split()[-1]


def _entries(names: str) -> Iterator[str]:
    return (entry.strip() for entry in names.split(",") if entry.strip())


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])
