"""use server"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple, Self

from pydantic import BaseModel, RootModel
from typing_extensions import TypeAliasType, TypedDict

Json = TypeAliasType("Json", "dict[str, Json] | list[Json] | str | int | float | bool | None")


class Comment(BaseModel):
    text: str
    replies: list[Comment] = []


@dataclass
class Tree:
    name: str
    children: list[Tree] = field(default_factory=list)


class Folder(TypedDict):
    files: dict[str, Folder]


class Link(NamedTuple):
    value: int
    next: Link | None


class Author(BaseModel):
    books: list[Book]


class Book(BaseModel):
    author: Author | None = None
    sequel: Self | None = None


class Outline(RootModel[list["Outline | str"]]): ...


async def reply(comment: Comment) -> Comment:
    return comment


async def grow(tree: Tree) -> Tree:
    return tree


async def list_files(folder: Folder) -> Folder:
    return folder


async def follow(link: Link) -> Link:
    return link


async def publish(book: Book) -> Author:
    return Author(books=[book])


async def store(data: Json) -> Json:
    return data


async def outline(items: Outline) -> Outline:
    return items
