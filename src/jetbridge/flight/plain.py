"""The rows of an answer that holds nothing but plain data, written without an encoder."""

from __future__ import annotations

from math import isfinite
from typing import Any

import orjson

from jetbridge.flight.fast_writer import TOKEN, spell
from jetbridge.flight.rows import text_row
from jetbridge.flight.values import LONG_TEXT, MAX_SAFE_INTEGER


def plain_rows(facts: dict[str, Any], name: str, value: Any) -> bytes | None:
    """A root of plain facts, and as `name` a promise that came true with `value`; None when that takes an encoder.

    Taken are text, numbers, booleans, None, and one list or dict of these: what most actions return. The rows are those
    of `FlightEncoder.start_settled`.
    """
    kind = type(value)
    parts = value if kind is list else value.values() if kind is dict else (value,)
    if not all(map(_is_plain, parts)):
        return None
    try:
        result = spell(orjson.dumps(value))
    except orjson.JSONEncodeError:
        return None  # a key that is no text, or text that has no UTF-8
    return text_row(0, spell(orjson.dumps({**facts, name: f"{TOKEN}@1"}))) + text_row(1, result)


def _is_plain(value: Any) -> bool:
    kind = type(value)
    if kind is str:
        return len(value) < LONG_TEXT
    if kind is int:
        return bool(-MAX_SAFE_INTEGER <= value <= MAX_SAFE_INTEGER)
    return value is None or kind is bool or (kind is float and isfinite(value))
