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

_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,8}")


class Parts:
    """Every part, found in one pass. size: characters and bytes of all of them.

    prefix: what the names of all parts start with, in a form action.
    """

    __slots__ = ("files", "forms", "models", "size", "streams")

    def __init__(self, parts: Sequence[Part], limits: Limits, prefix: str = "") -> None:
        self.models: dict[int, str] = {}
        self.files: dict[int, File] = {}
        self.forms: dict[int, list[Part]] = {}
        self.streams: dict[int, list[str | File]] = {}
        if len(parts) > limits.max_parts:
            raise ReplyDecodeError("too many parts")
        form = ""
        entries: list[Part] = []
        size = cut = 0
        for name, value in parts:
            size += len(value) if isinstance(value, str) else value.size
            if form and name.startswith(form):
                # Browsers write the entries of one form side by side.
                entries.append((name[cut:], value))
            elif name.startswith(prefix):
                number, separator, entry = name[len(prefix) + 1 :].partition("_")
                if name[len(prefix) : len(prefix) + 1] != "_":
                    self._add(name[len(prefix) :], value)
                elif separator and _number(number) >= 0:
                    form = f"{prefix}_{number}_"
                    cut = len(form)
                    entries = self.forms.setdefault(_number(number), [])
                    entries.append((entry, value))
        if size > limits.max_characters:
            raise ReplyDecodeError("too much text")
        self.size = size

    def _add(self, name: str, value: str | File) -> None:
        if name[:1] == "S":
            if _number(name[1:]) >= 0:
                self.streams.setdefault(_number(name[1:]), []).append(value)
            return
        number = _number(name)
        if number < 0:
            return
        if isinstance(value, str):
            self.models[number] = value
        else:
            self.files[number] = value


def _number(digits: str) -> int:
    """The number of a part; -1 for what is spelled in no way that a client uses."""
    known = _KNOWN.get(digits)
    if known is not None:
        return known
    return int(digits) if _NUMBER.fullmatch(digits) is not None else -1


_KNOWN: Final = {str(number): number for number in range(1024)}
