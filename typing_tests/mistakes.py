"""What type checkers must refuse of the public API. Each marked line is one mistake; an unused mark is an error too."""

# pyright: basic

from __future__ import annotations

from jetbridge import ServerAction, bind, cached, redirect
from jetbridge.html import button, div, form, td


@cached(tags=["posts"])
async def list_posts(limit: int) -> list[str]:
    return ["a"] * limit


async def delete_post(post_id: int) -> None: ...


def page() -> None:
    show(bind(delete_post, "3"))  # type: ignore[misc]  # pyright: ignore[reportArgumentType]
    unbound: ServerAction[[], None] = delete_post  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
    show(unbound)
    show(div(clas_name="x"))  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    show(td(col_span="2"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    show(form(method="psot"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    show(button(on_click=page))  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    show(div[object()])  # type: ignore[index]  # pyright: ignore[reportArgumentType]
    show(div(object()))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    show(list_posts("ten"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def show(shown: object) -> None:
    """Use a value, so that only the marked mistakes remain."""


def after_redirect() -> int:
    redirect("/posts")
