"""Posts of forms that React printed."""

from __future__ import annotations

import pytest

from jetbridge.errors import ReplyDecodeError
from jetbridge.flight.form_action import FormAction, decode_action, decode_form_state
from jetbridge.flight.limits import Limits
from jetbridge.flight.model import FormData

BOUND = [("$ACTION_REF_1", ""), ("$ACTION_1:0", '{"id":"save","bound":"$@1"}'), ("$ACTION_1:1", '[7,{"count":1}]')]


def test_unbound() -> None:
    """The id stands in the name of a field; fields of the framework do not reach the application."""
    action = decode_action([("$ACTION_ID_save", ""), ("title", "x"), ("$ACTION_KEY", "k1")])

    assert action == FormAction("save", (), FormData([("title", "x")]))


def test_bound() -> None:
    """Bound arguments come before the form."""
    action = decode_action([*BOUND, ("title", "x")])

    assert action == FormAction("save", (7, {"count": 1}), FormData([("title", "x")]))


def test_none() -> None:
    """A form without such fields is no action."""
    assert decode_action([("title", "x")]) is None
    assert decode_form_state("r", [("$ACTION_KEY", "k1")]) is None


def test_of_several_actions_the_last_counts_and_the_others_are_not_read() -> None:
    """A browser sends the hidden fields of all buttons, but the name of the pressed one only."""
    action = decode_action([("$ACTION_REF_9", ""), ("$ACTION_9:0", "{broken"), *BOUND])

    assert action is not None
    assert action.id == "save"


def test_form_state() -> None:
    """The result goes to the hook whose key, id and number of bound arguments fit."""
    assert decode_form_state("result", [*BOUND, ("$ACTION_KEY", "k1")]) == ("result", "k1", "save", 1)


@pytest.mark.parametrize(
    "parts",
    [
        [("$ACTION_REF_1", "")],
        [("$ACTION_REF_1", ""), ("$ACTION_1:0", '{"id":5}')],
        [("$ACTION_REF_1", ""), ("$ACTION_1:0", '{"id":"a","bound":"$@1"}')],
        [("$ACTION_REF_1", ""), ("$ACTION_1:0", "[1")],
    ],
)
def test_broken(parts: list[tuple[str, str]]) -> None:
    """What React would not print is refused."""
    with pytest.raises(ReplyDecodeError):
        decode_action(parts)


def test_limits() -> None:
    """The number of fields is limited before anything is decoded."""
    with pytest.raises(ReplyDecodeError):
        decode_action([("a", "1")] * 3, Limits(max_parts=2))
