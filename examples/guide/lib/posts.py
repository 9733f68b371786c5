"""Posts: the one place that reads and writes them."""

from __future__ import annotations

from dataclasses import dataclass

from jetbridge import cached
from sqlalchemy import delete as delete_from
from sqlalchemy import func, select
from sqlalchemy import update as update_rows

from lib.db import database
from lib.models import Post


@dataclass(frozen=True, slots=True)
class PostSummary:
    """What the list shows of a post."""

    id: int
    title: str
    published: bool


@cached(tags=["posts"])
async def list_posts() -> list[PostSummary]:
    """All posts, the newest first. Kept until somebody revalidates "posts"."""
    async with database.session() as session:
        rows = await session.execute(select(Post.id, Post.title, Post.published).order_by(Post.id.desc()))
        return [PostSummary(*row) for row in rows]


async def list_posts_after(post_id: int) -> list[PostSummary]:
    """The posts written after this one, the oldest first."""
    async with database.session() as session:
        newer = select(Post.id, Post.title, Post.published).where(Post.id > post_id).order_by(Post.id)
        return [PostSummary(*row) for row in await session.execute(newer)]


async def get_post(post_id: int) -> Post | None:
    """One post, as it is now."""
    async with database.session() as session:
        return await session.get(Post, post_id)


async def count_posts() -> tuple[int, int]:
    """How many posts there are, and how many of them are published."""
    async with database.session() as session:
        published = func.count().filter(Post.published)
        row = (await session.execute(select(func.count(), published).select_from(Post))).one()
        return row[0], row[1]


async def create_post(*, title: str, body: str) -> int:
    """Write a draft and return its id."""
    async with database.session() as session:
        post = Post(title=title, body=body)
        session.add(post)
        await session.flush()
        return post.id


async def update_post(post_id: int, *, title: str, body: str) -> bool:
    """Change a post; False when there is none."""
    return await _update(post_id, title=title, body=body)


async def publish_post(post_id: int) -> bool:
    """Make a draft visible as published; False when there is no such post."""
    return await _update(post_id, published=True)


async def delete_post(post_id: int) -> bool:
    """Delete a post and its comments; False when it was gone already."""
    async with database.session() as session:
        result = await session.execute(delete_from(Post).where(Post.id == post_id).returning(Post.id))
        return result.first() is not None


async def _update(post_id: int, **values: str | bool) -> bool:
    async with database.session() as session:
        changed = update_rows(Post).where(Post.id == post_id).values(**values).returning(Post.id)
        return (await session.execute(changed)).first() is not None
