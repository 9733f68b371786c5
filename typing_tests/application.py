"""What type checkers must accept of the public API. Checked by mypy and pyright, never run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NotRequired, TypedDict, assert_type

from jetbridge import (
    ActionError,
    ErrorReport,
    FieldError,
    File,
    FormData,
    FormState,
    Guard,
    Jetbridge,
    ParseFailure,
    RequestContext,
    ServerAction,
    Session,
    action,
    bind,
    cached,
    cookies,
    headers,
    not_found,
    public,
    redirect,
    revalidate_path,
    revalidate_tag,
    safe_parse,
    session,
    unauthorized,
)
from jetbridge.components import ErrorBoundary, ErrorMessage, Form, Link, RetryButton
from jetbridge.html import (
    Element,
    Fragment,
    Node,
    Suspense,
    a,
    button,
    client_component,
    div,
    form,
    h1,
    img,
    input_,
    label,
    li,
    p,
    raw_html,
    td,
    ul,
)


class State(TypedDict):
    error: str | None


async def create_post(prev_state: State, form_data: FormData) -> State:
    title = form_data.get("title")
    assert_type(title, str | File | None)
    assert_type(form_data.get("title", ""), str | File)
    if not title:
        return {"error": "Title is required"}
    revalidate_tag("posts")
    revalidate_path("/posts", "layout")
    return {"error": None}


async def delete_post(post_id: int) -> None:
    if session().get("user_id") is None:
        raise ActionError("Unauthorized", status=401)
    if post_id < 0:
        raise FieldError("post_id", "must not be negative")
    cookies().set("last", str(post_id))
    redirect("/posts")


@action(max_body_bytes=10_000_000)
async def upload(form_data: FormData) -> int:
    file = form_data.get("file")
    return file.size if isinstance(file, File) else 0


async def member(session: Session, request: RequestContext) -> str:
    return str(session.get("user_id")) or unauthorized()


def owner(post_id: int) -> bool:
    return post_id > 0


__guard__: Guard = member


@action(guard=owner, rate="10/minute", timeout=2.5, concurrency=4, max_files=1, max_file_bytes=1000, shield=True)
async def archive(post_id: int, user: str) -> str:
    return f"{user} {post_id}"


@action(guard=public)
async def ping() -> None: ...


async def report(error: ErrorReport) -> None:
    assert_type(error.user, str | None)


application = Jetbridge(on_error=report)


@cached(tags=["posts"], revalidate=60)
async def list_posts(limit: int) -> list[str]:
    return ["a"] * limit


async def move(post_id: int, place: str, form_data: FormData) -> bool:
    return bool(place)


def bound(post_id: int) -> None:
    one = bind(move, post_id)
    place: ServerAction[[str, FormData], bool] = one
    two: ServerAction[[FormData], bool] = bind(move, post_id, "top")
    again: ServerAction[[FormData], bool] = bind(bind(move, post_id), "top")
    show(place, two, again)


def show(*shown: object) -> None:
    """Use values."""


async def page(id: int) -> Node:
    agent = headers().get("user-agent", "")
    if not agent:
        not_found()
    posts = await list_posts(10)
    assert_type(posts, list[str])
    return Fragment[
        h1["Posts"],
        form(action=bind(delete_post, id))[
            label(html_for="title")["Title"], input_(id="title", name="title", required=True, max_length=200)
        ],
        form(action=create_post)[button(type="submit")["Save"]],
        ul(class_name=["posts", bool(posts) and "full"])[(li(key=title)[title] for title in posts)],
        div(data={"id": 3}, aria={"label": "x"}, style={"color": "red"})[None, True, 1, 2.5, [p["x"], "y"]],
        img(src="/icon.svg", alt=""),
        td(col_span=2)["x"],
        Suspense(fallback=p["Loading"])[slow()],
        raw_html("<b>x</b>", "article"),
        client_component("app/card.tsx", "Card")(anything=1)["x"],
        ErrorBoundary(fallback=p[ErrorMessage(), RetryButton["Again"]])[a(href="/")["Home"]],
        Link(href="/posts")["Posts"],
        Form(action="/search")[input_(name="q")],
    ]


async def slow() -> Element:
    return p["ready"]


@dataclass
class Signup:
    email: str


class SignupState(FormState):
    welcome: NotRequired[str]


async def sign_up(prev_state: SignupState, form: Signup) -> SignupState:
    return {"error": None, "welcome": form.email}


async def sign_up_by_hand(prev_state: FormState, form_data: FormData) -> FormState:
    result = safe_parse(Signup, form_data)
    if result.error is not None:
        assert_type(result.error.first, str)
        assert_type(result, ParseFailure)
        return result.state
    assert_type(result.data, Signup)
    return {"error": None}


def refuse(failure: ParseFailure) -> State:
    return {"error": failure.error.first}


@action(invalid=refuse)
async def sign_up_strictly(prev_state: State, form: Signup) -> State:
    return {"error": None}
