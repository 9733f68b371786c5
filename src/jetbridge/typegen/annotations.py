"""Python annotations -> TypeScript types, as the values travel by Flight."""

from __future__ import annotations

import collections
import collections.abc
import datetime
import decimal
import enum
import json
import re
import types
import typing
import uuid
from collections.abc import Callable, Sequence
from typing import Any, Final

from jetbridge.flight.model import BigInt, Element, File, FormData, JSDate, Map, ServerReference, Set, Undefined
from jetbridge.typegen.records import Field, fields_of, is_record

ATOMS: Final[dict[Any, str]] = {
    None: "null",
    type(None): "null",
    Any: "any",
    object: "unknown",
    str: "string",
    bool: "boolean",
    int: "number",
    float: "number",
    bytes: "Uint8Array",
    bytearray: "Uint8Array",
    datetime.datetime: "Date",
    datetime.date: "string",
    datetime.time: "string",
    decimal.Decimal: "string",
    uuid.UUID: "string",
    BigInt: "bigint",
    JSDate: "Date",
    Map: "Map<any, any>",
    Set: "Set<any>",
    FormData: "FormData",
    File: "File",
    Undefined: "undefined",
    Element: "ReactNode",
    ServerReference: "(...args: any[]) => Promise<any>",
    typing.Never: "never",
    typing.NoReturn: "never",
}

_SEQUENCES: Final = (
    *(list, collections.deque, collections.abc.Sequence, collections.abc.MutableSequence),
    *(collections.abc.Iterable, collections.abc.Collection, collections.abc.Iterator, collections.abc.Generator),
)
_SETS: Final = (set, frozenset, collections.abc.Set, collections.abc.MutableSet)
_MAPPINGS: Final = (
    *(dict, collections.OrderedDict, collections.defaultdict),
    *(collections.abc.Mapping, collections.abc.MutableMapping),
)
_ASYNC: Final = (collections.abc.AsyncIterable, collections.abc.AsyncIterator, collections.abc.AsyncGenerator)
_AWAITABLES: Final = (collections.abc.Awaitable, collections.abc.Coroutine)
_TRANSPARENT: Final = (
    typing.Annotated,
    typing.Required,
    typing.NotRequired,
    typing.Final,
    typing.ClassVar,
)

_TAKEN: Final = re.compile(
    "any|bigint|boolean|never|null|number|object|string|symbol|undefined|unknown|void"
    "|Array|AsyncIterable|Blob|Date|File|FormData|Map|Promise|ReactNode|Record|Set|Uint8Array"
)
"""Names that a generated type must not shadow or cannot have."""

_SIMPLE: Final = re.compile(r"[\w$]+(<[^|&=]*>)?(\[\])*")


class TypeWriter:
    """Writes the annotations of one file. `declarations` holds the named types they mention, in order of mention.

    The same record may need two types: one for what the browser sends, where fields with a default may be
    missing, and one for what it gets, where they never are.
    """

    def __init__(self) -> None:
        self.declarations: list[str] = []
        self._names: dict[Any, str] = {}
        self._used: set[str] = set()

    def write(self, annotation: Any, *, sent: bool) -> str:
        """The TypeScript of one annotation. sent: the value goes from the browser to Python."""
        return _Scope(self, sent, {}).write(annotation)

    def declare(self, key: Any, name: str, body: Callable[[], str]) -> str:
        """Give the type `key` a name and a declaration, once; a type may mention itself."""
        if key not in self._names:
            self._names[key] = name = self._free(name)
            place = len(self.declarations)
            self.declarations.append("")
            self.declarations[place] = f"export {_named(name, body())}"
        return self._names[key]

    def _free(self, wanted: str) -> str:
        base = re.sub(r"\W", "", wanted) or "Type"
        base = f"_{base}" if base[0].isdigit() else base
        name, number = f"{base}_" if _TAKEN.fullmatch(base) else base, 2
        while name in self._used:
            name, number = f"{base}{number}", number + 1
        self._used.add(name)
        return name


