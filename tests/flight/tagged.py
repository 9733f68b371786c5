"""Tagged JSON, the notation of the conformance kit (conformance/oracle/TAGGED-JSON.md), to values and back."""

from __future__ import annotations

import asyncio
import math
from base64 import b64decode, b64encode
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from jetbridge.flight import hints
from jetbridge.flight.encoder import ClientRow
from jetbridge.flight.hints import Hint
from jetbridge.flight.model import (
    UNDEFINED,
    BigInt,
    ClientReference,
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
    Symbol,
    TemporaryReference,
    TypedArray,
)
from jetbridge.flight.received import Received, Settled
from jetbridge.flight.scalars import parse_date
from jetbridge.flight.values import iso_text, js_date_text

NUMBERS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf, "-0": -0.0}


class JSError(Exception):
    """An error as a vector describes it."""

    def __init__(self, node: Any) -> None:
        super().__init__(node.get("message", "") if isinstance(node, dict) else node)
        self.digest = node.get("digest", "") if isinstance(node, dict) else ""


class MissingModule(Exception):
    """A client module that the build lacks."""


class AsyncValues:
    """An async iterator over values with delays, that may fail, return something, or never end."""

    def __init__(self, values: list[Any], node: dict[str, Any], returned: Any) -> None:
        self._values = iter(values)
        self._node = node
        self.returned = returned

    def __aiter__(self) -> AsyncValues:
        return self

    async def __anext__(self) -> Any:
        if "delay" in self._node:
            await asyncio.sleep(self._node["delay"] / 1000)
        for value in self._values:
            return value
        if "error" in self._node:
            raise JSError(self._node["error"])
        if self._node.get("open"):
            await asyncio.Event().wait()
        raise StopAsyncIteration


