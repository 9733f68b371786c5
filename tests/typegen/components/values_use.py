"""Values of all kinds."""

from array import array
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from pydantic import BaseModel
from values import LIMIT, Objects, Values, useCart

from jetbridge import UNDEFINED, FormData
from jetbridge.flight import BigInt, Map, TypedArray
from jetbridge.html import div


class Color(Enum):
    RED = "red"


@dataclass
class Author:
    name: str
    email: str | None = None


class AuthorModel(BaseModel):
    name: str


@dataclass
class Point:
    x: float
    y: float


@dataclass
class NoPoint:
    x: float


async def lines() -> AsyncIterator[str]:
    yield "x"


async def later() -> str:
    return "x"


Values(explicit=UNDEFINED)
Values(explicit="x", color="red", level=1, at=datetime(2024, 1, 1), big=BigInt(3), bytes=b"x", names=Map([("a", 1)]))
Values(explicit="x", color=Color.RED, numbered={1: "x"}, seen={"a"}, pair=("a", 1), some=("a",), many=("a", 1, 2))
Values(explicit="x", scores={"a": 1}, later=later(), lines=lines(), form=FormData([]), anything=object(), something=3)
Values(explicit="x", brand="x", template="post-1", mixed=None, Icon=Values, as_=div, error=ValueError("x"))
Values(explicit="x", floats=TypedArray("Float32Array", b""), buffer=TypedArray("ArrayBuffer", b""))
Values()  # wrong: explicit is missing
Values(explicit=None)  # wrong: null is not undefined
Values(explicit="x", color="green")  # wrong: value
Values(explicit="x", level=2)  # wrong: value
Values(explicit="x", at=date(2024, 1, 1))  # wrong: arrives as text
Values(explicit="x", at="2024-01-01")  # wrong: type
Values(explicit="x", big=3)  # wrong: arrives as a number
Values(explicit="x", bytes="x")  # wrong: type
Values(explicit="x", names={"a": 1})  # wrong: arrives as an object
Values(explicit="x", seen=["a"])  # wrong: arrives as an array
Values(explicit="x", pair=("a", "b"))  # wrong: type
Values(explicit="x", pair=("a", 1, 2))  # wrong: length
Values(explicit="x", many=("a", "b"))  # wrong: type
Values(explicit="x", scores={"a": "b"})  # wrong: type
Values(explicit="x", engine=object())  # wrong: lives in the browser
Values(explicit="x", Icon=div)  # wrong: a tag is no component
Values(explicit="x", floats=array("d"))  # wrong: another kind
LIMIT()  # wrong: no component
useCart()  # wrong: no component
Objects(author={"name": "x"}, points=[{"x": 1, "y": 2.5}])
Objects(author=Author("x"), points=[Point(1, 2)], tree={"label": "x", "children": [{"label": "y", "children": []}]})
Objects(author=AuthorModel(name="x"), points=(), shape={"kind": "circle", "radius": 2}, partial={"id": 1})
Objects(author={"name": "x", "email": "y"}, points=[], picked={"id": 1, "title": "x"})
Objects(author={"name": "x"}, points=[], omitted={"id": 1, "title": "x", "createdAt": datetime(2024, 1, 1)})
Objects(author={"name": "x"}, points=[], both={"name": "x", "age": 3}, inline={"deep": {"deeper": "x"}})
Objects(author={"name": "x"}, points=[], readonlyList=[])  # wrong: name
Objects(author={"name": "x"}, points=[], readonly_list=[Author("x")], by_name={"x": {"name": "y"}})
Objects(author={"name": "x"}, points=[], dashed={"content-type": "x", "class": "y"})
Objects(author={"nam": "x"}, points=[])  # wrong: name
Objects(author={"name": 3}, points=[])  # wrong: type
Objects(author="x", points=[])  # wrong: type
Objects(author={"name": "x"}, points=[NoPoint(1)])  # wrong: no y
Objects(author={"name": "x"}, points=[{"x": 1}])  # wrong: no y
Objects(author={"name": "x"}, points=[], shape={"kind": "circle", "side": 2})  # wrong: side
Objects(author={"name": "x"}, points=[], picked={"id": 1})  # wrong: no title
Objects(author={"name": "x"}, points=[], inline={"deep": {"deeper": 1}})  # wrong: type
