"""Types that are one word in TypeScript, and those for which there is none."""

from __future__ import annotations

import array
import collections.abc
import datetime
import decimal
import enum
import fractions
import ipaddress
import json
import pathlib
import types
import typing
import uuid
from collections.abc import Mapping
from typing import Any, Final

import typing_extensions
from pydantic import AnyUrl, SecretBytes, SecretStr, TypeAdapter

from jetbridge.flight.model import (
    BigInt,
    Element,
    File,
    FormData,
    JSDate,
    Lazy,
    Map,
    OneShot,
    Promise,
    ServerReference,
    Set,
    Stream,
    TypedArray,
    Undefined,
)
from jetbridge.typegen.records import Mode

ANY_FUNCTION: Final = "(...args: any[]) => Promise<unknown>"

ATOMS: Final[dict[Any, str]] = {
    None: "null",
    type(None): "null",
    Any: "unknown",
    object: "unknown",
    str: "string",
    typing.LiteralString: "string",
    bool: "boolean",
    int: "number",
    float: "number",
    BigInt: "bigint",
    bytes: "Uint8Array",
    bytearray: "Uint8Array",
    memoryview: "ArrayBufferView",
    array.array: "ArrayBufferView",
    TypedArray: "ArrayBuffer | ArrayBufferView",
    datetime.datetime: "Date",
    JSDate: "Date",
    datetime.date: "string",
    datetime.time: "string",
    decimal.Decimal: "string",
    uuid.UUID: "string",
    range: "number[]",
    list: "unknown[]",
    tuple: "unknown[]",
    set: "Set<unknown>",
    frozenset: "Set<unknown>",
    dict: "Record<string, unknown>",
    Map: "Map<unknown, unknown>",
    Set: "Set<unknown>",
    FormData: "FormData",
    Undefined: "undefined",
    ServerReference: ANY_FUNCTION,
    collections.abc.Callable: ANY_FUNCTION,
    typing.Never: "never",
    typing.NoReturn: "never",
    typing_extensions.Never: "never",
}
"""Those that are the same in both directions."""

DIRECTED: Final[dict[Any, dict[Mode, str]]] = {
    # The protocol has no file names towards the browser; from there it takes any Blob.
    File: {"sent": "File | Blob", "given": "Blob", "dumped": "Blob"},
    # The browser keeps an element that it sends, and gets it back; Python's may become any node.
    Element: {"sent": "ReactElement", "given": "ReactNode", "dumped": "ReactNode"},
    datetime.timedelta: {"sent": "number"},
}

_FAMILIES: Final[tuple[type, ...]] = (
    *(bool, BigInt, int, float, str, datetime.datetime, datetime.date, datetime.time, decimal.Decimal, uuid.UUID),
    *(bytes, bytearray, array.array),
)
"""Classes whose subclasses are sent as they are themselves, in the order in which the encoder looks."""

_ADDRESSES: Final = (ipaddress.IPv4Address, ipaddress.IPv6Address)

_ADVICE: Final[tuple[tuple[tuple[type, ...], str], ...]] = (
    ((datetime.timedelta,), "Flight has no durations. Return seconds as int or float."),
    ((pathlib.PurePath,), "A path of the server means nothing in the browser. Use str."),
    ((SecretStr, SecretBytes), "Secrets stay on the server: exclude the field."),
    ((AnyUrl, *_ADDRESSES), "Use str, or give the field a serializer that returns str."),
    ((datetime.tzinfo,), "Send the name of the time zone as str."),
    ((complex, fractions.Fraction), "Send its two parts as numbers."),
    ((Stream, OneShot), "It does not say what it yields. Annotate AsyncIterator[...] or list[...]."),
    ((Promise, Lazy), "It does not say what it promises. Annotate Awaitable[...]."),
    ((type,), "Classes cannot travel. Send plain data that describes the class."),
    ((types.ModuleType,), "Modules cannot travel. Import what is needed on the other side."),
)

_PRIMITIVES: Final = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}

PLAIN_DATA: Final = "Use plain data: a dict, a dataclass or a Pydantic model with the fields that are needed."


def atom(annotation: Any, mode: Mode) -> str | None:
    """The word for an annotation; None if it has none of its own."""
    try:
        directed = DIRECTED.get(annotation)
        return ATOMS.get(annotation) if directed is None else directed.get(mode)
    except TypeError:
        return None


def other_class(cls: Any, mode: Mode) -> str | None:
    """The word for a class that is known only by what it inherits, or by what Pydantic takes for it."""
    if not isinstance(cls, type) or issubclass(cls, pathlib.PurePath):
        return None
    if mode == "sent":
        return _primitive(cls)
    if issubclass(cls, BaseException):
        return "Error"
    return next((ATOMS[family] for family in _FAMILIES if issubclass(cls, family)), None)


def _primitive(cls: type) -> str | None:
    """What Pydantic takes for a class, as far as that is one plain value, such as text for an IP address."""
    try:
        schema: Mapping[str, Any] = TypeAdapter(cls).json_schema(mode="validation")
    except Exception:
        return None
    return _PRIMITIVES.get(str(schema.get("type")))


def refusal(annotation: Any) -> str:
    """Why there is no type for an annotation, and what to use instead."""
    cls = typing.get_origin(annotation) or annotation
    if isinstance(cls, type):
        advice = next((text for families, text in _ADVICE if issubclass(cls, families)), PLAIN_DATA)
        if getattr(cls, "_is_protocol", False):
            advice = f"A protocol says what an object can do, not what data it is. {PLAIN_DATA}"
    else:
        advice = PLAIN_DATA
    return f"{shown(annotation)} cannot travel between Python and the browser. {advice}"


def shown(annotation: Any) -> str:
    """An annotation as somebody would write it."""
    if isinstance(annotation, type) and not typing.get_args(annotation):
        return annotation.__qualname__.rpartition("<locals>.")[2]
    return str(annotation).replace("typing.", "")


def literal(value: Any) -> str | None:
    """The type that one value alone has; None if TypeScript cannot write it."""
    if isinstance(value, enum.Enum):
        return literal(value.value)
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return json.dumps(value)
    if isinstance(value, int):
        return str(int(value)) if abs(value) < 2**53 and not isinstance(value, BigInt) else f"{int(value)}n"
    if isinstance(value, float):
        return repr(float(value)) if value - value == 0 else "number"
    return None
