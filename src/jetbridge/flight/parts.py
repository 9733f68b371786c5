"""The parts of a reply by what their names say they are.

"<n>"         the model or the file n
"_<n>_<name>" an entry of FormData n
"S<n>"        a value of stream n, or its end; their order matters
Numbers are decimal here and hexadecimal in codes. Other names mean nothing, and names are compared, not read: nothing
is done for a part that nobody asks for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from jetbridge.errors import ReplyDecodeError
from jetbridge.flight.limits import Limits
from jetbridge.flight.model import File

Part = tuple[str, str | File]

FRAME: Final = 45
"""Bytes that a part takes besides its name and its content, at least (RFC 7578)."""


class Parts:
    """Every part. length: of all contents, in characters and bytes. size: of the body, in bytes.

    prefix: what the names of all parts start with, in a form action.
    """

    __slots__ = ("_files", "_forms", "_mixed", "_parts", "_streams", "_texts", "length", "size")

    def __init__(self, parts: Sequence[Part], limits: Limits, prefix: str = "") -> None:
        if len(parts) > limits.max_parts:
            raise ReplyDecodeError("too many parts (max_parts)")
        names, values = zip(*parts, strict=True) if parts else ((), ())
        try:
            self.length = sum(map(len, values))
            self._mixed = False
        except TypeError:
            # A file has no length.
            self.length = sum([value.size if isinstance(value, File) else len(value) for value in values])
            self._mixed = True
        if self.length > limits.max_characters:
            raise ReplyDecodeError("too much text (max_characters)")
        self.size = self.length + sum(map(len, names)) + FRAME * len(parts)
        if prefix:
            cut = len(prefix)
            parts = [(name[cut:], value) for name, value in parts if name.startswith(prefix)]
        self._parts = parts
        self._texts: dict[str, Any] = dict(parts)
        self._files: dict[str, Any] = {}
        if self._mixed:
            self._texts = {name: value for name, value in parts if isinstance(value, str)}
            self._files = {name: value for name, value in parts if not isinstance(value, str)}
        self._forms: dict[str, list[Part]] | None = None
        self._streams: dict[str, list[str | File]] | None = None

    def __contains__(self, number: int) -> bool:
        """Whether there is a model of this number."""
        return str(number) in self._texts

    def model(self, number: int) -> str | None:
        return self._texts.get(str(number))

    def file(self, number: int) -> File | None:
        return self._files.get(str(number))

    def take_form(self, number: int) -> Sequence[Part]:
        """The entries of a FormData. They can be asked for once, as React's own decoder gives them."""
        if self._forms is None:
            self._forms = self._index_forms()
        return self._forms.pop(str(number), ())

    def _index_forms(self) -> dict[str, list[Part]]:
        forms: dict[str, list[Part]] = {}
        entries: list[Part] = []
        start, cut = "/", 0
        for name, value in self._parts:
            if name.startswith(start):
                # Browsers write the entries of one form side by side.
                entries.append((name[cut:], value))
            elif name[:1] == "_":
                number, separator, entry = name[1:].partition("_")
                if separator:
                    start = f"_{number}_"
                    cut = len(start)
                    entries = forms.setdefault(number, [])
                    entries.append((entry, value))
        return forms

    def stream(self, number: int) -> Sequence[str | File]:
        """The values of a stream, and its end."""
        if self._streams is None:
            self._streams = {}
            for name, value in self._parts:
                if name[:1] == "S":
                    self._streams.setdefault(name[1:], []).append(value)
        return self._streams.get(str(number), ())
