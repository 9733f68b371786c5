"""Headers, cookies and the session, as the application's code reads and changes them."""

import pytest

from jetbridge.context import Headers


@pytest.mark.parametrize("name", ["x-one", "X-One", "X-ONE"])
def test_a_header_is_found_in_any_letter_case(name):
    """However a server or the code spells it."""
    for raw in ([(b"x-one", b"1"), (b"x-two", b"2")], [(b"X-One", b"1"), (b"x-two", b"2")]):
        headers = Headers(raw)

        assert (headers[name], headers.get(name), name in headers) == ("1", "1", True)


@pytest.mark.parametrize("name", ["x-none", "x-öne", "x-\U0001f600"])
def test_a_header_that_was_not_sent(name):
    """It is missing as in any mapping."""
    headers = Headers([(b"x-one", b"1")])

    assert (headers.get(name), headers.get(name, "-"), name in headers, 1 in headers) == (None, "-", False, False)
    with pytest.raises(KeyError):
        headers[name]


def test_headers_that_were_sent_twice_are_joined():
    """With commas, and cookies with semicolons."""
    headers = Headers([(b"a", b"1"), (b"cookie", b"x=1"), (b"A", b"2"), (b"cookie", b"y=2"), (b"b", b"\xe9")])

    assert dict(headers) == {"a": "1, 2", "cookie": "x=1; y=2", "b": "é"}


def test_no_headers_at_all():
    """An empty request is a request."""
    assert (len(Headers()), dict(Headers([])), repr(Headers([(b"a", b"secret")]))) == (0, {}, "Headers(a)")
