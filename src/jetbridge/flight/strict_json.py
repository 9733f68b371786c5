"""JSON as `JSON.parse` reads it, with one exception for everything that is wrong, and quick looks at its text."""

from __future__ import annotations

import json
import re
from typing import Any, Final

import orjson

from jetbridge.errors import ReplyDecodeError

_UNUSUAL_DEPTH: Final = 200
_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
_LARGE_NUMBER: Final = re.compile(r"[0-9]{16}")


class NotJSON(Exception):
    """The text is not JSON, or is nested too deep."""


def parse(text: str) -> Any:
    """Raises: NotJSON."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return _parse_unusual(text)


def _parse_unusual(text: str) -> Any:
    """What orjson refuses although it is JSON: lone surrogates, and numbers beyond a double."""
    if "\\u" not in text and _LARGE_NUMBER.search(text) is None and "e" not in text and "E" not in text:
        raise NotJSON
    brackets = _STRING.sub("", text)
    if brackets.count("[") + brackets.count("{") > _UNUSUAL_DEPTH and _depth(brackets) > _UNUSUAL_DEPTH:
        raise NotJSON
    try:
        return json.loads(text, parse_int=_integer, parse_constant=_refuse)
    except ValueError:
        raise NotJSON from None


def _depth(brackets: str) -> int:
    deepest = depth = 0
    for bracket in brackets:
        if bracket in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif bracket in "]}":
            depth -= 1
    return deepest


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) < 20 else float(digits)


def _refuse(_: str) -> Any:
    raise NotJSON


def is_free_of_codes(text: str) -> bool:
    """Whether what the text says is the value: no code, no name that is dropped, no number that lost digits."""
    return '"$' not in text and "\\u" not in text and "__proto__" not in text and _LARGE_NUMBER.search(text) is None


def count_brackets(text: str, enough: int) -> int:
    """At least the number of lists and objects in a JSON text; the exact one when it seems to be above `enough`."""
    count = text.count("[") + text.count("{")
    if count > enough:
        outside = _STRING.sub("", text)
        count = outside.count("[") + outside.count("{")
    return count


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
        raise ReplyDecodeError("nested too deep")
    return count


_CONTAINERS: Final = frozenset({list, dict})
