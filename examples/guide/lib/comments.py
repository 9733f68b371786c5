"""Comments on posts, each owned by a user."""

from __future__ import annotations

from dataclasses import dataclass

from jetbridge import cached
from sqlalchemy import delete as delete_from
from sqlalchemy import select

from lib.db import database
from lib.models import Comment, Post


@dataclass(frozen=True, slots=True)
class CommentView:
    """What a page shows of a comment."""

    id: int
    user_id: int
    username: str
    body: str


@cached(tags=["comments"])
async def list_comments(post_id: int) -> list[CommentView]:
    """The comments on a post, the oldest first. Kept until somebody revalidates "comments"."""
    async with database.session() as session:
        comments = await session.scalars(select(Comment).where(Comment.post_id == post_id).order_by(Comment.id))
        return [CommentView(c.id, c.user_id, c.user.username, c.body) for c in comments]


async def get_comment(comment_id: int) -> Comment | None:
    """One comment, as it is now."""
    async with database.session() as session:
        return await session.get(Comment, comment_id)


async def create_comment(*, post_id: int, user_id: int, body: str) -> bool:
    """Add a comment; False when there is no such post."""
    async with database.session() as session:
        if await session.get(Post, post_id) is None:
            return False
        session.add(Comment(post_id=post_id, user_id=user_id, body=body))
        return True


async def delete_comment(comment_id: int) -> None:
    """Delete a comment, if it is still there."""
    async with database.session() as session:
        await session.execute(delete_from(Comment).where(Comment.id == comment_id))
