"""use server

Comments. They belong to their authors: each action first asks who is calling, then whether they may.
"""

from __future__ import annotations

from typing import TypedDict

from jetbridge import ActionError, FormData, revalidate_tag
from pydantic import ValidationError

from lib import comments
from lib.auth import require_user
from lib.forms import text_of
from lib.schemas import CommentSchema, Id, first_message


class CommentState(TypedDict):
    """What the form shows after a submit."""

    error: str | None
    comment: str


async def add_comment(post_id: Id, prev_state: CommentState, form: FormData) -> CommentState:
    """Comment on a post as the user who is signed in."""
    user = await require_user()
    typed = text_of(form, "comment")
    try:
        comment = CommentSchema(comment=typed).comment
    except ValidationError as error:
        return {"error": first_message(error), "comment": typed}
    if not await comments.create_comment(post_id=post_id, user_id=user.id, body=comment):
        return {"error": "This post has been deleted", "comment": comment}
    revalidate_tag("comments")
    return {"error": None, "comment": ""}


async def delete_comment(comment_id: Id) -> None:
    """Delete one's own comment. One that does not exist is answered like one of somebody else."""
    user = await require_user()
    comment = await comments.get_comment(comment_id)
    if comment is None or comment.user_id != user.id:
        raise ActionError("Forbidden", status=403)
    await comments.delete_comment(comment_id)
    revalidate_tag("comments")
