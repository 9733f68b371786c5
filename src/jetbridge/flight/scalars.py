"""Codes of replies that stand for one value and refer to nothing."""

from __future__ import annotations

import math
import re
from datetime import datetime
from typing import Any, Final

from jetbridge.flight.model import UNDEFINED, BigInt, JSDate, date_from_milliseconds

CONSTANTS: Final[dict[str, Any]] = {
    "$undefined": UNDEFINED,
    "$NaN": math.nan,
    "$Infinity": math.inf,
    "$-Infinity": -math.inf,
    "$-0": -0.0,
}

_USUAL_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")
_DATE: Final = re.compile(
    r"([0-9]{4}|[+-][0-9]{6})-([0-9]{2})-([0-9]{2})"
    r"(?:T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?(?:Z|([+-])([0-9]{2}):([0-9]{2}))?)?"
)
"""Year, month, day, hour, minute, second, fraction, sign, hour and minute of the zone."""


def parse_bigint(text: str, max_digits: int) -> BigInt | None:
    """The digits after `$n`; None if they are none, or too many."""
    digits = text[1:] if text[:1] == "-" else text
    return BigInt(text) if len(text) <= max_digits and digits.isascii() and digits.isdigit() else None


def parse_date(text: str) -> datetime | JSDate | None:
    """The ISO 8601 text after `$D`, without zone taken as UTC; None if JavaScript would find no date in it."""
    if _USUAL_DATE.fullmatch(text) is not None and not text.startswith("0000"):
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            return None
    match = _DATE.fullmatch(text) if len(text) <= 40 else None
    if match is None or match[1] == "-000000":
        return None
    fraction, sign = match[7] or "", match[8]
    year, month, day, hour, minute, second, zone_hour, zone_minute = map(
        int, match.group(1, 2, 3) + tuple(digits or 0 for digits in match.group(4, 5, 6, 9, 10))
    )
    # Years repeat every 400: they are moved into the range of datetime, and back by whole cycles of 146,097 days.
    cycles, year = divmod(year - 1, 400)
    try:
        moment = datetime(year + 1, month, day, hour, minute, second)
    except ValueError:
        return None
    days = moment.toordinal() - 719_163 + cycles * 146_097
    minutes = hour * 60 + minute - (zone_hour * 60 + zone_minute) * (-1 if sign == "-" else 1)
    total = ((days * 1440 + minutes) * 60 + second) * 1000 + int(fraction.ljust(3, "0")[:3])
    return date_from_milliseconds(total) if abs(total) <= JSDate.LIMIT else None
