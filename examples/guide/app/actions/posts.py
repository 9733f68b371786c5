"""use server

Posts. The logbook is open: anyone may write in it, as on a notice board.
"""

from __future__ import annotations

from typing import NotRequired

from jetbridge import ActionError, FieldError, FormData, FormState, public, redirect, revalidate_tag
from pydantic import ValidationError

from lib import posts
from lib.forms import text_of
from lib.schemas import Id, PostSchema, first_message

__guard__ = public


class PostState(FormState):
    """What a form that writes a post holds after a submit: its errors and what was typed, or that it was saved."""

    saved: NotRequired[bool]


async def create_post(prev_state: PostState, form: PostSchema) -> PostState:
    """Write a draft. For a form that does not fit the schema this does not run: its state says what is wrong."""
    await posts.create_post(title=form.title, body=form.body)
    revalidate_tag("posts")
    return {"error": None, "saved": True}


async def update_post(post_id: Id, prev_state: PostState, form: PostSchema) -> PostState:
    """Change a post. Its id is bound by the page, the rest comes from the form."""
    if not await posts.update_post(post_id, title=form.title, body=form.body):
        raise FieldError("", "This post has been deleted")
    revalidate_tag("posts")
    return {"error": None, "saved": True}


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
