"""use server

Posts. The logbook is open: anyone may write in it, as on a notice board.
"""

from __future__ import annotations

from typing import TypedDict

from jetbridge import ActionError, FormData, public, redirect, revalidate_tag
from pydantic import ValidationError

from lib import posts
from lib.forms import text_of
from lib.schemas import Id, PostSchema, first_message

__guard__ = public


class TypedPost(TypedDict):
    """The fields of the form, as they were typed."""

    title: str
    body: str


class PostState(TypedPost):
    """What the form shows after a submit. What was typed comes back when it has to be corrected."""

    error: str | None
    saved: bool


async def create_post(prev_state: PostState, form: FormData) -> PostState:
    """Write a draft."""
    typed = _typed_post(form)
    try:
        post = PostSchema.model_validate(typed)
    except ValidationError as error:
        return {"error": first_message(error), "saved": False, **typed}
    await posts.create_post(title=post.title, body=post.body)
    revalidate_tag("posts")
    return {"error": None, "saved": True, "title": "", "body": ""}


async def update_post(post_id: Id, prev_state: PostState, form: FormData) -> PostState:
    """Change a post. Its id is bound by the page, the rest comes from the form."""
    typed = _typed_post(form)
    try:
        post = PostSchema.model_validate(typed)
    except ValidationError as error:
        return {"error": first_message(error), "saved": False, **typed}
    if not await posts.update_post(post_id, title=post.title, body=post.body):
        return {"error": "This post has been deleted", "saved": False, **typed}
    revalidate_tag("posts")
    return {"error": None, "saved": True, "title": post.title, "body": post.body}


async def jot_down(form: FormData) -> None:
    """Make a draft of a quick note: its first line is the title."""
    note = text_of(form, "note").strip()
    try:
        post = PostSchema(title=note.partition("\n")[0][:200], body=note)
    except ValidationError as error:
        raise ActionError(first_message(error)) from None
    post_id = await posts.create_post(title=post.title, body=post.body)
    revalidate_tag("posts")
    redirect(f"/posts/{post_id}")


async def delete_post(post_id: Id) -> None:
    """Delete a post, from its own page, and go back to the list."""
    await posts.delete_post(post_id)
    revalidate_tag("posts")
    redirect("/posts")


async def publish_post(post_id: Id) -> None:
    """Publish a draft and go to its page."""
    await posts.publish_post(post_id)
    revalidate_tag("posts")
    redirect(f"/posts/{post_id}")


def _typed_post(form: FormData) -> TypedPost:
    return {"title": text_of(form, "title"), "body": text_of(form, "body")}
