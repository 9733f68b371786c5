"""Folder names under app/: what each one means in a URL."""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from jetbridge.errors import RouteConflict

SegmentKind = Literal["static", "dynamic", "catch-all", "optional", "group"]

RESERVED_NAMES = frozenset({"params", "search_params", "children", "request"})

_INTERCEPTING = re.compile(r"\(\.{1,3}\)")
_BRACKETS = re.compile(r"\[(\[)?(\.\.\.)?([^\[\]]*)\](\])?")


@dataclass(frozen=True, slots=True)
class SegmentName:
    """One folder's name, understood. param: the name of the value that it takes from the URL; "" for none."""

    text: str
    kind: SegmentKind
    param: str = ""


def parse_segment(folder: Path) -> SegmentName:
    """Read the name of a folder that holds routes.

    Raises: RouteConflict, naming the folder, for a name that means nothing here.
    """
    text = folder.name
    if text.startswith("@"):
        raise RouteConflict(f"{folder}: parallel routes (@slot) are not supported. Render both parts in one layout.py.")
    if _INTERCEPTING.match(text):
        raise RouteConflict(f"{folder}: intercepting routes ((.)folder) are not supported.")
    if text.startswith("(") and text.endswith(")") and len(text) > 2:
        return SegmentName(text, "group")
    if "[" in text or "]" in text:
        return _parse_brackets(folder)
    if set(text) & set("()%@"):
        raise RouteConflict(f"{folder}: a folder's name must not contain any of ( ) % @ besides the (group) form.")
    return SegmentName(text, "static")


def _parse_brackets(folder: Path) -> SegmentName:
    found = _BRACKETS.fullmatch(folder.name)
    if found is None or bool(found[1]) != bool(found[4]) or (found[1] and not found[2]):
        raise RouteConflict(f"{folder}: not a segment name. Write [name], [...name] or [[...name]].")
    param = found[3]
    if not param.isidentifier() or keyword.iskeyword(param):
        better = re.sub(r"\W", "_", param)
        hint = f"for example [{better}]" if better.isidentifier() and better != param else "a legal parameter name"
        raise RouteConflict(f"{folder}: {param!r} cannot be the name of a function's parameter; use {hint}.")
    if param in RESERVED_NAMES:
        raise RouteConflict(f"{folder}: the name {param!r} is taken: functions get something else under it. Rename it.")
    kind: SegmentKind = "optional" if found[1] else "catch-all" if found[2] else "dynamic"
    return SegmentName(folder.name, kind, param)
