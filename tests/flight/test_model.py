"""The types that Python does not have."""

from __future__ import annotations

import io
import math
import tempfile
from datetime import UTC, datetime
from typing import Any

import pytest

from jetbridge.flight.model import (
    UNDEFINED,
    BigInt,
    Element,
    File,
    FormData,
    JSDate,
    Map,
    Set,
    Symbol,
    date_from_milliseconds,
)
from jetbridge.flight.scalars import parse_date
from jetbridge.flight.values import iso_text, js_date_text

OBJECT: dict[str, Any] = {}
MOMENT = datetime(2024, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        (1, True, False),
        (1, 1.0, True),
        (0.0, -0.0, True),
        (1, BigInt(1), False),
        (math.nan, float("nan"), True),
        ("a", "a", True),
        (None, UNDEFINED, False),
        (Symbol("a"), Symbol("a"), True),
        (OBJECT, OBJECT, True),
        ({}, {}, False),
        (MOMENT, datetime(2024, 1, 1, tzinfo=UTC), False),
    ],
)
def test_keys_are_the_same_as_in_javascript(first: Any, second: Any, same: bool) -> None:
    """Numbers by value, text by text, objects by identity."""
    assert len(Map([(first, 1), (second, 2)])) == (1 if same else 2)
    assert (second in Set([first])) is same


def test_map() -> None:
    """A Map keeps the place of a key that is set again."""
    votes = Map([("a", 1), ("b", 2)])
    votes["a"] = 3
    del votes["b"]

    assert (votes.items(), votes.get("b", 0), list(votes), votes.values()) == ([("a", 3)], 0, ["a"], [3])
    assert votes.to_dict() == {"a": 3}
    assert votes == Map([("a", 3)])
    assert repr(votes) == "Map([('a', 3)])"


@pytest.mark.parametrize("keys", [[1, True], [[]]])
def test_what_python_cannot_hold(keys: list[Any]) -> None:
    """Keys that are equal in Python, or that cannot be hashed, are not lost in silence."""
    with pytest.raises(ValueError, match=r"of the"):
        Map((key, 1) for key in keys).to_dict()
    with pytest.raises(ValueError, match=r"of the"):
        Set(keys).to_set()


def test_set() -> None:
    """A Set keeps the order of its members."""
    tags = Set(["b", "a", "b"])
    tags.discard("b")
    tags.add("c")

    assert (list(tags), tags.to_set(), tags == Set(["a", "c"])) == (["a", "c"], {"a", "c"}, True)


def test_form_data() -> None:
    """Names may repeat; the first counts for `get`."""
    form = FormData([("a", "1"), ("b", "2"), ("a", "3")])

    assert (form.get("a"), form.get("c"), form.get("c", ""), form.get_all("a")) == ("1", None, "", ["1", "3"])
    assert (list(form), len(form), "b" in form, "c" in form) == (["a", "b"], 3, True, False)
    assert form == FormData(form.items())


@pytest.mark.parametrize("source", [b"abc", io.BytesIO(b"abc")])
def test_file(source: Any) -> None:
    """A file can be read as often as one likes."""
    file = File(source, "a.txt", "text/plain")

    assert (file.size, file.read(), file.read(), file.open().read(2)) == (3, b"abc", b"abc", b"ab")
    assert repr(file) == "<File 'a.txt' type='text/plain' size=3>"


def test_file_on_disk() -> None:
    """What was put on disk while it arrived stays there."""
    with tempfile.TemporaryFile() as source:
        source.write(b"x" * 1000)
        file = File(source, "big")

        assert (file.size, len(file.read())) == (1000, 1000)


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("1970-01-01T00:00:00.000Z", 0),
        ("0000-01-01T00:00:00.000Z", -62_167_219_200_000),
        ("+275760-09-13T00:00:00.000Z", JSDate.LIMIT),
        ("-271821-04-20T00:00:00.000Z", -JSDate.LIMIT),
        ("2024-02-29T12:00:00.5+02:00", 1_709_200_800_500),
        ("2024-02-29", 1_709_164_800_000),
    ],
)
def test_dates(text: str, milliseconds: int) -> None:
    """Every Date that JavaScript has can be read and written."""
    date = parse_date(text)

    assert date == date_from_milliseconds(milliseconds)
    written = iso_text(date) if isinstance(date, datetime) else js_date_text(milliseconds)
    assert parse_date(written) == date


@pytest.mark.parametrize("text", ["", "x", "2024-13-01", "2024-02-30", "+275760-09-13T00:00:00.001Z", "-000000-01-01"])
def test_what_is_no_date(text: str) -> None:
    """JavaScript has no such Date."""
    assert parse_date(text) is None


def test_a_date_has_limits() -> None:
    """JavaScript's dates end."""
    with pytest.raises(ValueError, match="at most"):
        JSDate(JSDate.LIMIT + 1)


def test_repr() -> None:
    """What shows in messages and debuggers."""
    assert repr([UNDEFINED, BigInt(1), Element("p", "k")]) == "[UNDEFINED, BigInt(1), <Element p key='k'>]"