class Builder:
    """Makes values of tagged JSON. hint: called with each hint that a component gives while it renders."""

    def __init__(self, hint: Callable[[Hint], None]) -> None:
        self.clients: dict[ClientReference, ClientRow | None] = {}
        self._hint = hint
        self._defined: dict[int, Any] = {}
        self._props: dict[str, Any] = {}

    def client_row(self, reference: ClientReference) -> ClientRow:
        row = self.clients[reference]
        if row is None:
            raise MissingModule(reference.module)
        return row

    def build(self, node: Any, define: int | None = None) -> Any:
        if isinstance(node, int) and not isinstance(node, bool) and abs(node) > 2**53 - 1:
            return float(node)
        if isinstance(node, list):
            return self._fill_list(self._define(define, []), node)
        if not isinstance(node, dict):
            return node
        tag = node.get("$t")
        if tag is None:
            return self._fill_dict(self._define(define, {}), node.items())
        if tag == "object":
            return self._fill_dict(self._define(define, {}), node["entries"])
        if tag == "def":
            return self.build(node["value"], node["id"])
        if tag == "ref":
            return self._defined[node["id"]]
        if tag == "map":
            result = self._define(define, Map())
            for key, value in node["entries"]:
                result[self.build(key)] = self.build(value)
            return result
        return self._define(define, getattr(self, f"_{tag}")(node))

    def _define(self, id: int | None, value: Any) -> Any:
        if id is not None:
            self._defined[id] = value
        return value

    def _fill_list(self, result: list[Any], items: Any) -> list[Any]:
        result.extend(self.build(item) for item in items)
        return result

    def _fill_dict(self, result: dict[str, Any], entries: Any) -> dict[str, Any]:
        for name, value in entries:
            result[name] = self.build(value)
        return result

    def _list(self, items: list[Any]) -> list[Any]:
        return [self.build(item) for item in items]

    def _undefined(self, node: dict[str, Any]) -> Any:
        return UNDEFINED

    def _number(self, node: dict[str, Any]) -> float:
        return NUMBERS[node["value"]]

    def _bigint(self, node: dict[str, Any]) -> BigInt:
        return BigInt(node["value"])

    def _symbol(self, node: dict[str, Any]) -> Symbol:
        return Symbol(node["key"])

    def _date(self, node: dict[str, Any]) -> datetime | JSDate:
        if node["iso"] is None:
            return JSDate(None)
        date = parse_date(node["iso"])
        assert date is not None
        return date

    def _text(self, node: dict[str, Any]) -> str:
        return expand_text(node["value"])

    def _set(self, node: dict[str, Any]) -> Set:
        return Set(self._list(node["values"]))

    def _bytes(self, node: dict[str, Any]) -> TypedArray:
        return TypedArray(node["kind"], b64decode(node["base64"]))

    def _blob(self, node: dict[str, Any]) -> File:
        return File(b64decode(node["base64"]), None, node["type"])

    def _file(self, node: dict[str, Any]) -> File:
        return File(b64decode(node["base64"]), node["name"], node["type"])

    def _formdata(self, node: dict[str, Any]) -> FormData:
        return FormData((name, self.build(value)) for name, value in node["entries"])

    def _iterable(self, node: dict[str, Any]) -> Any:
        values = self._list(node["values"])
        return (value for value in values)

    def _iterator(self, node: dict[str, Any]) -> OneShot:
        return OneShot(self._list(node["values"]))

    def _asynciterable(self, node: dict[str, Any]) -> Stream:
        return self._stream_of(node, "iterable", node["values"])

    def _asynciterator(self, node: dict[str, Any]) -> Stream:
        return self._stream_of(node, "iterator", node["values"])

    def _stream(self, node: dict[str, Any]) -> Stream:
        return self._stream_of(node, "values", node["chunks"])

    def _stream_of(self, node: dict[str, Any], kind: Any, values: list[Any]) -> Stream:
        returned = self.build(node["return"]) if "return" in node else UNDEFINED
        return Stream(AsyncValues(self._list(values), node, returned), kind)

    def _bytestream(self, node: dict[str, Any]) -> Stream:
        pieces = [b64decode(piece) for piece in node.get("chunks", [node.get("base64", "")])]
        return Stream(AsyncValues(pieces, node, UNDEFINED), "bytes")

    def _error(self, node: dict[str, Any]) -> JSError:
        return JSError(node)

    def _promise(self, node: dict[str, Any]) -> Promise:
        return Promise(self._outcome(node))

    def _lazy(self, node: dict[str, Any]) -> Lazy:
        return Lazy(self._outcome(node))

    def _outcome(self, node: dict[str, Any]) -> Awaitable[Any]:
        value = self.build(node.get("value"))

        async def outcome() -> Any:
            if "delay" in node:
                await asyncio.sleep(node["delay"] / 1000)
            if node["status"] == "pending":
                await asyncio.Event().wait()
            if node["status"] == "rejected":
                raise JSError(node["reason"])
            # As in JavaScript, a promise for a promise is a promise for its value.
            return await value.source if isinstance(value, Promise) else value

        return _Once(outcome)

    def _client(self, node: dict[str, Any]) -> ClientReference:
        reference = ClientReference(node["id"], node["name"])
        row = ClientRow(node["id"], tuple(node["chunks"]), node["name"], is_async=node.get("async", False))
        self.clients[reference] = None if node.get("missing") else row
        return reference

    def _server(self, node: dict[str, Any]) -> ServerReference:
        return ServerReference(node["id"], None if node["bound"] is None else tuple(self._list(node["bound"])))

    def _tempref(self, node: dict[str, Any]) -> TemporaryReference:
        return TemporaryReference(node["path"])

    def _opaque(self, node: dict[str, Any]) -> Any:
        return (lambda: None) if node["kind"] == "function" else object()

    def _element(self, node: dict[str, Any]) -> Element:
        kind = node["type"]
        if isinstance(kind, dict) and kind["$t"] == "component":
            return Element(self._component(kind), node["key"], self.build(node["props"]))
        return Element(self.build(kind), node["key"], self.build(node["props"]))

    def _component(self, node: dict[str, Any]) -> Callable[..., Any]:
        def render(**props: Any) -> Any:
            for name, href, *options in node.get("hints", ()):
                self._hint(make_hint(name, href, *options))
            if "throws" in node:
                raise JSError(node["throws"])
            outer, self._props = self._props, props
            try:
                result = self.build(node["returns"])
            finally:
                self._props = outer
            return result.source if isinstance(result, Promise) else result

        def render_now(**props: Any) -> Any:
            # Typed arrays are iterable in JavaScript, and iterables that a component returns at once are children.
            result = render(**props)
            return numbers_of(result) if isinstance(result, TypedArray) else result

        async def render_later(**props: Any) -> Any:
            await asyncio.sleep(node.get("delay", 0) / 1000)
            result = render(**props)
            return await result if isinstance(result, _Once) else result

        return render_later if node.get("async") else render_now

    def _prop(self, node: dict[str, Any]) -> Any:
        return self._props.get(node["name"], UNDEFINED)


