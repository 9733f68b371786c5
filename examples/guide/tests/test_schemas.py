import pytest
from pydantic import ValidationError

from lib.schemas import PostSchema, UsernameSchema, first_message

LONG = "x" * 201


@pytest.mark.parametrize(
    ("title", "body", "message"),
    [
        ("", "long enough", "Title is required"),
        ("   ", "long enough", "Title is required"),
        (LONG, "long enough", "Title must be at most 200 characters"),
        ("A title", "short", "Body must be at least 10 characters"),
        ("A title", "  spaces    ", "Body must be at least 10 characters"),
        ("", "short", "Title is required"),
    ],
)
def test_first_message(title, body, message):
    """The first thing that is wrong with a post is said in plain words."""
    with pytest.raises(ValidationError) as caught:
        PostSchema(title=title, body=body)

    assert first_message(caught.value) == message


@pytest.mark.parametrize("title", ["x", "x" * 200])
def test_bounds(title):
    """Titles of 1 and of 200 characters fit, and so does a body of 10."""
    assert PostSchema(title=title, body="x" * 10).title == title


def test_missing_field():
    """A field that was not sent is required."""
    with pytest.raises(ValidationError) as caught:
        PostSchema.model_validate({})

    assert first_message(caught.value) == "Title is required"


def test_username_too_short():
    """A username has at least three characters."""
    with pytest.raises(ValidationError) as caught:
        UsernameSchema(username="al")

    assert first_message(caught.value) == "Username must be at least 3 characters"
