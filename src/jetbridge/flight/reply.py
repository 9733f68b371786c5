"""Arguments from the browser: what `encodeReply` of React's client wrote, read as data and nothing else.

The body is untrusted and describes a graph. No name in it ever selects an attribute, an import or a call: paths are
followed only through the decoder's own dicts and lists, and server references come from the caller's registry.
Nothing recurses on the depth of the input, and every step is paid for by characters of the body.
Source: React 19.3 ReactFlightReplyServer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

import orjson

from jetbridge.errors import ReplyDecodeError
from jetbridge.flight.graph import Graph
from jetbridge.flight.limits import DEFAULT_LIMITS, Limits
from jetbridge.flight.model import FormData
from jetbridge.flight.parts import Part, Parts
from jetbridge.flight.received import Settled
from jetbridge.flight.strict_json import is_usual
from jetbridge.flight.temporary import TemporaryReferences

__all__ = ["DEFAULT_LIMITS", "Limits", "ReplyBody", "decode_reply", "decode_value"]

_SMALL: Final = 32_768
_FEW_PARTS: Final = 1_000
_FORM_CODES: Final = {f"_{number}_": f"$K{number:x}" for number in range(10)}
"""What stands for a FormData, by what the names of its entries start with."""

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
    if temporary_references is None:
        try:
            if text is None:
                args = _decode_form_call(body.parts, limits)
                if args is not None:
                    return args
            elif '"$' not in text and _is_small_json(text, limits):
                return orjson.loads(text)
        except orjson.JSONDecodeError:
            # Perhaps it is legal in JavaScript.
            pass
    parts = Parts([("0", text)] if text is not None else body.parts, limits)
    value = Graph(parts, limits, server_reference, temporary_references).decode()
    if isinstance(value, Settled):
        return value.result()
    return value


def _decode_form_call(parts: Sequence[Part], limits: Limits) -> list[Any] | None:
    """The arguments of the usual call of a form: plain values, and one FormData of text; None for all other bodies."""
    if not 1 < len(parts) <= min(limits.max_parts, _FEW_PARTS):
        return None
    last, text = parts[-1]
    prefix = parts[0][0][:3]
    code = _FORM_CODES.get(prefix)
    if last != "0" or code is None or type(text) is not str:
        return None
    if text.count('"$') != 1 or not _is_small_json(text, limits):
        return None
    names, values = zip(*parts[:-1], strict=True)
    # One string is looked at and cut faster than many.
    start = f"\n{prefix}"
    joined = "\n" + "\n".join(names)
    try:
        length = len(text) + len("".join(values))
    except TypeError:
        # There are files among them.
        return None
    if not joined.count(start) == joined.count("\n") == len(names) or length > limits.max_characters:
        return None
    args = orjson.loads(text)
    if type(args) is not list or code not in args:
        return None
    args[args.index(code)] = FormData(zip(joined[len(start) :].split(start), values, strict=True))
    return args


def _is_small_json(text: str, limits: Limits) -> bool:
    """Whether a text without codes is what it says, too small for any limit to strike."""
    return (
        2 * len(text) <= min(limits.max_slots, limits.max_characters, limits.max_containers, _SMALL)
        and is_usual(text)
        and text.count("[") + text.count("{") <= limits.max_depth
    )
