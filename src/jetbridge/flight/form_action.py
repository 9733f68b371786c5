"""Forms that a browser posted by itself: which action, with which bound arguments, and what state React restores.

React prints the action into hidden fields whose names start with `$ACTION_`; they never reach the application.
Source: React 19.3 ReactFlightActionServer; react-dom's form actions.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from jetbridge.errors import ReplyDecodeError
from jetbridge.flight.graph import Graph
from jetbridge.flight.limits import DEFAULT_LIMITS, Limits
from jetbridge.flight.model import FormData
from jetbridge.flight.parts import Part, Parts
from jetbridge.flight.reply import ResolveServerReference, refuse_reference

FIELD_PREFIX: Final = "$ACTION_"
ID_PREFIX: Final = "$ACTION_ID_"
REF_PREFIX: Final = "$ACTION_REF_"
KEY_FIELD: Final = "$ACTION_KEY"
MAX_METADATA: Final = 1000
"""How many characters of the field are looked at early, that holds an action's id and where its arguments are."""


@dataclass(frozen=True, slots=True)
class FormAction:
    """What a posted form asks for.

    id: as the browser sent it; nobody has looked it up yet. bound: what comes before the form among the arguments.
    form: the fields of the application.
    """

    id: str
    bound: tuple[Any, ...]
    form: FormData


def decode_action(
    parts: Sequence[Part],
    limits: Limits = DEFAULT_LIMITS,
    *,
    server_reference: ResolveServerReference = refuse_reference,
) -> FormAction | None:
    """Find the action of a form; None if it has none.

    Of several action fields the last counts, as for React, and the others are not decoded.
    server_reference: for references among the bound arguments; the action itself is left to the caller.
    Raises: ReplyDecodeError.
    """
    if len(parts) > limits.max_parts:
        raise ReplyDecodeError("too many parts")
    field = _last(parts, (ID_PREFIX, REF_PREFIX))
    if field is None:
        return None
    form = FormData((name, value) for name, value in parts if not name.startswith(FIELD_PREFIX))
    if field.startswith(ID_PREFIX):
        return FormAction(field[len(ID_PREFIX) :], (), form)
    id, bound = _reference(parts, field, limits, server_reference)
    return FormAction(id, bound or (), form)


def name_action(name: str, text: str) -> str | None:
    """The id of the action that one field of a form names, before the rest has arrived; None for other fields."""
    if name.startswith(ID_PREFIX):
        return name[len(ID_PREFIX) :]
    if not name.startswith(FIELD_PREFIX) or not name.endswith(":0") or len(text) > MAX_METADATA:
        return None
    try:
        metadata = json.loads(text)
    except (ValueError, RecursionError):
        return None
    id = metadata.get("id") if isinstance(metadata, dict) else None
    return id if isinstance(id, str) else None


def decode_form_state(
    result: Any,
    parts: Sequence[Part],
    limits: Limits = DEFAULT_LIMITS,
    *,
    server_reference: ResolveServerReference = refuse_reference,
) -> tuple[Any, str, str, int] | None:
    """What `useActionState` needs to take up `result` when the page is rendered again; None if nothing waits for it.

    Returns (result, key of the hook, id of the action, number of bound arguments without the state).
    Raises: ReplyDecodeError.
    """
    key = next((value for name, value in parts if name == KEY_FIELD), None)
    field = _last(parts, (REF_PREFIX,))
    if not isinstance(key, str) or field is None:
        return None
    id, bound = _reference(parts, field, limits, server_reference)
    return None if bound is None else (result, key, id, len(bound) - 1)


def _last(parts: Sequence[Part], prefixes: tuple[str, ...]) -> str | None:
    return next((name for name, _ in reversed(parts) if name.startswith(prefixes)), None)


def _reference(
    parts: Sequence[Part], field: str, limits: Limits, server_reference: ResolveServerReference
) -> tuple[str, tuple[Any, ...] | None]:
    """Id and bound arguments of a `$ACTION_REF_` field, whose model is in part 0 below a prefix of its own."""
    prefix = f"{FIELD_PREFIX}{field[len(REF_PREFIX) :]}:"
    graph = Graph(Parts(parts, limits, prefix), limits, server_reference)
    return graph.decode_server_metadata()
