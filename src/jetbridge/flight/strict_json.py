"""JSON as `JSON.parse` reads it, bounded in depth, with one exception for everything that is wrong."""

from __future__ import annotations

import json
import re
from typing import Any, Final

import orjson

ORJSON_DEPTH: Final = 1024
_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
_BRACKETS: Final = re.compile(r"[\[\]{}]")


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
    if _depth(text) > ORJSON_DEPTH // 4:
        raise NotJSON
    try:
        return json.loads(text, parse_int=_integer, parse_constant=_refuse)
    except ValueError:
        raise NotJSON from None


def _depth(text: str) -> int:
    deepest = depth = 0
    for bracket in _BRACKETS.findall(_STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) < 20 else float(digits)


def _refuse(_: str) -> Any:
    raise NotJSON
