"""JSON as `JSON.parse` reads it, with one exception for everything that is wrong, and quick looks at its text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import accumulate
from typing import Any, Final

import orjson

from jetbridge.errors import ReplyDecodeError
from jetbridge.flight.cost import Budget, Weight

_UNUSUAL_DEPTH: Final = 200
_LARGE_NUMBER: Final = re.compile(r"[0-9]{16}")
_DIGITS: Final = bytes(48 if 48 <= byte <= 57 else byte for byte in range(256))
_SHORT: Final = 500
_LONG: Final = 32_768
"""Characters from which on orjson is too greedy: it takes twelve times the size of a text to begin with."""
_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
_NOT_BRACKETS: Final = bytes(byte for byte in range(256) if byte not in b"[]{}")
_STEPS: Final = [{"[": 1, "{": 1, "]": -1, "}": -1}.get(chr(byte), 0) for byte in range(256)]


class NotJSON(Exception):
    """The text is not JSON, or is nested too deep."""


def parse(text: str) -> Any:
    """Raises: NotJSON."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return _parse_unusual(text)


def parse_within(text: str, budget: Budget, weight: Weight) -> Any:
    """Parse a text that may be hostile. Raises: NotJSON, ReplyDecodeError before too much memory is used."""
    budget.spend(weight.memory, weight.steps)
    if weight.is_exact:
        return _parse_slowly(text, budget.spend_on_object)
    return parse(text) if len(text) < _LONG else _parse_slowly(text)


def _parse_unusual(text: str) -> Any:
    """What orjson refuses although it is JSON: lone surrogates, and numbers beyond a double."""
    if "\\u" not in text and not _has_large_number(text) and "e" not in text and "E" not in text:
        raise NotJSON
    return _parse_slowly(text)


def _parse_slowly(text: str, object_hook: Callable[[dict[str, Any]], Any] | None = None) -> Any:
    """With the parser of the standard library, which accepts more and needs little memory besides the value."""
    if text.count("[") + text.count("{") > _UNUSUAL_DEPTH and _depth(text) > _UNUSUAL_DEPTH:
        raise NotJSON
    parse_int = _integer if _has_large_number(text) else None
    try:
        return json.loads(text, object_hook=object_hook, parse_int=parse_int, parse_constant=_refuse)
    except ValueError:
        raise NotJSON from None


def _depth(text: str) -> int:
    brackets = _STRING.sub("", text).encode("utf-8", "replace").translate(None, _NOT_BRACKETS)
    return max(accumulate(map(_STEPS.__getitem__, brackets)), default=0)


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) < 20 else float(digits)


def _refuse(_: str) -> Any:
    raise NotJSON


def _has_large_number(text: str) -> bool:
    if len(text) < _SHORT:
        return _LARGE_NUMBER.search(text) is not None
    return b"0" * 16 in text.encode("utf-8", "surrogatepass").translate(_DIGITS)


def is_free_of_codes(text: str) -> bool:
    """Whether what the text says is the value: no code, no name that is dropped, no number that lost digits."""
    return '"$' not in text and is_usual(text)


def is_usual(text: str) -> bool:
    """Whether codes are all that has to be looked for, and each is spelled as it is."""
    return "\\u" not in text and "__proto__" not in text and not _has_large_number(text)


def measure(value: Any, max_depth: int) -> int:
    """The number of lists and dicts in parsed JSON. Raises: ReplyDecodeError when they are nested deeper."""
    count = 0
    level = [value] if type(value) in _CONTAINERS else []
    for _ in range(max_depth):
        if not level:
            return count
        count += len(level)
        below: list[Any] = []
        for container in level:
            items = container if type(container) is list else container.values()
            if not _CONTAINERS.isdisjoint(map(type, items)):
                below += [item for item in items if type(item) in _CONTAINERS]
        level = below
    if level:
        raise ReplyDecodeError("nested too deep (max_depth)")
    return count


_CONTAINERS: Final = frozenset({list, dict})
