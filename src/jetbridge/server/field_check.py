"""Live validation: what the rules of a form say about one field, while it is being filled in. No action runs."""

from __future__ import annotations

from typing import Final
from urllib.parse import unquote

from jetbridge import wire
from jetbridge.actions.action import ServerAction
from jetbridge.actions.arguments import check_field
from jetbridge.errors import BadRequest
from jetbridge.flight.reply import ReplyBody, decode_reply
from jetbridge.rendering.failures import describe_failure
from jetbridge.server.action_run import admit_caller
from jetbridge.server.body import BodyLimits, BodySource, read_reply
from jetbridge.server.incoming import Incoming
from jetbridge.server.responses import send_json
from jetbridge.server.state import AppState

LIMITS: Final = BodyLimits(64 * 1024, max_files=0)
"""A question is asked again and again, and never carries a file."""


async def answer_check(incoming: Incoming, state: AppState, action_id: str, action: ServerAction) -> None:
    """Answer a call that carries `wire.CHECK_HEADER`: the messages about the field that it names.

    Who may not call may not ask. Raises: as a call, and BadRequest where nobody can say who may.
    """
    if action.guard is not None and action.guard.needs_arguments:
        raise BadRequest(f"{action.name} has a guard that asks for arguments, so its fields cannot be checked before")
    refused = await admit_caller(incoming, state, action, check=True)
    if refused is not None:
        error = refused.signal or refused.error or BadRequest("refused by the guard")
        failure = describe_failure(error, f"guard of {action.name}", debug=state.config.dev)
        await send_json(incoming.send, max(failure.status, 401), {"error": failure.message or "Refused."})
        return
    source = BodySource(incoming.receive, incoming.headers, state.config.body_timeout, incoming.context.uploads)
    reply = ReplyBody.of(await read_reply(source, LIMITS))
    limits = state.reply_limits[action.name]
    args = decode_reply(reply, limits, server_reference=state.registry.load_reference)
    opened = state.registry.open(action_id, args)
    messages = check_field(opened.action, opened.args, unquote(incoming.headers[wire.CHECK_HEADER]))
    await send_json(incoming.send, 200, {"messages": messages})
