"""What type checkers must refuse of the public API. Each marked line is one mistake; an unused mark is an error too."""

from __future__ import annotations

from jetbridge import cached, redirect
from jetbridge.html import button, div, form, td


@cached(tags=["posts"])
async def list_posts(limit: int) -> list[str]:
    return ["a"] * limit


def page() -> list[object]:
    return [
        div(clas_name="x"),  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
        td(col_span="2"),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        form(method="psot"),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        button(on_click=page),  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
        div[object()],  # type: ignore[index]  # pyright: ignore[reportArgumentType]
        div(object()),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        list_posts("ten"),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    ]


def after_redirect() -> int:
    redirect("/posts")
