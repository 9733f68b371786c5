"""How the value of a cached function becomes bytes and comes back: as data, never as a pickle."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable
from typing import Any, Final

import orjson
from pydantic import PydanticUserError, TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from jetbridge.annotations import resolve_annotations, type_adapter
from jetbridge.errors import ConfigError, EncodeError

MAX_DEPTH: Final = 200

_PLAIN: Final = (type(None), bool, int, float, str)


class Unreadable(Exception):
    """Bytes that are not what the function returns today."""


class ValueFormat:
    """Stores what one function returns, by its return annotation; without one, plain JSON data."""

    __slots__ = ("_adapter", "_where", "shape")

    def __init__(self, func: Callable[..., Any], where: str) -> None:
        """Raises: ConfigError for a return annotation that is no data."""
        self._where = where
        self._adapter = _adapter_of(func, where)
        self.shape = _shape_of(self._adapter)
        """Changes with the types that are returned: what was stored by others does not count."""

    def dump(self, value: Any) -> bytes:
        """The bytes of a value. Raises: EncodeError if it would not come back as it is."""
        if self._adapter is None:
            problem = _not_plain(value, "", 0)
            if problem:
                raise EncodeError(
                    f"{self._where} returned what cannot be stored: {problem}. Annotate its return type with data (a "
                    "dataclass, TypedDict or Pydantic model), or return dicts, lists and plain values."
                )
            return orjson.dumps(value)
        try:
            data = self._adapter.dump_json(value, by_alias=True, round_trip=True, warnings="error")
            same = bool(self._adapter.validate_json(data) == value)
        except (PydanticSerializationError, ValueError, TypeError, RecursionError) as error:
            raise self._refusal(str(error).partition("\n")[0]) from error
        if not same:
            raise self._refusal("something in it is lost on the way, such as a type that the annotation does not say")
        return data

    def _refusal(self, reason: str) -> EncodeError:
        return EncodeError(
            f"{self._where} returned what cannot be stored by its return annotation: {reason}. Make the annotation say "
            "what is returned, as data: a dataclass, TypedDict or Pydantic model, all fields with their types."
        )

    def load(self, data: bytes) -> Any:
        """A new object each time. Raises: Unreadable."""
        try:
            return orjson.loads(data) if self._adapter is None else self._adapter.validate_json(data)
        except (ValidationError, ValueError) as error:
            raise Unreadable(str(error)) from None


def _adapter_of(func: Callable[..., Any], where: str) -> TypeAdapter[Any] | None:
    own = inspect.unwrap(func)
    annotation = own.__annotations__.get("return", Any)
    try:
        resolved = resolve_annotations({"return": annotation}, own.__globals__)["return"]
        return None if resolved in (Any, object) else type_adapter(resolved)
    except Exception as error:
        reason = str(error).partition("\n")[0]
        raise ConfigError(
            f"{where} cannot be cached: its return annotation is not known as data ({reason}). Return a dataclass, "
            "TypedDict, Pydantic model, or dicts, lists and plain values."
        ) from error


def _shape_of(adapter: TypeAdapter[Any] | None) -> str:
    if adapter is None:
        return ""
    try:
        schema = adapter.json_schema(mode="serialization")
    except PydanticUserError:
        # Types of the application's own that JSON Schema has no word for.
        return ""
    return hashlib.sha256(orjson.dumps(schema, default=repr, option=orjson.OPT_SORT_KEYS)).hexdigest()[:8]


def _not_plain(value: Any, path: str, depth: int) -> str | None:
    """What in `value` JSON does not have; None if it can be stored as it is."""
    kind = type(value)
    if depth > MAX_DEPTH:
        return f"it is nested more than {MAX_DEPTH} deep, or contains itself"
    if kind is int and not -(2**63) <= value < 2**64:
        return f"an int of more than 64 bits{path}"
    if kind is float and not float("-inf") < value < float("inf"):
        return f"{value}{path}"
    if kind is str and not _is_unicode(value):
        return f"text with a lone surrogate{path}"
    if kind in _PLAIN:
        return None
    where = path or ", at "
    if kind is list:
        found = (_not_plain(one, f"{where}[{index}]", depth + 1) for index, one in enumerate(value))
    elif kind is dict:
        if any(type(key) is not str for key in value):
            return f"a dict with keys that are no text{path}"
        found = (_not_plain(one, f"{where}[{key!r:.40}]", depth + 1) for key, one in value.items())
    else:
        return f"a {kind.__module__}.{kind.__qualname__}{path}".replace("builtins.", "")
    return next((problem for problem in found if problem), None)


def _is_unicode(text: str) -> bool:
    try:
        return text.isascii() or bool(text.encode())
    except UnicodeEncodeError:
        return False
