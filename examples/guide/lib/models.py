"""The tables."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, func
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    """All tables of the application."""


NEVER_REUSED = {"sqlite_autoincrement": True}
"""A number that was deleted must not come back as something else: pages, links and caches may remember it."""


class User(Base):
    """Somebody who can sign in. password_hash: as `lib.passwords.hash_password` writes it."""

    __tablename__ = "users"
    __table_args__ = NEVER_REUSED

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]


class Post(Base):
    """One entry of the logbook; a draft until it is published."""

    __tablename__ = "posts"
    __table_args__ = NEVER_REUSED

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    body: Mapped[str]
    published: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    comments: Mapped[list[Comment]] = relationship(lazy="raise", passive_deletes=True)


class Comment(Base):
    """A remark on a post, owned by the user who wrote it."""

    __tablename__ = "comments"
    __table_args__ = NEVER_REUSED

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    body: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    user: Mapped[User] = relationship(lazy="joined")


class Delivery(Base):
    """A webhook that has been handled: senders repeat a delivery until they see that it arrived."""

    __tablename__ = "deliveries"

    sender: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    event: Mapped[str]
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())