def numbers_of(array: TypedArray) -> Any:
    """The numbers in a typed array; buffers and views are not iterable and stay what they are."""
    code = {"Int8Array": "b", "Uint8Array": "B", "Uint8ClampedArray": "B", "Int16Array": "h", "Uint16Array": "H"}
    code |= {"Int32Array": "i", "Uint32Array": "I", "Float32Array": "f", "Float64Array": "d"}
    code |= {"BigInt64Array": "q", "BigUint64Array": "Q"}
    if array.kind not in code:
        return array
    numbers = memoryview(array.data).cast(code[array.kind])
    return [BigInt(number) for number in numbers] if array.kind.startswith("Big") else list(numbers)


class _Once:
    """An awaitable that starts nothing until it is awaited, and leaves no coroutine behind if it never is."""

    def __init__(self, start: Callable[[], Awaitable[Any]]) -> None:
        self._start = start

    def __await__(self) -> Any:
        return self._start().__await__()


def expand_text(spec: Any) -> str:
    """A text template of the kit."""
    if isinstance(spec, str):
        return spec
    if "concat" in spec:
        return "".join(expand_text(item) for item in spec["concat"])
    if "repeat" in spec:
        return expand_text(spec["repeat"]) * int(spec["times"])
    series = spec["series"]
    texts = [_fill(series["text"], index) for index in range(series["from"], series["to"] + 1)]
    return str(series.get("join", "")).join(texts)


def _fill(text: str, index: int) -> str:
    decimal = text.replace("{i}", str(index)).replace("{i+1}", str(index + 1))
    return decimal.replace("{x}", f"{index:x}").replace("{x+1}", f"{index + 1:x}")


def make_hint(name: str, href: str, options: dict[str, Any] | None = None) -> Hint:
    """A call to react-dom as the kit writes it."""
    names = {"crossOrigin": "cross_origin", "fetchPriority": "fetch_priority", "imageSrcSet": "image_src_set"}
    names |= {"imageSizes": "image_sizes", "referrerPolicy": "referrer_policy", "as": "as_"}
    given = {names.get(key, key): value for key, value in (options or {}).items()}
    if name == "preinit":
        return getattr(hints, f"preinit_{given.pop('as_')}")(href, **given)  # type: ignore[no-any-return]
    if name == "preinitModule":
        given.pop("as_", None)
    functions: dict[str, Callable[..., Hint]] = {
        "prefetchDNS": hints.prefetch_dns,
        "preconnect": hints.preconnect,
        "preload": hints.preload,
        "preloadModule": hints.preload_module,
        "preinitModule": hints.preinit_module,
    }
    return functions[name](href, **given)


