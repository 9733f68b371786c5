"""use server"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, NamedTuple, TypedDict, TypeVar

from pydantic import BaseModel
from typing_extensions import TypeAliasType

T = TypeVar("T")
K = TypeVar("K")
Number = TypeVar("Number", int, float)


class Page(BaseModel, Generic[T]):
    rows: list[T]
    next: int | None = None


class User(BaseModel):
    name: str
    admin: bool = False


class Users(Page[User]):
    total: int


@dataclass
class Pair(Generic[K, T]):
    first: K
    second: T


@dataclass
class Numbers(Pair[int, int]):
    name: str = ""


class Result(TypedDict, Generic[T]):
    value: T
    again: Result[T] | None


class Index(BaseModel, Generic[K, T]):
    by_key: dict[K, T]


class Span(NamedTuple, Generic[T]):
    start: T
    end: T


Maybe = TypeAliasType("Maybe", T | None, type_params=(T,))


async def page_of(page: Page[User], ids: Page[int]) -> Page[User]:
    return page


async def all_users() -> Users:
    return Users(rows=[], total=0)


async def pair(value: Pair[str, list[User]]) -> Pair[Span[int], Maybe[User]]:
    return Pair(Span(1, 2), None)


async def numbers() -> Numbers:
    return Numbers(1, 2)


async def look_up(by_name: Index[str, int]) -> Index[int, User]:
    return Index(by_key={1: User(name="a")})


async def result() -> Result[Maybe[int]]:
    return {"value": 1, "again": None}


async def first(items: list[T], other: T) -> T:
    return items[0] if items else other


async def double(number: Number) -> Number:
    return number * 2


async def open_page(page: Page) -> Page:
    return page
