"""What becomes of Python values that JSON has no word for, as far as that needs nothing but the value.

`convert` answers with a Code (the value's own spelling on the wire), with an Outlined value (it gets a row of its
own), or with plainer Python data that is to be sent in its place.
"""

from __future__ import annotations

import array
import dataclasses
import datetime as dt
import enum
import io
import sys
import types
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from jetbridge.flight.model import (
    BigInt,
    File,
    FormData,
    JSDate,
    Map,
    OneShot,
    Set,
    Symbol,
    TemporaryReference,
    TypedArray,
    Undefined,
)

MAX_SAFE_INTEGER: Final = 2**53 - 1


LONG_TEXT: Final = 1024
"""Strings of so many characters become text rows, in which nothing is escaped."""

EXACT: Final = -1
"""In place of a row's id: the paths of its objects are known already."""


class Code(str):
    """A code of the protocol, without its leading `$`."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Outlined:
    """A value that is written into a row of its own.

    prefix: of the code that stands in its place. shared: whether a second occurrence repeats that code; otherwise
    it refers to the place of the first.
    """

    prefix: str
    model: Any
    shared: bool = False


class Unsendable(Exception):
    """A value that cannot travel. what: its type, in words. advice: what to do instead."""

    def __init__(self, what: str, advice: str) -> None:
        super().__init__(what)
        self.what = what
        self.advice = advice


def iso_text(value: dt.datetime) -> str:
    """A datetime as JavaScript writes it: UTC, milliseconds. A naive one is taken to be in UTC."""
    if value.tzinfo is not None:
        value = value.astimezone(dt.UTC)
    return f"{value.replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


def js_date_text(milliseconds: int) -> str:
    """ISO 8601 with the six-digit years that JavaScript uses outside 0 to 9999."""
    days, rest = divmod(milliseconds, 86_400_000)
    # The Gregorian calendar repeats every 400 years, which are 146,097 days.
    cycles, day = divmod(days + 719_162, 146_097)
    date = dt.date.fromordinal(day + 1)
    year = date.year + 400 * cycles
    hours, rest = divmod(rest, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    seconds, millis = divmod(rest, 1000)
    years = f"{year:04d}" if 0 <= year <= 9999 else f"{'-' if year < 0 else '+'}{abs(year):06d}"
    return f"{years}-{date.month:02d}-{date.day:02d}T{hours:02d}:{minutes:02d}:{seconds:02d}.{millis:03d}Z"


def _datetime(value: dt.datetime) -> Code:
    return Code("D" + iso_text(value))


def _js_date(value: JSDate) -> Code | None:
    return None if value.milliseconds is None else Code("D" + js_date_text(value.milliseconds))


def _bigint(value: int) -> Code:
    try:
        return Code(f"n{int(value)}")
    except ValueError:
        raise Unsendable("an int of so many digits", "Send it as text.") from None


def _dataclass(value: Any) -> dict[str, Any]:
    return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}


def _pydantic(value: Any) -> Any:
    """As the model says: aliases, excluded and computed fields, serializers."""
    return value.model_dump(by_alias=True, warnings=False)


def _array(value: Iterable[Any]) -> list[Any]:
    return list(value)


def _mapping(value: Mapping[Any, Any]) -> dict[Any, Any]:
    return dict(value)


ARRAY_KINDS: Final = {
    "b": "Int8Array",
    "B": "Uint8Array",
    "c": "Uint8Array",
    "?": "Uint8Array",
    "f": "Float32Array",
    "d": "Float64Array",
}
"""By type code of `array` and `memoryview`; integers of two bytes and more go by their size."""


def _typed_kind(code: str, size: int) -> str:
    if code in ARRAY_KINDS:
        return ARRAY_KINDS[code]
    sign = "" if code in "hilqn" else "u" if code in "HILQN" else None
    kind = {2: "Int16Array", 4: "Int32Array", 8: "BigInt64Array"}.get(size)
    if sign is None or kind is None:
        raise Unsendable(f"an array of type code {code!r}", "Send bytes, or an array of numbers.")
    if sign == "u":
        return {"Int16Array": "Uint16Array", "Int32Array": "Uint32Array"}.get(kind, "BigUint64Array")
    return kind


def _typed_array(value: array.array[Any]) -> TypedArray:
    if value.typecode in "uw":
        raise Unsendable("an array of characters", "Send text.")
    kind = _typed_kind(value.typecode, value.itemsize)
    if sys.byteorder == "big" and value.itemsize > 1:
        value = array.array(value.typecode, value)
        value.byteswap()
    return TypedArray(kind, value.tobytes())


def _memoryview(value: memoryview) -> TypedArray:
    code = value.format.lstrip("@=<")
    if value.format[:1] in (">", "!") or (sys.byteorder == "big" and value.itemsize > 1):
        raise Unsendable("a big-endian memoryview", "Convert it to little-endian first.")
    return TypedArray(_typed_kind(code, value.itemsize), value.tobytes())


def _bytes(value: bytes | bytearray) -> TypedArray:
    return TypedArray("Uint8Array", bytes(value))


def _form_data(value: FormData) -> Outlined:
    return Outlined("K", [list(entry) for entry in value.items()])


def _file(value: File) -> Outlined:
    content = value.read()
    return Outlined("B", [value.type, TypedArray("Uint8Array", content)] if content else [value.type], shared=True)


CONVERTERS: Final[dict[type, Callable[[Any], Any]]] = {
    Undefined: lambda _: Code("undefined"),
    Symbol: lambda value: Code("S" + value.key),
    BigInt: _bigint,
    JSDate: _js_date,
    TemporaryReference: lambda value: Code("T" + value.path),
    Map: lambda value: Outlined("Q", [list(entry) for entry in value.items()]),
    Set: lambda value: Outlined("W", list(value)),
    OneShot: lambda value: Outlined("i", list(value.values)),
    FormData: _form_data,
    File: _file,
    dt.datetime: _datetime,
    dt.date: dt.date.isoformat,
    dt.time: dt.time.isoformat,
    Decimal: str,
    uuid.UUID: str,
    set: lambda value: Outlined("W", list(value)),
    frozenset: lambda value: Outlined("W", list(value)),
    bytes: _bytes,
    bytearray: _bytes,
    memoryview: _memoryview,
    array.array: _typed_array,
    range: _array,
}
"""By exact type. Subclasses and everything else: `_FAMILIES`."""

_FAMILIES: Final[tuple[tuple[type, Callable[[Any], Any]], ...]] = (
    (enum.Enum, lambda value: value.value),
    (bool, bool),
    (BigInt, _bigint),
    (int, int),
    (float, float),
    (str, str),
    (dt.datetime, _datetime),
    (dt.date, dt.date.isoformat),
    (dt.time, dt.time.isoformat),
    (Decimal, str),
    (uuid.UUID, str),
    (bytes, _bytes),
    (bytearray, _bytes),
    (array.array, _typed_array),
    (FormData, _form_data),
    (File, _file),
)

_ADVICE: Final[tuple[tuple[type | tuple[type, ...], str], ...]] = (
    (dt.timedelta, "Flight has no durations: send seconds as int."),
    (dt.tzinfo, "Send the name of the time zone as text."),
    (complex, "Send the two parts as numbers."),
    (type, "Send an instance, or plain data that describes the class."),
    (io.IOBase, "Read it first: send bytes, text or a File."),
    (types.ModuleType, "Import what is needed on the other side."),
)

CLASS_CONVERTERS: Final[dict[type, Callable[[Any], Any]]] = {}
"""What was found for classes that are not in CONVERTERS."""


def converter_for(cls: type) -> Callable[[Any], Any]:
    """The function that converts instances of a class. It raises Unsendable if they cannot travel."""
    found = CONVERTERS.get(cls) or CLASS_CONVERTERS.get(cls)
    if found is None:
        found = CLASS_CONVERTERS[cls] = _find(cls)
    return found


def _find(cls: type) -> Callable[[Any], Any]:
    for family, converter in _FAMILIES:
        if issubclass(cls, family):
            return converter
    if dataclasses.is_dataclass(cls):
        return _dataclass
    if hasattr(cls, "__pydantic_serializer__") and hasattr(cls, "model_dump"):
        return _pydantic
    if issubclass(cls, Mapping):
        return _mapping
    if issubclass(cls, AbstractSet):
        return lambda value: Outlined("W", list(value))
    if issubclass(cls, io.IOBase):
        return _refuse  # it is an iterator of its lines, and nobody means these
    if issubclass(cls, (list, tuple)) or issubclass(cls, Iterator) or _is_collection(cls):
        return _array
    return _refuse


def _is_collection(cls: type) -> bool:
    """Sequences, views and other things made to be looped over; not whatever happens to have `__iter__`."""
    return hasattr(cls, "__iter__") and (hasattr(cls, "__len__") or issubclass(cls, Iterator))


def _refuse(value: Any) -> Any:
    for family, advice in _ADVICE:
        if isinstance(value, family):
            raise Unsendable(describe_type(value), advice)
    advice = "Send plain data: a dict, a dataclass or a Pydantic model with the fields that are needed."
    if callable(value):
        advice = 'Only server actions can be sent: mark it with "use server", or call it and send the result.'
    raise Unsendable(describe_type(value), advice)


def describe_type(value: Any) -> str:
    """The type of a value in words for an error message: never its content."""
    if isinstance(value, type):
        return f"the class {value.__qualname__}"
    if isinstance(value, (types.FunctionType, types.MethodType, types.BuiltinFunctionType)):
        return f"the function {value.__qualname__}"
    return type(value).__qualname__
