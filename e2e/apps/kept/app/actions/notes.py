"""use server"""

from __future__ import annotations

from app.data import NOTES

from jetbridge import FormData, public, revalidate_tag

__guard__ = public


async def add(form: FormData) -> None:
    NOTES[max(NOTES, default=0) + 1] = str(form.get("text"))
    revalidate_tag("notes")
