"""What Pydantic found wrong, in words for the person who filled in the form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from pydantic_core import ErrorDetails

_REQUIRED: Final = frozenset({"missing", "string_type", "none_required", "is_instance_of"})

_SENTENCES: Final[Mapping[str, str]] = {
    "string_too_short": "{label} must be at least {min_length} characters",
    "string_too_long": "{label} must be at most {max_length} characters",
    "too_short": "{label} needs at least {min_length} entries",
    "too_long": "{label} may have at most {max_length} entries",
    "greater_than": "{label} must be more than {gt}",
    "greater_than_equal": "{label} must be at least {ge}",
    "less_than": "{label} must be less than {lt}",
    "less_than_equal": "{label} must be at most {le}",
    "multiple_of": "{label} must be a multiple of {multiple_of}",
    "string_pattern_mismatch": "{label} does not have the right form",
    "enum": "{label} must be one of the choices",
    "literal_error": "{label} must be one of the choices",
    "extra_forbidden": "{label} is not a field of this form",
}

_KINDS: Final[tuple[tuple[str, str], ...]] = (
    ("int", "{label} must be a whole number"),
    ("float", "{label} must be a number"),
    ("decimal", "{label} must be a number"),
    ("finite_number", "{label} must be a number"),
    ("datetime", "{label} must be a date and a time"),
    ("date", "{label} must be a date"),
    ("time_delta", "{label} must be a duration"),
    ("time", "{label} must be a time"),
    ("bool", "{label} must be yes or no"),
    ("uuid", "{label} is not valid"),
    ("url", "{label} must be a URL"),
)
"""How the names of errors begin that say that a text is no such value."""

_UNREADABLE: Final = re.compile("_(type|parsing|from|scheme|syntax_violation|inexact)")


def word(error: ErrorDetails, label: str) -> str:
    """The message for one error. label: what the field is called on the page, such as "Title"; "" for the whole form.

    What a validator of the application's own says is told as it was written.
    """
    kind, context = error["type"], error.get("ctx", {})
    reason = context.get("error")
    if kind in ("value_error", "assertion_error") and reason:
        return str(reason)
    if kind in _REQUIRED or (kind != "extra_forbidden" and _is_nothing(error.get("input"), kind)):
        return f"{label or 'The form'} is required"
    sentence = _SENTENCES.get(kind) or _sentence_of_kind(kind)
    if sentence is None:
        return f"{label}: {error['msg']}" if label else error["msg"]
    return sentence.format(label=label or "The form", **context)


def _is_nothing(value: Any, kind: str) -> bool:
    """Whether a field was left as it was: empty, nothing chosen, or a box that must be ticked and is not."""
    if isinstance(value, str):
        return not value.strip()
    return value is None or (not value and kind in ("too_short", "literal_error"))


def _sentence_of_kind(kind: str) -> str | None:
    if _UNREADABLE.search(kind) is None:
        return None
    return next((sentence for start, sentence in _KINDS if kind.startswith(start)), None)


def label_of(path: tuple[str, ...], title: str | None) -> str:
    """What a field is called: its title, else its name in words: "first_name" is "First name"."""
    if title:
        return title
    name = next((step for step in reversed(path) if not step.isdigit()), "")
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).replace("_", " ").replace("-", " ").split()
    text = " ".join(one if one.isupper() and len(one) > 1 else one.lower() for one in words)
    return text[:1].upper() + text[1:80]
