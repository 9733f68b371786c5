"""The parts of a reply by what their names say they are.

"<n>"         the model or the file n
"_<n>_<name>" an entry of FormData n
"S<n>"        a value of stream n, or its end; their order matters
Numbers are decimal here and hexadecimal in codes. Other names mean nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from jetbridge.errors import ReplyDecodeError
from jetbridge.flight.limits import Limits
from jetbridge.flight.model import File

Part = tuple[str, str | File]

_NAME: Final = re.compile(
    r"(?P<number>0|[1-9][0-9]{0,8})|_(?P<form>0|[1-9][0-9]{0,8})_(?P<entry>.*)|S(?P<stream>0|[1-9][0-9]{0,8})",
    re.DOTALL,
)


class Parts:
    """Every part, found in one pass. prefix: what the names of all parts start with, in a form action."""

    __slots__ = ("files", "forms", "models", "size", "streams")

    def __init__(self, parts: Sequence[Part], limits: Limits, prefix: str = "") -> None:
        self.models: dict[int, str] = {}
        self.files: dict[int, File] = {}
        self.forms: dict[int, list[Part]] = {}
        self.streams: dict[int, list[str | File]] = {}
        self.size = 0
        if len(parts) > limits.max_parts:
            raise ReplyDecodeError("too many parts")
        for name, value in parts:
            if name.startswith(prefix):
                self._add(name[len(prefix) :], value)
        if self.size > limits.max_characters:
            raise ReplyDecodeError("too much text")

    def _add(self, name: str, value: str | File) -> None:
        match = _NAME.fullmatch(name)
        if match is None:
            return
        if isinstance(value, str):
            self.size += len(value) if value.isascii() else 2 * len(value)
        else:
            self.size += value.size
        if match["number"] is not None:
            number = int(match["number"])
            if isinstance(value, str):
                self.models[number] = value
            else:
                self.files[number] = value
        elif match["form"] is not None:
            self.forms.setdefault(int(match["form"]), []).append((match["entry"], value))
        else:
            self.streams.setdefault(int(match["stream"]), []).append(value)
