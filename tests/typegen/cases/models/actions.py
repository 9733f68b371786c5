"""use server"""

from __future__ import annotations

import datetime as dt
from dataclasses import InitVar, dataclass, field
from typing import Annotated, NamedTuple, NotRequired

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, PlainSerializer, computed_field, field_serializer
from pydantic.alias_generators import to_camel
from typing_extensions import ReadOnly, TypedDict


class Author(BaseModel):
    """The same in both directions."""

    name: str
    born: dt.date | None


class Post(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)

    post_title: str
    author: Author
    tags: set[str] = set()
    due_at: dt.datetime | None = None
    secret_note: str = Field("", exclude=True)
    visits: Annotated[int, PlainSerializer(lambda value: f"{value}", return_type=str)] = 0

    @computed_field  # type: ignore[prop-decorator]
    @property
    def slug(self) -> str:
        return self.post_title.lower()


class Price(BaseModel):
    model_config = ConfigDict(extra="allow")

    amount: int = Field(validation_alias=AliasChoices("cents", "amount"), serialization_alias="cents")
    due: dt.timedelta

    @field_serializer("due")
    def seconds(self, due: dt.timedelta) -> float:
        return due.total_seconds()


@dataclass
class Step:
    name: str
    done: bool = False
    number: int = field(init=False, default=0)
    start: InitVar[int] = 0


class Options(TypedDict, total=False):
    color: str
    owner: Author


class Saved(TypedDict):
    error: str | None
    saved: NotRequired[ReadOnly[bool]]


class Point(NamedTuple):
    x: float
    y: float = 0.0
    label: str | None = None


async def save_post(post: Post) -> Post:
    return post


async def set_price(price: Price) -> Price:
    return price


async def finish(step: Step, options: Options) -> Step:
    return step


async def move(point: Point) -> Point:
    return point


async def author_of(post: Post) -> Author:
    return post.author


async def save(options: Options) -> Saved:
    return {"error": None}
