"""What is written for React's development build alone."""

from __future__ import annotations

from jetbridge.flight.encoder import FlightEncoder
from jetbridge.html import li, p, ul


def encode(root: object, *, debug: bool) -> bytes:
    def never(*_: object) -> None:
        raise AssertionError

    encoder = FlightEncoder(client_reference=never, server_reference=never, describe_error=never, debug=debug)
    encoder.start(root)
    return encoder.flush()


def test_children_side_by_side_need_no_key():
    """Children written out in brackets are marked as JSX marks them; in production nothing is added."""
    tree = ul[li["a"], li["b"]]

    assert encode(tree, debug=True).count(b",null,null,1]") == 2
    assert b"null,null" not in encode(tree, debug=False)


def test_the_elements_of_a_collection_are_left_to_react():
    """A list or a generator among the children is a collection: without keys React warns, as it should."""
    for collection in ([li["a"], li["b"]], (li[text] for text in "ab")):
        assert b"null,null" not in encode(ul[collection], debug=True)

    assert encode(ul[[li["a"], li["b"]], p["last"]], debug=True).count(b",null,null,1]") == 1
