"""Arguments from the browser: what `encodeReply` of React's client wrote, read as data and nothing else.

The body is untrusted and describes a graph. No name in it ever selects an attribute, an import or a call: paths are
followed only through the decoder's own dicts and lists, and server references come from the caller's registry.
Nothing recurses on the depth of the input, and every step is paid for by characters of the body.
Source: React 19.3 ReactFlightReplyServer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Self

import orjson

from jetbridge.errors import ReplyDecodeError
from jetbridge.flight.graph import Graph
from jetbridge.flight.limits import DEFAULT_LIMITS, Limits
from jetbridge.flight.parts import Part, Parts
from jetbridge.flight.received import Settled
from jetbridge.flight.strict_json import is_free_of_codes
from jetbridge.flight.temporary import TemporaryReferences

__all__ = ["DEFAULT_LIMITS", "Limits", "ReplyBody", "decode_reply", "decode_value"]

ResolveServerReference = Callable[[str, "tuple[Any, ...] | None"], object]
"""Makes of an id and its bound arguments what stands for a server action; raises for an unknown id."""


@dataclass(slots=True)
class ReplyBody:
    """A reply: text, or the parts of a form in their order."""

    text: str | None = None
    parts: Sequence[Part] = ()

    @classmethod
    def of(cls, reply: str | Sequence[Part]) -> Self:
        return cls(text=reply) if isinstance(reply, str) else cls(parts=reply)


def refuse_reference(id: str, bound: tuple[Any, ...] | None) -> object:
    """The registry of those who have none."""
    raise ReplyDecodeError("server references are not accepted here")


def decode_reply(
    body: ReplyBody,
    limits: Limits = DEFAULT_LIMITS,
    *,
    server_reference: ResolveServerReference = refuse_reference,
    temporary_references: TemporaryReferences | None = None,
) -> list[Any]:
    """Decode the arguments a browser sends with a server action.

    server_reference: what a reference to an action in the arguments becomes.
    temporary_references: what the browser kept for itself is accepted, and remembered here for the answer.
    Raises: ReplyDecodeError, with .path such as "args[0].due".
    """
    args = decode_value(body, limits, server_reference=server_reference, temporary_references=temporary_references)
    if type(args) is not list:
        raise ReplyDecodeError("the arguments are no array")
    return args


def decode_value(
    body: ReplyBody,
    limits: Limits = DEFAULT_LIMITS,
    *,
    server_reference: ResolveServerReference = refuse_reference,
    temporary_references: TemporaryReferences | None = None,
) -> Any:
    """Decode a reply whose root may be any value. A root that is a promise is followed.

    Raises: ReplyDecodeError.
    """
    text = body.text
    if text is not None and temporary_references is None and _is_small_json(text, limits):
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError:
            # Perhaps it is legal in JavaScript.
            pass
    parts = Parts([("0", text)] if text is not None else body.parts, limits)
    value = Graph(parts, limits, server_reference, temporary_references).decode()
    if isinstance(value, Settled):
        return value.result()
    return value


def _is_small_json(text: str, limits: Limits) -> bool:
    """Whether a body is what it says, too small for any limit to strike."""
    return (
        2 * len(text) <= min(limits.max_slots, limits.max_characters, limits.max_containers)
        and is_free_of_codes(text)
        and text.count("[") + text.count("{") <= limits.max_depth
    )
