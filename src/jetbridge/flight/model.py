"""The values that travel by Flight and have no type of their own in Python."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Final, Literal

from jetbridge.flight.form_data import File as File
from jetbridge.flight.form_data import FormData as FormData


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


class BigInt(int):
    """A JavaScript BigInt. A plain `int` is sent as a number, and as a BigInt only when it is too large for one."""

    __slots__ = ()

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """Lets arguments and models have values of this type: every int becomes one."""
        from pydantic_core import core_schema

        return core_schema.no_info_after_validator_function(cls, core_schema.int_schema())

    def __repr__(self) -> str:
        return f"BigInt({int(self)})"


@dataclass(frozen=True, slots=True)
class JSDate:
    """A JavaScript Date outside the years 1 to 9999, which `datetime` cannot hold.

    milliseconds: since 1970 in UTC, at most 8.64e15 either way; None for an invalid Date, which is sent as null.
    """

    LIMIT: ClassVar[int] = 8_640_000_000_000_000

    milliseconds: int | None

    def __post_init__(self) -> None:
        if self.milliseconds is not None and abs(self.milliseconds) > self.LIMIT:
            raise ValueError("a JavaScript Date is at most 8.64e15 milliseconds from 1970")


EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def date_from_milliseconds(milliseconds: int) -> datetime | JSDate:
    """An aware datetime in UTC where Python has one, else a JSDate."""
    try:
        return EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return JSDate(milliseconds)


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


@dataclass(frozen=True, slots=True, eq=False)
class TemporaryReference:
    """Something the browser kept for itself while it sent the rest; sent back, it becomes the original again.

    path: where it stood in the arguments.
    """

    path: str


class Element:
    """A React element. Not to be changed once made.

    type: tag name, ClientReference or Symbol; or a Python callable, a component that the encoder calls with the
        props as keyword arguments when it comes to it, and whose result takes the element's place.
    props: React's names ("className"), children under "children".
    """

    __slots__ = ("key", "props", "type")

    def __init__(
        self,
        type: str | ClientReference | Symbol | TemporaryReference | Callable[..., Any],
        key: str | None = None,
        props: Mapping[str, Any] | None = None,
    ) -> None:
        self.type = type
        self.key = key
        self.props: Mapping[str, Any] = {} if props is None else props

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """Lets arguments and models have values of this type; those of a browser come as temporary references."""
        from pydantic_core import core_schema

        kinds = [core_schema.is_instance_schema(kind) for kind in (cls, TemporaryReference)]
        return core_schema.union_schema(list(kinds))

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


@dataclass(frozen=True, slots=True, eq=False)
class Promise:
    """Sends an awaitable as a promise, also among the children of an element."""

    source: Awaitable[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Lazy:
    """Sends an awaitable as a lazy node: React suspends where it is rendered. The default among children."""

    source: Awaitable[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Stream:
    """Sends an async iterable.

    kind: "iterable" (AsyncIterable, the default for async generators), "iterator" (one that is consumed once),
        "values" (ReadableStream) or "bytes" (ReadableStream of bytes; the pieces must be bytes).
    """

    source: Any
    kind: Literal["iterable", "iterator", "values", "bytes"] = "iterable"


@dataclass(frozen=True, slots=True, eq=False)
class OneShot:
    """A JavaScript iterator, which can be consumed once. Without this, an iterable is sent as an array."""

    values: Iterable[Any]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.values)


HOLE: Final = "jetbridge.hole."


@dataclass(frozen=True, slots=True)
class Hole:
    """A place in a tree that is written once and shown often: something else stands in it each time."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Splice:
    """A part of the tree that was written before.

    fragment: its rows, a `flight.fragment.Fragment`. holes: what stands in each `Hole` of it, by name.
    """

    fragment: Any
    holes: Mapping[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class TypedArray:
    """Binary data of a certain JavaScript type. `bytes` are sent as Uint8Array.

    kind: "ArrayBuffer", "DataView", or the name of a typed array. data: in little-endian order.
    """

    kind: str
    data: bytes

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """Lets arguments and models have values of this type; where a browser sent a Uint8Array, bytes come here."""
        from pydantic_core import core_schema

        made = core_schema.no_info_after_validator_function(
            lambda data: cls("Uint8Array", data), core_schema.is_instance_schema(bytes)
        )
        return core_schema.union_schema([core_schema.is_instance_schema(cls), made])


def _identity(key: Any) -> Hashable:
    """What makes two keys of a Map, or members of a Set, the same in JavaScript."""
    if isinstance(key, str):
        return key
    if key is None or isinstance(key, (bool, Symbol, Undefined)):
        return (type(key), key)
    if isinstance(key, BigInt):
        # Not the number: numbers with one hash can be chosen, so that each is compared with all others.
        return (BigInt, hex(key))
    if isinstance(key, (int, float)):
        return ("number", "NaN") if key != key else key
    return ("object", id(key))


def _unsigned(key: Any) -> Any:
    """A key as JavaScript keeps it: minus zero becomes zero."""
    return 0 if type(key) is float and key == 0 else key


class Map:
    """A JavaScript Map: insertion order, any keys, compared as JavaScript does.

    `1`, `True` and `1n` are three keys; objects are the same key only if they are the same object.
    """

    __slots__ = ("_entries",)

    def __init__(self, entries: Iterable[tuple[Any, Any]] = ()) -> None:
        self._entries: dict[Hashable, tuple[Any, Any]] = {}
        for key, value in entries:
            self[key] = value

    def __getitem__(self, key: Any) -> Any:
        return self._entries[_identity(key)][1]

    def __setitem__(self, key: Any, value: Any) -> None:
        identity = _identity(key)
        known = self._entries.get(identity)
        self._entries[identity] = (_unsigned(key) if known is None else known[0], value)

    def __delitem__(self, key: Any) -> None:
        del self._entries[_identity(key)]

    def __contains__(self, key: object) -> bool:
        return _identity(key) in self._entries

    def __iter__(self) -> Iterator[Any]:
        return iter([key for key, _ in self._entries.values()])

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        return f"Map({self.items()!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Map) and self.items() == other.items()

    __hash__ = None  # type: ignore[assignment]

    def get(self, key: Any, default: Any = None) -> Any:
        """The value of `key`, or `default`."""
        entry = self._entries.get(_identity(key))
        return default if entry is None else entry[1]

    def keys(self) -> list[Any]:
        """All keys, in order of insertion."""
        return [key for key, _ in self._entries.values()]

    def values(self) -> list[Any]:
        """All values, in order of insertion."""
        return [value for _, value in self._entries.values()]

    def items(self) -> list[tuple[Any, Any]]:
        """All entries, in order of insertion."""
        return list(self._entries.values())

    def to_dict(self) -> dict[Any, Any]:
        """A dict of the entries. Raises: ValueError if a key cannot be in a dict or two keys are equal in Python."""
        try:
            result = dict(self._entries.values())
        except TypeError as error:
            raise ValueError(f"a key of the Map cannot be a key of a dict: {error}") from None
        if len(result) != len(self._entries):
            raise ValueError("two keys of the Map are equal in Python")
        return result


class Set:
    """A JavaScript Set: insertion order, any members, compared as JavaScript does."""

    __slots__ = ("_members",)

    def __init__(self, members: Iterable[Any] = ()) -> None:
        self._members: dict[Hashable, Any] = {}
        for member in members:
            self.add(member)

    def __contains__(self, member: object) -> bool:
        return _identity(member) in self._members

    def __iter__(self) -> Iterator[Any]:
        return iter(list(self._members.values()))

    def __len__(self) -> int:
        return len(self._members)

    def __repr__(self) -> str:
        return f"Set({list(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Set) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def add(self, member: Any) -> None:
        """Add a member, unless it is there already."""
        self._members.setdefault(_identity(member), _unsigned(member))

    def discard(self, member: Any) -> None:
        """Remove a member if it is there."""
        self._members.pop(_identity(member), None)

    def to_set(self) -> set[Any]:
        """A Python set. Raises: ValueError if a member cannot be in one or two members are equal in Python."""
        try:
            result = set(self._members.values())
        except TypeError as error:
            raise ValueError(f"a member of the Set cannot be in a Python set: {error}") from None
        if len(result) != len(self._members):
            raise ValueError("two members of the Set are equal in Python")
        return result
