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

_BIGINT: Final = re.compile(r"-?[0-9]+")
_USUAL_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")
_DATE: Final = re.compile(
    r"(?P<year>[0-9]{4}|[+-][0-9]{6})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
    r"(?:T(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]{1,9}))?)?"
    r"(?:Z|(?P<sign>[+-])(?P<zone_hour>[0-9]{2}):(?P<zone_minute>[0-9]{2}))?)?"
)


def parse_bigint(text: str, max_digits: int) -> BigInt | None:
    """The digits after `$n`; None if they are none, or too many."""
    if len(text) > max_digits or _BIGINT.fullmatch(text) is None:
        return None
    return BigInt(text)


def parse_date(text: str) -> datetime | JSDate | None:
    """The ISO 8601 text after `$D`, without zone taken as UTC; None if JavaScript would find no date in it."""
    if _USUAL_DATE.fullmatch(text) is not None and not text.startswith("0000"):
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            return None
    match = _DATE.fullmatch(text) if len(text) <= 40 else None
    if match is None or match["year"] == "-000000":
        return None
    part = {name: int(digits or 0) for name, digits in match.groupdict().items() if name not in ("sign", "fraction")}
    # Years that repeat every 400 are moved into the range of datetime, and back by whole cycles of 146,097 days.
    cycles, year = divmod(part["year"] - 1, 400)
    millis = int((match["fraction"] or "").ljust(3, "0")[:3])
    try:
        moment = datetime(year + 1, part["month"], part["day"], part["hour"], part["minute"], part["second"])
    except ValueError:
        return None
    offset = (part["zone_hour"] * 60 + part["zone_minute"]) * (-1 if match["sign"] == "-" else 1)
    days = moment.toordinal() - 719_163 + cycles * 146_097
    seconds = days * 86_400 + moment.hour * 3600 + moment.minute * 60 + moment.second - offset * 60
    total = seconds * 1000 + millis
    return date_from_milliseconds(total) if abs(total) <= JSDate.LIMIT else None