class _Scope:
    """One direction, and what the type variables stand for in it."""

    def __init__(self, writer: TypeWriter, sent: bool, variables: dict[Any, Any]) -> None:
        self._writer = writer
        self._sent = sent
        self._variables = variables

    def write(self, annotation: Any) -> str:
        if _is_hashable(annotation) and annotation in ATOMS:
            return "Blob" if annotation is File and not self._sent else ATOMS[annotation]
        if isinstance(annotation, typing.TypeVar) and annotation in self._variables:
            return self.write(self._variables[annotation])
        if annotation in (tuple, typing.Tuple):  # noqa: UP006
            return "any[]"
        origin, args = typing.get_origin(annotation), typing.get_args(annotation)
        if origin in _TRANSPARENT:
            return self.write(args[0])
        if origin is typing.Union or origin is types.UnionType:
            return self._union(args)
        if origin is typing.Literal:
            return " | ".join(_literal(value) for value in args)
        return self._container(origin or annotation, args) or self._named_type(annotation, origin, args)

    def _union(self, members: Sequence[Any]) -> str:
        texts: dict[str, None] = {}
        for member in members:
            text = self.write(member)
            texts[f"({text})" if "=>" in text else text] = None
        for everything in ("any", "ReactNode"):
            if everything in texts:
                return everything
        return " | ".join(sorted(texts, key=lambda text: text in ("null", "undefined")))

    def _container(self, kind: Any, args: Sequence[Any]) -> str | None:
        if kind is tuple:
            if len(args) == 2 and args[1] is Ellipsis:
                return self._array(args[0])
            return f"[{', '.join(self.write(arg) for arg in args)}]"
        if kind in _SEQUENCES:
            return self._array(args[0] if args else Any)
        if kind in _SETS:
            return f"Set<{self.write(args[0] if args else Any)}>"
        if kind in _MAPPINGS:
            key, value = (self.write(arg) for arg in (args or (str, Any)))
            is_text = key == "string" or key.startswith('"')
            return f"{'Record' if is_text else 'Map'}<{key}, {value}>"
        if kind in _ASYNC:
            return f"AsyncIterable<{self.write(args[0] if args else Any)}>"
        if kind in _AWAITABLES:
            return f"Promise<{self.write(args[-1] if args else Any)}>"
        if kind is collections.abc.Callable:
            return self._function(args)
        return None

    def _array(self, item: Any) -> str:
        text = self.write(item)
        return f"{text}[]" if _SIMPLE.fullmatch(text) else f"({text})[]"

    def _function(self, args: Sequence[Any]) -> str:
        if not args:
            return "(...args: any[]) => Promise<any>"
        taken = (
            ", ".join(f"arg{index}: {self.write(arg)}" for index, arg in enumerate(args[0]))
            if isinstance(args[0], list)
            else "...args: any[]"
        )
        return f"({taken}) => Promise<{self.write(args[1])}>"

    def _named_type(self, annotation: Any, origin: Any, args: Sequence[Any]) -> str:
        if isinstance(annotation, typing.NewType):
            return self.write(annotation.__supertype__)
        if isinstance(annotation, typing.TypeVar):
            return self.write(annotation.__bound__) if annotation.__bound__ is not None else "any"
        cls = origin or annotation
        if type(cls).__name__ == "TypeAliasType":
            return self._alias(cls, args)
        if isinstance(cls, enum.EnumMeta):
            return self._writer.declare(cls, cls.__name__, lambda: _enum(cls))
        if isinstance(cls, type) and is_record(cls):
            return self._record(cls, args)
        return f"unknown /* {_comment(annotation)} */"

    def _alias(self, alias: Any, args: Sequence[Any]) -> str:
        scope = self._within(alias.__type_params__, args)
        name = alias.__name__ + "".join(_label(arg) for arg in args)
        return self._writer.declare((alias, tuple(args), self._sent), name, lambda: scope.write(alias.__value__))

    def _record(self, cls: type, args: Sequence[Any]) -> str:
        fields = fields_of(cls, sent=self._sent)
        if fields and fields[0].is_root and "[" in cls.__name__:
            return self.write(fields[0].annotation)
        scope = self._within(getattr(cls, "__parameters__", ()), args)
        loose = self._sent and _has_defaults(cls, set())
        name = cls.__name__ + "".join(_label(arg) for arg in args) + ("Input" if loose else "")
        return self._writer.declare((cls, tuple(map(_label, args)), loose), name, lambda: scope._body(cls, fields))

    def _body(self, cls: type, fields: Sequence[Field]) -> str:
        if issubclass(cls, tuple):
            return f"[{', '.join(f'{f.name}: {self.write(f.annotation)}' for f in fields)}]"
        if fields and fields[0].is_root:
            return self.write(fields[0].annotation)
        lines = [
            f"  {f.name if f.name.isidentifier() else json.dumps(f.name)}"
            f"{'?' if f.optional else ''}: {self.write(f.annotation)}\n"
            for f in fields
        ]
        return "{\n" + "".join(lines) + "}"

    def _within(self, parameters: Sequence[Any], args: Sequence[Any]) -> _Scope:
        given = [self._variables.get(arg, arg) if _is_hashable(arg) else arg for arg in args]
        return _Scope(self._writer, self._sent, dict(zip(parameters, given, strict=False)))


def _named(name: str, body: str) -> str:
    return f"interface {name} {body}" if body.startswith("{") else f"type {name} = {body}"


def _literal(value: Any) -> str:
    if isinstance(value, enum.Enum):
        return _literal(value.value)
    return json.dumps(value) if value is None or isinstance(value, str | int | float) else "unknown"


def _enum(cls: enum.EnumMeta) -> str:
    members: list[enum.Enum] = list(cls)
    return " | ".join(dict.fromkeys(_literal(member) for member in members)) or "never"


def _has_defaults(cls: type, seen: set[type]) -> bool:
    """Whether a field of this record, or of one inside it, may be left out by the browser."""
    if cls in seen:
        return False
    seen.add(cls)
    for f in fields_of(cls, sent=True):
        if f.may_differ or any(_has_defaults(inner, seen) for inner in _records_in(f.annotation)):
            return True
    return False


def _records_in(annotation: Any) -> list[type]:
    if isinstance(annotation, type) and is_record(annotation):
        return [annotation]
    origin = typing.get_origin(annotation)
    found = [origin] if isinstance(origin, type) and is_record(origin) else []
    return found + [record for arg in typing.get_args(annotation) for record in _records_in(arg)]


def _label(annotation: Any) -> str:
    name: str = getattr(annotation, "__name__", None) or str(annotation)
    inner = "".join(_label(arg) for arg in typing.get_args(annotation))
    return re.sub(r"\W", "", name[:1].upper() + name[1:] + inner)


def _comment(annotation: Any) -> str:
    name = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", None) or str(annotation)
    return re.sub(r"[^\w.,|\[\] ]", "", name)


def _is_hashable(value: Any) -> bool:
    return isinstance(value, collections.abc.Hashable) and not isinstance(value, list)
