"""use server"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

from pydantic import BaseModel

from jetbridge import Element
from jetbridge.html import p


class Note(BaseModel):
    text: str
    stars: int = 0


async def ticks(count: int) -> AsyncIterator[Note]:
    async def run() -> AsyncIterator[Note]:
        for number in range(count):
            yield Note(text=f"{number}")

    return run()


async def summary(notes: AsyncIterator[Note], later: Awaitable[int]) -> dict[str, Awaitable[Note]]:
    async def wait() -> Note:
        return Note(text=f"{await later}")

    return {"note": wait()}


async def render(note: Note, icon: Element | None = None) -> Element:
    return p(note.text)


async def save(note: Note) -> Note:
    return note


async def twice(run: Callable[[Note], Awaitable[Note]], note: Note) -> Callable[[Note], Awaitable[Note]]:
    await run(note)
    return save


async def call(run: Callable[..., Awaitable[None]]) -> Callable[[], Awaitable[Element | str | None]] | None:
    await run()
    return None


async def fail() -> Exception:
    return ValueError("no")
