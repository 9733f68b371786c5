"""Code that type checkers must accept."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Iterator

from jetbridge.components import ErrorBoundary, Form, Link
from jetbridge.html import (
    ClientComponent,
    Element,
    Fragment,
    Node,
    Suspense,
    a,
    br,
    button,
    circle,
    client_component,
    div,
    form,
    h1,
    img,
    input_,
    li,
    object_,
    p,
    raw_html,
    select,
    svg,
    td,
    textarea,
    ul,
)

Card: ClientComponent = client_component("app/card.tsx", "Card")


async def create_post(form: object) -> dict[str, str]:
    return {}


def delete_post() -> None: ...


def rows(titles: list[str]) -> Iterator[Element]:
    for title in titles:
        yield li[title]


async def comments() -> Element:
    return p["none"]


async def stream() -> AsyncIterator[Element]:
    yield p["one"]


def optional(title: str | None, is_new: bool, post_id: uuid.UUID) -> Node:
    return div(
        class_name=["card", is_new and "new", None],
        key=post_id,
        style={"background_color": "red", "flex": 1, "color": None},
        data={"post_id": 3},
        aria={"label": "x"},
        aria_hidden=True,
        tab_index=-1,
        title=title,
        hidden=is_new or None,
    )[
        title and h1[title],
        is_new and p["new"],
        None,
        1,
        2.5,
        [li["a"], "b"],
        (li(key=i)[str(i)] for i in range(3)),
        rows(["x"]),
        comments(),
        stream(),
        Suspense(fallback=p["Loading"])[comments()],
        Fragment(key=1)["a", br()],
        Card(post_id=3, create_post=create_post)["text"],
        Card["text"],
        raw_html("<b>x</b>", tag="article", class_="prose"),
    ]


def attributes(size: int | None) -> Element:
    return ul(
        a(href="/", target="_blank", download=True)["x"],
        td(col_span=2, width="10%", scope="row")["x"],
        img(src="/x.png", alt="", loading="lazy", width=size),
        input_(type="email", auto_complete="email", required=True, max=2.5),
        textarea(default_value="x", rows=3),
        select(default_value=["a"], multiple=True),
        form(action=create_post, method="post")[button(form_action=delete_post, type="submit")["x"]],
        form(action="/search"),
        object_(data_="/x", data={"a": 1}),
        svg(view_box="0 0 1 1")[circle(cx=1, cy="2", stroke_width=2)],
        Link(href="/posts", prefetch=True, class_name="x")["Posts"],
        Form(action=create_post)["x"],
        ErrorBoundary(fallback=p["x"])["y"],
        id="list",
    )
