"""use server"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, Field


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Size(enum.IntEnum):
    SMALL = 1
    LARGE = 2


class Key(enum.StrEnum):
    NAME = "name"
    AGE = "age"


class Cat(BaseModel):
    kind: Literal["cat"] = "cat"
    lives: int = 9


class Dog(BaseModel):
    kind: Literal["dog"]
    color: Color


class Fish(BaseModel):
    sort: Literal["fish"] = Field(alias="kind")
    size: Size | None = None


Pet = Annotated[Cat | Dog, Field(discriminator="kind")]


class Owner(BaseModel):
    pet: Cat | Dog = Field(discriminator="kind")
    others: list[Pet] = []


@dataclass
class Done:
    value: int
    ok: Literal[True] = True


@dataclass
class Failed:
    reason: str
    ok: Literal[False] = False


async def adopt(pet: Pet) -> Pet:
    return pet


async def register(owner: Owner) -> Owner:
    return owner


async def paint(color: Color, size: Size = Size.SMALL) -> dict[Color, Size]:
    return {color: size}


async def label(texts: dict[Key, str]) -> dict[Literal["a", "b"], str]:
    return {"a": texts[Key.NAME]}


async def attempt(what: int | str | None) -> Done | Failed:
    return Done(1)


async def feed(animal: Cat | Fish) -> Cat | Fish | None:
    return animal
