"""A page that is kept, with actions and a client component in it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from app.actions.notes import add
from app.counter import Counter
from app.data import NOTES, list_notes, renders

from jetbridge import cached, public, revalidate_tag
from jetbridge.html import Element, Fragment, Node, button, form, h1, input_, label, li, p, section, span, title, ul

revalidate = None
__guard__ = public


async def page() -> Element:
    return Fragment[
        title["Notes"],
        h1["Notes"],
        p(id="render")[f"Render {next(renders)}"],
        card("All of them", note_list()),
        Counter(),
        form(action=add)[label(html_for="text")["Note"], input_(id="text", name="text"), button["Add"]],
    ]


@cached
async def card(heading: str, children: Node) -> Element:
    return section[p(class_name="heading")[heading], children]


@cached(tags=["notes"])
async def note_list() -> Element:
    return ul[[note(id, text) for id, text in await list_notes()]]


def note(id: int, text: str) -> Element:
    return li(key=str(id))[span[text], form(action=removal(id))[button[f"Remove {text}"]]]


def removal(id: int) -> Callable[[], Awaitable[None]]:
    async def remove() -> None:
        "use server"
        del NOTES[id]
        revalidate_tag("notes")

    return remove
