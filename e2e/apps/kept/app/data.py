"""Notes in the memory of the one process that serves the tests."""

from __future__ import annotations

from itertools import count

from jetbridge import cached

NOTES: dict[int, str] = {1: "First"}
renders = count(1)


@cached(tags=["notes"])
async def list_notes() -> list[tuple[int, str]]:
    return list(NOTES.items())
