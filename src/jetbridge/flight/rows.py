"""The grammar of rows: how one row is written, and how a response is cut into rows again.

text row      <id> ":" [tag] <text without LF> LF
length row    <id> ":" tag <length> "," <exactly length bytes>

Ids and lengths are lower-case hexadecimal; lengths count bytes. An empty id is 0 (hints only).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import orjson

LENGTH_TAGS: Final = frozenset("TAOoUSsLlGgMmVb")
"""Rows with these tags state their length; all others end with a line feed."""

TYPED_ARRAY_TAGS: Final = {
    "ArrayBuffer": "A",
    "Int8Array": "O",
    "Uint8Array": "o",
    "Uint8ClampedArray": "U",
    "Int16Array": "S",
    "Uint16Array": "s",
    "Int32Array": "L",
    "Uint32Array": "l",
    "Float32Array": "G",
    "Float64Array": "g",
    "BigInt64Array": "M",
    "BigUint64Array": "m",
    "DataView": "V",
}
"""The letter of each kind of binary data; the same in row tags and in the codes of replies."""


def json_bytes(value: Any) -> bytes:
    """Compact JSON of plain data. Lone surrogates, which have no UTF-8, are escaped."""
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError:
        return json.dumps(value, separators=(",", ":"), allow_nan=False).encode()


def text_bytes(text: str) -> bytes:
    """UTF-8 of JSON text. A lone surrogate has no UTF-8 and becomes the JSON escape that says the same."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace")


def text_row(id: int, text: bytes, tag: bytes = b"") -> bytes:
    """A row that ends with a line feed: a model, I, E, C, or the opening of a stream."""
    return b"%x:%b%b\n" % (id, tag, text)


def length_row(id: int, tag: str, data: bytes | bytearray | memoryview) -> bytes:
    """A row of bytes: long text (T), binary data, or a piece of a byte stream (b)."""
    return b"".join((f"{id:x}:{tag}{len(data):x},".encode(), data))


def hint_row(code: str, model: Any) -> bytes:
    """A resource hint. Strings in it are not escaped, so none may start with "$"."""
    return b":H%b%b\n" % (code.encode(), json_bytes(model))


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it was read. tag: "" for a model. data: what stands between tag (or length) and end."""

    id: int
    tag: str
    data: bytes


class RowReader:
    """Cuts a response into rows, in pieces of any size."""

    __slots__ = ("_buffer",)

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[Row]:
        """The rows that `data` completes. Raises: ValueError when the bytes are not rows."""
        self._buffer += data
        start = 0
        while True:
            row, end = self._read(start)
            if row is None:
                break
            start = end
            yield row
        del self._buffer[:start]

    def _read(self, start: int) -> tuple[Row | None, int]:
        buffer = self._buffer
        colon = buffer.find(b":", start)
        if colon < 0 or colon + 1 >= len(buffer):
            return None, start
        id = _hexadecimal(bytes(buffer[start:colon]) or b"0")
        tag = chr(buffer[colon + 1])
        if tag not in LENGTH_TAGS:
            end = buffer.find(b"\n", colon)
            if end < 0:
                return None, start
            body = colon + 2 if tag.isalpha() and tag.isascii() and _is_tag(tag) else colon + 1
            return Row(id, tag if body == colon + 2 else "", bytes(buffer[body:end])), end + 1
        comma = buffer.find(b",", colon)
        if comma < 0:
            return None, start
        length = _hexadecimal(bytes(buffer[colon + 2 : comma]))
        end = comma + 1 + length
        if end > len(buffer):
            return None, start
        return Row(id, tag, bytes(buffer[comma + 1 : end])), end


def _is_tag(letter: str) -> bool:
    """A model starts with JSON, so it never starts with an upper-case letter, "r" or "x"."""
    return letter.isupper() or letter in "rx"


def _hexadecimal(digits: bytes) -> int:
    if not digits or digits.strip(b"0123456789abcdef"):
        raise ValueError(f"not lower-case hexadecimal: {digits[:20]!r}")
    return int(digits, 16)
