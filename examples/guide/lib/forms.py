"""Reading what was typed."""

from __future__ import annotations

from jetbridge import FormData


def text_of(form: FormData, name: str) -> str:
    """The text of one field; "" when it is missing, or when somebody sent a file in its place."""
    value = form.get(name)
    return value if isinstance(value, str) else ""
