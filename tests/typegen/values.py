"""Values of a Python type, drawn by Hypothesis from its annotation, and as TypeScript where they have arrived."""

from __future__ import annotations

import asyncio
import collections.abc
import dataclasses
import datetime as dt
import enum
import json
import types
import typing
from base64 import b64decode
from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from pydantic import BaseModel, RootModel
from typing_extensions import get_type_hints, is_typeddict

from jetbridge.flight.model import BigInt, File, FormData
from tests.flight.support import Recorder

SAFE = 2**53 - 1
TEXT = st.text(st.characters(codec="utf-8"), max_size=8)

LEAVES: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXT,
    int: st.integers(-SAFE, SAFE),
    float: st.floats(),
    bool: st.booleans(),
    None: st.none(),
    type(None): st.none(),
    bytes: st.binary(max_size=8),
    dt.datetime: st.datetimes() | st.datetimes(timezones=st.just(dt.timezone(dt.timedelta(hours=5)))),
    dt.date: st.dates(),
    dt.time: st.times(),
    dt.timedelta: st.timedeltas(),
    Decimal: st.decimals(allow_nan=False, allow_infinity=False),
    UUID: st.uuids(),
    BigInt: st.integers(-(2**80), 2**80).map(BigInt),
    File: st.builds(File, st.binary(max_size=8), st.just("a.txt"), st.just("text/plain")),
    FormData: st.builds(FormData, st.lists(st.tuples(TEXT, TEXT), max_size=2)),
    Any: st.none() | st.integers(-9, 9) | TEXT,
}
"""Numbers are those that are numbers in JavaScript: beyond them an int travels as a BigInt."""


def values_of(annotation: Any, depth: int = 3, known: dict[Any, Any] | None = None) -> st.SearchStrategy[Any]:
    """Values of a type. depth: of what may contain itself. known: what its type variables stand for."""
    known = known or {}
    if isinstance(annotation, typing.TypeVar):
        annotation = known[annotation]
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)

    def inner(one: Any) -> st.SearchStrategy[Any]:
        return values_of(one, depth - 1, known)

    if origin is None and annotation in LEAVES:
        return LEAVES[annotation]
    if isinstance(annotation, typing.NewType):
        return inner(annotation.__supertype__)
    if type(origin or annotation).__name__ == "TypeAliasType":
        alias = origin or annotation
        value = alias.__value__ if not isinstance(alias.__value__, str) else json_type()
        return values_of(value, depth, dict(zip(alias.__type_params__, args, strict=False)))
    if origin is typing.Annotated:
        return inner(args[0])
    if origin is typing.Literal:
        return st.sampled_from(args)
    if origin in (typing.Union, types.UnionType):
        return st.one_of([inner(one) for one in args if depth > 0 or one in LEAVES])
    if origin is not None and not dataclasses.is_dataclass(origin):
        return _collection(origin, args, inner, depth)
    if isinstance(annotation, type) and issubclass(annotation, enum.Enum):
        return st.sampled_from(list(annotation))
    return _record(origin or annotation, depth, dict(zip(getattr(origin, "__parameters__", ()), args, strict=False)))


def json_type() -> Any:
    from tests.typegen.round_trip_types import Json

    return dict[str, Json] | list[Json] | str | int | bool | None


def _collection(origin: Any, args: tuple[Any, ...], inner: Any, depth: int) -> st.SearchStrategy[Any]:
    size = 3 if depth > 0 else 0
    if origin is tuple and Ellipsis not in args:
        return st.tuples(*map(inner, args))
    if issubclass(origin, collections.abc.Mapping):
        return st.dictionaries(inner(args[0]), inner(args[1]), max_size=size)
    if origin is collections.abc.AsyncIterator:
        return st.lists(inner(args[0]), max_size=size).map(_stream)
    if origin is collections.abc.Awaitable:
        return inner(args[0]).map(_Later)
    items = st.lists(inner(args[0]), max_size=size) if size else st.just([])
    if origin is collections.abc.Sequence or origin is collections.abc.Iterable:
        return items
    if issubclass(origin, collections.abc.Set):
        return st.sets(inner(args[0]), max_size=size).map(origin)
    return items.map(origin)


def _record(cls: Any, depth: int, known: dict[Any, Any]) -> st.SearchStrategy[Any]:
    if issubclass(cls, RootModel):
        return values_of(cls.model_fields["root"].annotation, depth - 1).map(cls.model_construct)
    if issubclass(cls, BaseModel):
        fields = {name: values_of(info.annotation, depth - 1) for name, info in cls.model_fields.items()}
        return st.builds(cls.model_construct, **fields)
    fields = {name: values_of(_plain(hint), depth - 1, known) for name, hint in get_type_hints(cls).items()}
    if hasattr(cls, "__pydantic_fields__"):
        names = {name: info.validation_alias or name for name, info in cls.__pydantic_fields__.items()}
        return st.builds(cls, **{names[name]: one for name, one in fields.items()})
    if is_typeddict(cls):
        optional = {name: one for name, one in fields.items() if name in cls.__optional_keys__}
        return st.fixed_dictionaries({name: fields[name] for name in fields if name not in optional}, optional=optional)
    return st.builds(cls, **fields)


def _plain(hint: Any) -> Any:
    return typing.get_args(hint)[0] if typing.get_origin(hint) is typing.NotRequired else hint


class _Later:
    """A promise that can be asked for more than once."""

    def __init__(self, value: Any) -> None:
        self._value = value

    def __await__(self) -> Any:
        return asyncio.sleep(0, self._value).__await__()

    def __repr__(self) -> str:
        return f"<later {self._value!r}>"


async def _stream(values: list[Any]) -> Any:
    for value in values:
        yield value


async def encode(value: Any) -> bytes:
    """What the server sends for a value, as a whole."""
    recorder = Recorder()
    encoder = recorder.encoder
    waiting = encoder.start(value)
    data = encoder.flush()
    while waiting:
        pending = waiting.pop(0)
        if pending.kind == "promise":
            waiting += encoder.resolve(pending, await pending.source)
        else:
            async for item in pending.source:
                waiting += encoder.push(pending, item)
                data += encoder.flush()
            encoder.close(pending)
        data += encoder.flush()
    assert recorder.errors == []
    return data


def as_typescript(node: Any) -> str:
    """Tagged JSON, which says what React has read, as an expression."""
    if isinstance(node, list):
        return f"[{', '.join(map(as_typescript, node))}]"
    if not isinstance(node, dict):
        return json.dumps(node)
    tag = node.get("$t")
    if tag is None or tag == "object":
        entries = node.items() if tag is None else node["entries"]
        return "{" + ", ".join(f"[{json.dumps(key)}]: {as_typescript(value)}" for key, value in entries) + "}"
    if tag == "map":
        return f"new Map({as_typescript(node['entries'])})"
    if tag == "set":
        return f"new Set({as_typescript(node['values'])})"
    if tag == "bytes":
        return f"new {node['kind']}({list(b64decode(node['base64']))})"
    if tag == "promise":
        return f"Promise.resolve({as_typescript(node['value'])})"
    if tag == "asynciterable":
        return f"streamOf({as_typescript(node['values'])})"
    simple = {
        "undefined": "undefined",
        "blob": "new Blob([])",
        "file": 'new File([], "a")',
        "formdata": "new FormData()",
    }
    simple |= {"date": "new Date(0)", "bigint": f"{node.get('value')}n", "number": str(node.get("value"))}
    return simple[tag]
