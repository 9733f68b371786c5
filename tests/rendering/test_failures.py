"""What may be told about an exception."""

from __future__ import annotations

import json

import pytest

from jetbridge.errors import ActionError, BadBoundArgs, FieldError, NotFound, Redirect
from jetbridge.rendering.failures import DescribedError, describe_failure


@pytest.mark.parametrize(
    ("error", "status", "told"),
    [
        (
            ActionError("No", code="no", status=409),
            409,
            {"kind": "action", "message": "No", "code": "no", "field": None, "status": 409},
        ),
        (
            FieldError("email", "taken"),
            422,
            {"kind": "action", "message": "taken", "code": None, "field": "email", "status": 422},
        ),
        (Redirect("/x"), 303, {"kind": "redirect", "url": "/x", "replace": True}),
        (NotFound(), 404, {"kind": "not_found"}),
    ],
)
def test_what_was_meant_for_the_browser_arrives(error, status, told, caplog):
    """Expected errors and control flow travel in the digest, and are no errors in the log."""
    failure = describe_failure(error, "here", debug=False)

    assert failure.status == status
    assert json.loads(failure.digest.removeprefix("jetbridge:")) == told
    assert caplog.records == []


def test_a_refusal_tells_its_public_text_only():
    """What went to the log stays there."""
    failure = describe_failure(BadBoundArgs("key 7 is gone"), "here", debug=False)

    assert failure.message == BadBoundArgs.public
    assert "key 7" not in failure.digest


def test_an_unexpected_error_is_masked_under_a_reference(caplog):
    """The reference is in the log line beside the traceback, with the place; each event has its own."""
    try:
        raise ValueError("password is hunter2")
    except ValueError as error:
        first, second = (describe_failure(error, "action a:b", debug=False) for _ in range(2))

    assert first.digest != second.digest
    assert "hunter2" not in first.digest + first.message + repr(first.row())
    assert first.digest in caplog.records[0].getMessage()
    assert "action a:b" in caplog.records[0].getMessage()
    assert caplog.records[0].exc_info is not None


def test_development_sees_the_real_error(caplog):
    """Name, text and stack arrive in the browser while one develops."""
    try:
        raise ValueError("the real text")
    except ValueError as error:
        row = describe_failure(error, "here", debug=True).row()

    assert (row.name, row.message) == ("ValueError", "the real text")
    assert row.stack[0][0] == "test_development_sees_the_real_error"


def test_an_error_is_described_once(caplog):
    """A failure that was described for the status is not logged again when it is written."""
    failure = describe_failure(ValueError("x"), "here", debug=False)

    assert describe_failure(DescribedError(failure), "there", debug=False) is failure
    assert len(caplog.records) == 1
