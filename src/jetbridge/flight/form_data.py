"""The entries of a form, and files among them."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, TypeVar, overload

T = TypeVar("T")


class File:
    """A file of a form, or binary data with a type (JavaScript's File and Blob).

    name: as the browser gave it, never to be used as a path; None for a Blob. size in bytes.
    """

    __slots__ = ("_source", "name", "size", "type")

    def __init__(self, source: bytes | BinaryIO, name: str | None = "", type: str = "") -> None:
        """source: the content, or an open binary file that can seek and is not closed here."""
        self._source = source
        self.name = name
        self.type = type
        if isinstance(source, bytes):
            self.size = len(source)
        else:
            self.size = source.seek(0, io.SEEK_END)
            source.seek(0)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """Lets a Pydantic model have a field of this type: the value passes as it is."""
        from pydantic_core import core_schema

        return core_schema.is_instance_schema(cls)

    def __repr__(self) -> str:
        return f"<File {self.name!r} type={self.type!r} size={self.size}>"

    def read(self) -> bytes:
        """The whole content."""
        if isinstance(self._source, bytes):
            return self._source
        self._source.seek(0)
        return self._source.read()

    def open(self) -> BinaryIO:
        """The content as a file object of its own, from its start. Closing it is allowed and not needed.

        A large file lies on disk until the request has ended: read it piece by piece, and before that.
        """
        if isinstance(self._source, bytes):
            return io.BytesIO(self._source)
        return io.BufferedReader(_View(self._source))


class _View(io.RawIOBase):
    """Reads a file that others read too: closing it, and where it stands, is its own."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position}.get(whence)
        self._position = self._source.seek(offset, whence) if base is None else base + offset
        return self._position

    def readinto(self, buffer: Any, /) -> int:
        self._source.seek(self._position)
        data = self._source.read(len(buffer))
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)


class FormData:
    """The entries of a form, in order; names may repeat. Values are str or File."""

    __slots__ = ("_entries",)

    def __init__(self, entries: Iterable[tuple[str, str | File]] = ()) -> None:
        self._entries: tuple[tuple[str, str | File], ...] = tuple(entries)

    def __iter__(self) -> Iterator[str]:
        return iter(dict(self._entries))

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, name: object) -> bool:
        return any(known == name for known, _ in self._entries)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FormData) and self._entries == other._entries

    __hash__ = None  # type: ignore[assignment]

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """Lets a Pydantic model have a field of this type: the value passes as it is."""
        from pydantic_core import core_schema

        return core_schema.is_instance_schema(cls)

    def __repr__(self) -> str:
        return f"FormData({list(self._entries)!r})"

    @overload
    def get(self, name: str) -> str | File | None: ...

    @overload
    def get(self, name: str, default: T) -> str | File | T: ...

    def get(self, name: str, default: Any = None) -> Any:
        """The first entry with this name, or `default`."""
        for known, value in self._entries:
            if known == name:
                return value
        return default

    def get_all(self, name: str) -> list[str | File]:
        """Every entry with this name, in order."""
        return [value for known, value in self._entries if known == name]

    def items(self) -> list[tuple[str, str | File]]:
        """All entries, in order, repeated names included."""
        return list(self._entries)
