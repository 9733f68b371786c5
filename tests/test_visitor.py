"""Headers, cookies and the session, as the application's code reads and changes them."""

import gc

import pytest

from jetbridge.context import Headers, RequestContext, Session
from jetbridge.errors import ContextError


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


COOKIE_CHANGES = [
    ("nothing", lambda cookies: None, False),
    ("its old value", lambda cookies: cookies.set("theme", "dark"), False),
    ("its old value, twice", lambda cookies: [cookies.set("theme", "dark") for _ in range(2)], False),
    ("another value", lambda cookies: cookies.set("theme", "light"), True),
    ("another value, and back", lambda cookies: [cookies.set("theme", name) for name in ("light", "dark")], False),
    ("a new cookie", lambda cookies: cookies.set("size", "big"), True),
    ("no longer there", lambda cookies: cookies.delete("theme"), True),
    ("deleted and set again", lambda cookies: [cookies.delete("theme"), cookies.set("theme", "dark")], False),
    ("never there", lambda cookies: cookies.delete("size"), False),
]


@pytest.mark.parametrize(
    ("change", "changes"), [row[1:] for row in COOKIE_CHANGES], ids=[row[0] for row in COOKIE_CHANGES]
)
def test_what_counts_as_a_change_of_a_cookie(change, changes):
    """A cookie that has the value that the browser sent is no change, whatever happened in between."""
    context = RequestContext(phase="action", cookie_values={"theme": "dark"})

    change(context.cookies)

    assert (context.visitor_changed, context.revalidated) == (changes, changes)


SESSION_CHANGES = [
    ("its old value", lambda session: session.update(name="Ada"), False),
    ("another value", lambda session: session.update(name="Bob"), True),
    ("emptied and filled again", lambda session: [session.clear(), session.update(name="Ada", tags=["a"])], False),
    ("one value less", lambda session: session.pop("name"), True),
    ("changed in place", lambda session: [session["tags"].append("b"), session.update(tags=session["tags"])], True),
]


@pytest.mark.parametrize(
    ("change", "changes"), [row[1:] for row in SESSION_CHANGES], ids=[row[0] for row in SESSION_CHANGES]
)
def test_what_counts_as_a_change_of_the_session(change, changes):
    """As with cookies; what was touched is written back all the same."""
    context = RequestContext(phase="action", load_session=lambda: {"name": "Ada", "tags": ["a"]})

    change(context.session)

    assert (context.visitor_changed, context.revalidated) == (changes, changes)
    assert context.session_changes is context.session


@pytest.mark.parametrize(
    ("values", "change", "modified"),
    [
        ({}, lambda session: None, False),
        ({"a": 1}, lambda session: session["a"], False),
        ({"a": 1}, lambda session: session.update(a=1), True),
        ({"a": 1}, lambda session: session.pop("a"), True),
        ({"a": [1]}, lambda session: session["a"][0], False),
        ({"a": [1]}, lambda session: session["a"].append(2), True),
        ({"a": {"b": [1]}}, lambda session: session["a"]["b"].clear(), True),
        ({"a": [1]}, lambda session: session["a"].append(object()), True),
    ],
)
def test_a_session_knows_when_it_has_to_be_written_back(values, change, modified):
    """When something was set or deleted, and when a list or dict that it holds is another."""
    context = RequestContext(phase="action")
    session = Session(values, context)
    change(session)

    assert session.modified is modified
    session.mark_written()
    assert session.modified is False


def test_cookies_and_the_session_do_not_outlive_their_request():
    """Nothing of a request waits for the garbage collector; who kept a part of it is told that the request is over."""
    gc.collect()
    gc.disable()
    try:
        context = RequestContext(phase="action")
        cookies, session = context.cookies, context.session
        del context
        with pytest.raises(ContextError, match="after the request"):
            cookies.set("a", "1")
        with pytest.raises(ContextError, match="after the request"):
            session["a"] = 1
    finally:
        gc.enable()
