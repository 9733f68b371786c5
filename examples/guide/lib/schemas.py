"""What a form may hold. The same rules stand here for every caller: browser, terminal or telephone."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

Id = Annotated[int, Field(ge=1, le=2**31 - 1)]
"""The number of a row, as it may stand in a URL or in an action's arguments."""


class Schema(BaseModel):
    """Text without the spaces around it; a file where text belongs does not fit."""

    model_config = ConfigDict(str_strip_whitespace=True)


class PostSchema(Schema):
    """A post."""

    title: Annotated[str, Field(min_length=1, max_length=200)]
    body: Annotated[str, Field(min_length=10)]


class CommentSchema(Schema):
    """A comment."""

    comment: Annotated[str, Field(min_length=1, max_length=1000)]


class UsernameSchema(Schema):
    """A name to sign in with."""

    username: Annotated[str, Field(min_length=3, max_length=30)]


def first_message(error: ValidationError) -> str:
    """The first thing to correct, in words for the person who filled in the form."""
    first = error.errors()[0]
    field = str(first["loc"][0]).capitalize()
    match first["type"], first.get("ctx", {}):
        case ("missing" | "string_type", _) | ("string_too_short", {"min_length": 1}):
            return f"{field} is required"
        case "string_too_short", {"min_length": length}:
            return f"{field} must be at least {length} characters"
        case "string_too_long", {"max_length": length}:
            return f"{field} must be at most {length} characters"
        case _:
            return f"{field}: {first['msg']}"