class Printer:
    """Writes decoded values down as tagged JSON. Objects that occur twice get a number at their first place."""

    def __init__(self, root: Any) -> None:
        self._seen: set[int] = set()
        self._shared: set[int] = set()
        self._numbers: dict[int, int] = {}
        self._search(root)

    def _search(self, root: Any) -> None:
        stack = [root]
        while stack:
            value = stack.pop()
            if isinstance(value, IDENTIFIED):
                if id(value) in self._seen:
                    self._shared.add(id(value))
                    continue
                self._seen.add(id(value))
                below = children(value)
                if not SIMPLE.issuperset(map(type, below)):
                    stack.extend(below)

    def print(self, value: Any) -> Any:
        if not isinstance(value, IDENTIFIED) or id(value) not in self._shared:
            return self._plain(value)
        if id(value) in self._numbers:
            return {"$t": "ref", "id": self._numbers[id(value)]}
        number = self._numbers[id(value)] = len(self._numbers) + 1
        return {"$t": "def", "id": number, "value": self._plain(value)}

    def _plain(self, value: Any) -> Any:
        if value is None or isinstance(value, (bool, str)):
            return value
        if isinstance(value, BigInt):
            return {"$t": "bigint", "value": str(int(value))}
        if isinstance(value, (int, float)):
            return print_number(value)
        if isinstance(value, list):
            return list(value) if SIMPLE.issuperset(map(type, value)) else [self.print(item) for item in value]
        if isinstance(value, dict):
            if "$t" in value or "__proto__" in value:
                return {"$t": "object", "entries": [[name, self.print(item)] for name, item in value.items()]}
            return {name: self.print(item) for name, item in value.items()}
        return self._tagged(value)

    def _tagged(self, value: Any) -> Any:
        match value:
            case datetime():
                return {"$t": "date", "iso": iso_text(value.astimezone(UTC))}
            case JSDate():
                millis = value.milliseconds
                return {"$t": "date", "iso": None if millis is None else js_date_text(millis)}
            case Map():
                return {"$t": "map", "entries": [[self.print(key), self.print(item)] for key, item in value.items()]}
            case Set():
                return {"$t": "set", "values": [self.print(item) for item in value]}
            case TypedArray():
                return {"$t": "bytes", "kind": value.kind, "base64": b64encode(value.data).decode()}
            case File():
                content = b64encode(value.read()).decode()
                return {"$t": "file", "name": value.name, "type": value.type, "base64": content}
            case FormData():
                return {"$t": "formdata", "entries": [[name, self.print(item)] for name, item in value.items()]}
            case OneShot():
                return {"$t": "iterator", "values": [self.print(item) for item in value.values]}
            case ServerReference():
                bound = None if value.bound is None else [self.print(item) for item in value.bound]
                return {"$t": "server", "id": value.id, "bound": bound}
            case TemporaryReference():
                return {"$t": "tempref", "path": value.path}
            case Settled():
                if value.error is None:
                    return {"$t": "promise", "status": "fulfilled", "value": self.print(value.value)}
                return {"$t": "promise", "status": "rejected", "reason": {"$t": "error", "message": str(value.error)}}
            case Received():
                return self._stream(value)
        return {"$t": "undefined"}

    def _stream(self, stream: Received) -> Any:
        if stream.kind == "bytes":
            result = {"$t": "bytestream", "base64": b64encode(b"".join(stream.values)).decode()}
        else:
            values = [self.print(item) for item in stream.values]
            names = {"values": "stream", "iterable": "asynciterable", "iterator": "asynciterator"}
            result = {"$t": names[stream.kind], "chunks" if stream.kind == "values" else "values": values}
        if stream.returned is not UNDEFINED and stream.kind != "values":
            result["return"] = self.print(stream.returned)
        if stream.error is not None:
            result["error"] = {"$t": "error", "message": str(stream.error)}
        return result


IDENTIFIED = (list, dict, Map, Set, TypedArray, File, FormData, OneShot, ServerReference, Settled, Received)
"""Types whose objects have an identity in tagged JSON."""


SIMPLE = frozenset({int, str, bool, type(None)})
"""Types whose values stand for themselves in tagged JSON."""


def children(value: Any) -> list[Any]:
    """What a value holds, in the order in which it is printed."""
    match value:
        case dict():
            return list(value.values())
        case Map():
            return [*value.keys(), *value.values()]
        case FormData():
            return [item for _, item in value.items()]
        case ServerReference():
            return list(value.bound or ())
        case Settled():
            return [value.value]
        case Received():
            return [*value.values, value.returned]
        case list() | Set() | OneShot():
            return list(value)
    return []


def print_number(value: float) -> Any:
    if isinstance(value, float):
        if value != value:
            return {"$t": "number", "value": "NaN"}
        if math.isinf(value):
            return {"$t": "number", "value": "Infinity" if value > 0 else "-Infinity"}
        if value == 0 and math.copysign(1, value) < 0:
            return {"$t": "number", "value": "-0"}
    return value
