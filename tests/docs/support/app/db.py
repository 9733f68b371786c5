"""What the samples of the documentation import and do not show: a database in memory."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Post:
    id: int
    title: str
    body: str = ""
    published: bool = False


@dataclass
class Comment:
    id: int
    user_id: int


@dataclass
class User:
    id: int
    name: str
    password: str


class Posts:
    def __init__(self) -> None:
        self.rows: dict[int, Post] = {}

    async def create(self, title: str, body: str = "") -> None:
        self.rows[len(self.rows) + 1] = Post(len(self.rows) + 1, title, body)

    async def get(self, post_id: int) -> Post | None:
        return self.rows.get(post_id)

    async def latest(self, limit: int) -> list[Post]:
        return list(self.rows.values())[-limit:]

    async def update(self, post_id: int, title: str) -> None:
        self.rows[post_id].title = title

    async def publish(self, post_id: int) -> None:
        self.rows[post_id].published = True

    async def pin(self, post_id: int) -> None:
        self.rows[post_id] = self.rows.pop(post_id)

    async def delete(self, post_id: int) -> None:
        self.rows.pop(post_id, None)


class Comments:
    def __init__(self) -> None:
        self.rows = {1: Comment(1, user_id=1)}

    async def get(self, comment_id: int) -> Comment | None:
        return self.rows.get(comment_id)

    async def delete(self, comment_id: int) -> None:
        self.rows.pop(comment_id, None)


class Users:
    def __init__(self) -> None:
        self.rows = {1: User(1, "ada", "secret")}

    async def get(self, user_id: int) -> User | None:
        return self.rows.get(user_id)

    async def check(self, name: str, password: str) -> User | None:
        return next((user for user in self.rows.values() if (user.name, user.password) == (name, password)), None)

    async def is_taken(self, name: str) -> bool:
        return any(user.name == name for user in self.rows.values())

    async def rename(self, user_id: int, name: str) -> None:
        self.rows[user_id].name = name


class ExternalService:
    async def sync(self) -> None:
        raise ConnectionError


posts, comments, users, external_service = Posts(), Comments(), Users(), ExternalService()
