"""The action of benchmarks/flight.py: each one that is made has captured two values."""

from __future__ import annotations

from collections.abc import Awaitable, Callable


def save_card(number: int, title: str) -> Callable[[], Awaitable[tuple[int, str]]]:
    """An action for one card."""

    async def save() -> tuple[int, str]:
        """use server"""
        return number, title

    return save
