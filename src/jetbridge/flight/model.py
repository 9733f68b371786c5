"""The values that travel by Flight and have no type of their own in Python."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final


class Undefined:
    """JavaScript's `undefined`; `None` is its `null`. There is one: UNDEFINED."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNDEFINED"

    def __bool__(self) -> bool:
        return False


UNDEFINED: Final = Undefined()


@dataclass(frozen=True, slots=True)
class Symbol:
    """A registered JavaScript symbol, `Symbol.for(key)`."""

    key: str


FRAGMENT: Final = Symbol("react.fragment")
SUSPENSE: Final = Symbol("react.suspense")


@dataclass(frozen=True, slots=True)
class ClientReference:
    """An export of a client module: what `"use client"` TSX gives to Python.

    module: path relative to the project root, such as "app/posts/delete_button.tsx".
    name: the export's name; "" for the default export.
    """

    module: str
    name: str


@dataclass(frozen=True, slots=True)
class ServerReference:
    """A server action as the browser may hold it. bound: None if never bound; () if bound to nothing."""

    id: str
    bound: tuple[Any, ...] | None = None


class Element:
    """A React element. Not to be changed once made.

    type: tag name, ClientReference or Symbol. props: React's names ("className"), children under "children".
    """

    __slots__ = ("key", "props", "type")

    def __init__(
        self, type: str | ClientReference | Symbol, key: str | None = None, props: Mapping[str, Any] | None = None
    ) -> None:
        self.type = type
        self.key = key
        self.props: Mapping[str, Any] = {} if props is None else props

    def __repr__(self) -> str:
        name = self.type if isinstance(self.type, str) else getattr(self.type, "name", None) or self.type
        return f"<Element {name}{f' key={self.key!r}' if self.key is not None else ''}>"


@dataclass(frozen=True, slots=True)
class Boundary:
    """Marks everything below `child` as caught by one error boundary. It leaves no trace on the wire.

    The encoder reports `key` with each error and each pending part, so that the server can answer with
    that boundary's fallback when an error comes before the first byte.
    """

    key: Hashable
    child: Any


class FormData:
    """The entries of a form, in order; names may repeat. Values are str or File."""

    __slots__ = ("_entries",)

    def __init__(self, entries: list[tuple[str, str | File]] | None = None) -> None:
        self._entries: list[tuple[str, str | File]] = entries if entries is not None else []

    def __iter__(self) -> Iterator[str]:
        return iter(dict(self._entries))

    def items(self) -> list[tuple[str, str | File]]:
        """All entries, in order, repeated names included."""
        return list(self._entries)


class File:
    """A file of a form. name: as the browser gave it, never to be used as a path. size in bytes."""

    __slots__ = ("_data", "name", "type")

    def __init__(self, data: bytes, name: str = "", type: str = "") -> None:
        self._data = data
        self.name = name
        self.type = type
