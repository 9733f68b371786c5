"""Arguments written for tests are what the server reads."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from jetbridge.flight.model import UNDEFINED, BigInt, File, FormData, Map, Set, TypedArray
from jetbridge.flight.reply import ReplyBody, decode_reply
from jetbridge.testing.reply import encode_reply


def read_back(value):
    body = encode_reply([value])
    return decode_reply(ReplyBody.of(body))[0]


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, 0, -1, 1.5, "", "text", "$text", "$", [], [1, [2]], {}, {"a": {"b": None}}, UNDEFINED),
        *(float("inf"), float("-inf"), BigInt(7), 2**60, datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC)),
        *(Map([(1, "a"), ("1", [2])]), Set([1, "1"]), FormData([("a", "1"), ("b", "2"), ("a", "3")])),
    ],
    ids=repr,
)
def test_value_arrives(value):
    """What a test passes is what the action gets."""
    arrived = read_back(value)

    assert arrived == value
    assert type(arrived) is type(value) or isinstance(value, int)


def test_not_a_number_and_minus_zero_arrive():
    """The numbers that Python compares oddly arrive too."""
    nan, zero = read_back([float("nan"), -0.0])

    assert nan != nan
    assert str(zero) == "-0.0"


def test_python_collections_arrive_as_those_of_javascript():
    """A dict with other keys than text is a Map, a set is a Set, a date is midnight in UTC."""
    assert read_back({1: "a"}) == Map([(1, "a")])
    assert list(read_back({"x"})) == ["x"]
    assert read_back(date(2026, 1, 2)) == datetime(2026, 1, 2, tzinfo=UTC)


def test_files_arrive_with_name_and_type():
    """A file in a form and a file alone keep name, type and content."""
    photo = File(b"...", "photo.png", "image/png")

    form, alone = read_back([FormData([("photo", photo)]), photo])

    for file in (form.get("photo"), alone):
        assert (file.name, file.type, file.read()) == ("photo.png", "image/png", b"...")


def test_typed_arrays_arrive():
    """Binary data keeps its type; bytes are a Uint8Array."""
    assert read_back(TypedArray("Uint16Array", b"\x01\x00")).kind == "Uint16Array"
    assert (read_back(b"\x00\xff").kind, read_back(b"\x00\xff").data) == ("Uint8Array", b"\x00\xff")


def test_plain_arguments_need_no_form():
    """Arguments without parts of their own are one text, as React sends it."""
    assert encode_reply([1, "$a", {"b": None}]) == '[1,"$$a",{"b":null}]'


def test_value_that_no_browser_sends():
    """An object of Python is refused where it is passed, with its path."""
    with pytest.raises(TypeError, match=r"cannot send object, at args\[0\]\.due\[1\]"):
        encode_reply([{"due": [1, object()]}])
