"""use server

Exchange with a partner. Whatever the partner does, the user learns just enough of it.
"""

from __future__ import annotations

from typing import TypedDict

from jetbridge import ActionError, FormData, public
from pydantic import TypeAdapter, ValidationError

from lib import partner
from lib.forms import text_of

__guard__ = public

_BEHAVIOUR: TypeAdapter[partner.Behaviour] = TypeAdapter(partner.Behaviour)


class SyncState(TypedDict):
    """How many entries were exchanged; None before the first time."""

    entries: int | None


async def sync_data(prev_state: SyncState, form: FormData) -> SyncState:
    """Exchange entries with the partner."""
    try:
        behaviour = _BEHAVIOUR.validate_python(text_of(form, "partner"))
    except ValidationError:
        raise ActionError("Choose what the partner does.") from None
    try:
        return {"entries": await partner.sync(behaviour)}
    except partner.PartnerUnavailable:
        raise ActionError("Sync failed. Please try again.", status=503) from None
