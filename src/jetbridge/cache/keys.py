"""Cache keys: the function as it is written now, and its arguments, in a spelling that is the same in every process."""

from __future__ import annotations

import dataclasses
import enum
import hashlib
import inspect
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import CodeType
from typing import Any, Final
from uuid import UUID

from pydantic import BaseModel

from jetbridge.errors import EncodeError

MAX_DEPTH: Final = 50

_TEXTS: Final[dict[type, Callable[[Any], str]]] = {
    bool: str,
    int: hex,
    float: float.hex,
    str: str,
    bytes: bytes.hex,
    datetime: lambda value: f"{value.isoformat()} {value.fold} {value.tzinfo}",
    date: date.isoformat,
    time: lambda value: f"{value.isoformat()} {value.tzinfo}",
    timedelta: repr,
    Decimal: str,
    UUID: str,
}


class NoKey(Exception):
    """A value that has no canonical spelling."""


def function_name(func: Callable[..., Any]) -> str:
    """Module, qualified name, and a hash of the code: an edited function does not find its old values."""
    own = inspect.unwrap(func)
    digest = hashlib.sha256()
    for part in _code_parts(own.__code__):
        digest.update(part)
    return f"{own.__module__}:{own.__qualname__}:{digest.hexdigest()[:16]}"


def _code_parts(code: CodeType) -> Iterator[bytes]:
    """What a code object does, without where it stands."""
    yield code.co_code
    yield repr((code.co_names, code.co_varnames, code.co_freevars, code.co_flags)).encode("utf-8", "surrogatepass")
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _code_parts(constant)
        else:
            # The order of a frozenset depends on the process.
            plain = sorted(map(repr, constant)) if isinstance(constant, frozenset) else constant
            yield repr(plain).encode("utf-8", "surrogatepass")


def arguments_key(arguments: Mapping[str, Any], where: str) -> str:
    """A hash of arguments by name. Raises: EncodeError naming the one that cannot be part of a key."""
    digest = hashlib.sha256()
    for name, value in arguments.items():
        try:
            digest.update(spell(value).encode("utf-8", "surrogatepass") + b"\n")
        except NoKey as error:
            raise EncodeError(
                f"{where} cannot be cached by its argument `{name}`: {error}. Pass data such as its id, or say with "
                "`@cached(key=lambda ...: ...)` what tells one call from another."
            ) from None
    return digest.hexdigest()


def spell(value: Any, depth: int = 0) -> str:
    """Data as text: different for different data, the same for the same. Raises: NoKey."""
    if depth > MAX_DEPTH:
        raise NoKey(f"it is nested more than {MAX_DEPTH} deep, or contains itself")
    if value is None:
        return "None"
    kind = type(value)
    text = _TEXTS.get(kind)
    if text is not None:
        return _frame(kind, text(value))
    if kind is list or kind is tuple:
        return _frame(kind, "".join(spell(one, depth + 1) for one in value))
    if kind is set or kind is frozenset:
        return _frame(kind, "".join(sorted(spell(one, depth + 1) for one in value)))
    if kind is dict:
        return _frame(kind, "".join(sorted(spell(item, depth + 1) for item in value.items())))
    return _spell_object(value, kind, depth)


def _spell_object(value: Any, kind: type, depth: int) -> str:
    if isinstance(value, enum.Enum):
        return _frame(kind, str(value.name))
    if isinstance(value, BaseModel):
        fields = [(name, getattr(value, name)) for name in kind.model_fields]  # type: ignore[attr-defined]
        return _frame(kind, spell([*fields, value.model_extra], depth + 1))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _frame(
            kind, spell([(one.name, getattr(value, one.name)) for one in dataclasses.fields(value)], depth + 1)
        )
    if isinstance(value, type) and "<locals>" not in value.__qualname__:
        return _frame(kind, f"{value.__module__}.{value.__qualname__}")
    base = next((one for one in kind.__mro__[1:] if one in _TEXTS), None)
    if base is not None:
        return _frame(kind, _TEXTS[base](value))
    raise NoKey(f"a {kind.__module__}.{kind.__qualname__} is no data".replace("builtins.", ""))


def _frame(kind: type, text: str) -> str:
    """The length in front keeps neighbours apart, whatever their text."""
    return f"{kind.__module__}.{kind.__qualname__} {len(text)}:{text}"
