"""The data that a sealed token may hold, written so that every Python type comes back as itself.

Text, true, false, null, and numbers that JSON knows stand for themselves; everything else is an array that starts with
a tag. Only exact types are taken: a subclass would come back as something else than it was.
"""

from __future__ import annotations

import math
from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson

from jetbridge.flight.model import UNDEFINED, BigInt, FormData, Undefined

MAX_DEPTH: Final = 60
MAX_VALUES: Final = 100_000
MAX_BYTES: Final = 512 * 1024


class CannotSeal(Exception):
    """A value that is no data. path: where it stands below the root, such as "[2].author"."""

    def __init__(self, reason: str, path: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.path = path


def dump(value: Any, other: Callable[[Any, int, Writer], Any]) -> bytes:
    """Write `value`. other: writes what is no data, given the depth, or raises CannotSeal; functions come to it.

    Raises: CannotSeal.
    """
    data = orjson.dumps(Writer(other).write(value, "", 0))
    if len(data) > MAX_BYTES:
        raise CannotSeal(f"it takes {len(data)} bytes, and at most {MAX_BYTES} can travel")
    return data


class Writer:
    """Turns values into what orjson writes."""

    __slots__ = ("_containers", "_count", "_other")

    def __init__(self, other: Callable[[Any, int, Writer], Any]) -> None:
        self._other = other
        self._containers: set[int] = set()
        self._count = 0

    def write(self, value: Any, path: str, depth: int) -> Any:
        """The JSON form of one value."""
        kind = type(value)
        if kind is str and value.isascii():
            return value
        if value is None or kind is bool:
            return value
        self._count += 1
        if self._count > MAX_VALUES:
            raise CannotSeal(f"it holds more than {MAX_VALUES} values", path)
        scalar = _SCALARS.get(kind)
        if scalar is not None:
            try:
                return scalar(value)
            except CannotSeal as error:
                raise CannotSeal(error.reason, path) from None
        if depth >= MAX_DEPTH:
            raise CannotSeal(f"it is nested more than {MAX_DEPTH} deep", path)
        if kind in _CONTAINERS:
            return self._container(value, path, depth + 1)
        try:
            return self._other(value, depth + 1, self)
        except CannotSeal as error:
            raise CannotSeal(error.reason, f"{path}{error.path}") from None

    def _container(self, value: Any, path: str, depth: int) -> Any:
        if id(value) in self._containers:
            raise CannotSeal("it contains itself", path)
        self._containers.add(id(value))
        if type(value) is dict:
            items = [part for key, entry in value.items() for part in self._item(key, entry, path, depth)]
            result = ["d", *items]
        elif type(value) is FormData:
            result = ["F", *self._form_entries(value, path)]
        else:
            result = [_CONTAINERS[type(value)]]
            result += [self.write(entry, f"{path}[{index}]", depth) for index, entry in enumerate(value)]
        self._containers.discard(id(value))
        return result

    def _item(self, key: Any, entry: Any, path: str, depth: int) -> tuple[Any, Any]:
        where = f"{path}.{key}" if isinstance(key, str) and key.isidentifier() else f"{path}[{key!r:.40}]"
        return self.write(key, f"{where} (a key)", depth), self.write(entry, where, depth)

    def _form_entries(self, form: FormData, path: str) -> list[Any]:
        entries = []
        for name, entry in form.items():
            if not isinstance(entry, str):
                raise CannotSeal("a form with a file cannot travel back to the browser", f"{path}[{name!r:.40}]")
            entries += [_text(name), _text(entry)]
        return entries


def _text(value: str) -> Any:
    try:
        value.encode()
    except UnicodeEncodeError:
        return ["u", b64encode(value.encode("utf-8", "surrogatepass")).decode("ascii")]
    return value


def _int(value: int) -> Any:
    return int(value) if -(2**63) <= value < 2**63 else ["i", hex(value)]


def _float(value: float) -> Any:
    return value if math.isfinite(value) else ["f", repr(value)]


def _datetime(value: datetime) -> Any:
    return ["D", value.replace(tzinfo=None).isoformat(), value.fold, _zone(value.tzinfo)]


def _time(value: time) -> Any:
    return ["T", value.replace(tzinfo=None).isoformat(), value.fold, _zone(value.tzinfo)]


def _zone(zone: tzinfo | None) -> Any:
    """null, a name of the time zone database, or days, seconds and microseconds from UTC."""
    if zone is None:
        return None
    if type(zone) is ZoneInfo and zone.key is not None:
        return zone.key
    if type(zone) is timezone:
        offset = zone.utcoffset(None)
        return [offset.days, offset.seconds, offset.microseconds]
    raise CannotSeal(f"its time zone is a {type(zone).__qualname__}; only datetime.timezone and ZoneInfo can travel")


_SCALARS: Final[dict[type, Callable[[Any], Any]]] = {
    str: _text,
    int: _int,
    float: _float,
    BigInt: lambda value: ["I", hex(value)],
    bytes: lambda value: ["b", b64encode(value).decode("ascii")],
    datetime: _datetime,
    time: _time,
    date: lambda value: ["a", value.isoformat()],
    timedelta: lambda value: ["e", value.days, value.seconds, value.microseconds],
    Decimal: lambda value: ["c", str(value)],
    UUID: lambda value: ["g", value.hex],
    Undefined: lambda value: ["n"],
}

_CONTAINERS: Final[dict[type, str]] = {
    list: "l",
    tuple: "t",
    set: "s",
    frozenset: "z",
    dict: "d",
    FormData: "F",
}

DATA_TYPES: Final = frozenset({*_SCALARS, *_CONTAINERS})


class Malformed(Exception):
    """Sealed data of another version of jetbridge."""


def load(data: bytes, other: Callable[[str, list[Any], Callable[[Any], Any]], Any]) -> Any:
    """Read what `dump` wrote. other: reads the arrays whose tags `dump`'s `other` wrote.

    The data is authentic, but may be older than this code. Raises: Malformed.
    """

    def read(value: Any) -> Any:
        if type(value) is not list:
            return value
        tag, *rest = value
        reader = _READERS.get(tag)
        return other(tag, rest, read) if reader is None else reader(rest, read)

    try:
        return read(orjson.loads(data))
    except (ValueError, TypeError, KeyError, ArithmeticError, RecursionError) as error:
        raise Malformed(f"{type(error).__name__}: {error}") from None


def _read_zone(zone: Any) -> tzinfo | None:
    if isinstance(zone, list):
        offset = timedelta(*zone)
        return timezone(offset) if offset else UTC
    return None if zone is None else ZoneInfo(zone)


def _read_dict(items: list[Any], read: Callable[[Any], Any]) -> dict[Any, Any]:
    return {read(key): read(value) for key, value in zip(items[::2], items[1::2], strict=True)}


def _read_form(items: list[Any], read: Callable[[Any], Any]) -> FormData:
    return FormData([(read(name), read(value)) for name, value in zip(items[::2], items[1::2], strict=True)])


_READERS: Final[dict[str, Callable[[list[Any], Callable[[Any], Any]], Any]]] = {
    "u": lambda rest, read: b64decode(rest[0]).decode("utf-8", "surrogatepass"),
    "i": lambda rest, read: int(rest[0], 16),
    "I": lambda rest, read: BigInt(rest[0], 16),
    "f": lambda rest, read: float(rest[0]),
    "b": lambda rest, read: b64decode(rest[0]),
    "D": lambda rest, read: datetime.fromisoformat(rest[0]).replace(fold=rest[1], tzinfo=_read_zone(rest[2])),
    "T": lambda rest, read: time.fromisoformat(rest[0]).replace(fold=rest[1], tzinfo=_read_zone(rest[2])),
    "a": lambda rest, read: date.fromisoformat(rest[0]),
    "e": lambda rest, read: timedelta(*rest),
    "c": lambda rest, read: Decimal(rest[0]),
    "g": lambda rest, read: UUID(hex=rest[0]),
    "n": lambda rest, read: UNDEFINED,
    "l": lambda rest, read: [read(value) for value in rest],
    "t": lambda rest, read: tuple(read(value) for value in rest),
    "s": lambda rest, read: {read(value) for value in rest},
    "z": lambda rest, read: frozenset(read(value) for value in rest),
    "d": _read_dict,
    "F": _read_form,
}
