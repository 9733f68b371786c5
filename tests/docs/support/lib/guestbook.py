"""What the samples of the README import and do not show."""

from __future__ import annotations

NAMES: list[str] = []


async def save_entry(name: str) -> None:
    NAMES.append(name)


async def list_names() -> list[str]:
    return NAMES
