"""Python annotations -> TypeScript, as the values travel."""

from __future__ import annotations

import datetime as dt
import enum
import types
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Any, Generic, Literal, NamedTuple, NewType, NotRequired, Optional, TypedDict, TypeVar

import pytest
from pydantic import BaseModel, Field, RootModel, computed_field
from typing_extensions import TypeAliasType

from jetbridge.flight.model import Element, File, FormData
from jetbridge.typegen.annotations import TypeWriter

T = TypeVar("T")
PostId = NewType("PostId", int)


class Color(enum.Enum):
    RED = "red"
    TWO = 2


class State(TypedDict):
    error: str | None
    color: NotRequired[Color]


@dataclass
class Tree:
    name: str
    children: list[Tree] = field(default_factory=list)


@dataclass
class Page(Generic[T]):
    rows: list[T]
    after: int | None = None


class Post(BaseModel):
    title: str = Field(serialization_alias="heading")
    tags: set[str] = set()

    @computed_field
    @property
    def slug(self) -> str:
        return self.title.lower()


class Point(NamedTuple):
    x: float
    y: float


Ids = RootModel[list[int]]
Secret = type("Secret", (), {})


@pytest.mark.parametrize(
    ("annotation", "typescript"),
    [
        (None, "null"),
        (str, "string"),
        (int, "number"),
        (float, "number"),
        (bool, "boolean"),
        (bytes, "Uint8Array"),
        (dt.datetime, "Date"),
        (dt.date, "string"),
        (Decimal, "string"),
        (uuid.UUID, "string"),
        (Any, "any"),
        (object, "unknown"),
        (FormData, "FormData"),
        (Element, "ReactNode"),
        (Element | str | None, "ReactNode"),
        (list, "any[]"),
        (list[str], "string[]"),
        (list[str | None], "(string | null)[]"),
        (list[list[int]], "number[][]"),
        (Sequence[int], "number[]"),
        (Iterator[int], "number[]"),
        (tuple, "any[]"),
        (tuple[()], "[]"),
        (tuple[int, str], "[number, string]"),
        (tuple[int, ...], "number[]"),
        (set[str], "Set<string>"),
        (frozenset[int], "Set<number>"),
        (dict, "Record<string, any>"),
        (dict[str, int], "Record<string, number>"),
        (dict[Literal["a", "b"], int], 'Record<"a" | "b", number>'),
        (Mapping[int, str], "Map<number, string>"),
        (Optional[str], "string | null"),  # noqa: UP045
        (None | str | int, "string | number | null"),
        (Literal["a", 1, True, None], '"a" | 1 | true | null'),
        (Literal[Color.RED], '"red"'),
        (Annotated[int, Field(gt=0)], "number"),
        (PostId, "number"),
        (Ids, "number[]"),
        (AsyncIterator[str], "AsyncIterable<string>"),
        (Awaitable[int], "Promise<number>"),
        (Callable[[int, str], bool], "(arg0: number, arg1: string) => Promise<boolean>"),
        (Callable[..., int] | None, "((...args: any[]) => Promise<number>) | null"),
        (list[Callable[[], int]], "(() => Promise<number>)[]"),
        (T, "any"),
        (Secret, "unknown /* Secret */"),
        ("not */ resolved", "unknown /* not  resolved */"),
        (types.SimpleNamespace, "unknown /* SimpleNamespace */"),
    ],
)
def test_annotation(annotation, typescript):
    """An annotation becomes the type of what arrives on the other side."""
    writer = TypeWriter()

    assert writer.write(annotation, sent=False) == typescript
    assert writer.declarations == []


@pytest.mark.parametrize(
    ("annotation", "sent", "name", "declarations"),
    [
        (Color, False, "Color", ['export type Color = "red" | 2']),
        (
            State,
            True,
            "State",
            [
                "export interface State {\n  error: string | null\n  color?: Color\n}",
                'export type Color = "red" | 2',
            ],
        ),
        (Tree, False, "Tree", ["export interface Tree {\n  name: string\n  children: Tree[]\n}"]),
        (Tree, True, "TreeInput", ["export interface TreeInput {\n  name: string\n  children?: TreeInput[]\n}"]),
        (
            Page[int],
            False,
            "PageInt",
            ["export interface PageInt {\n  rows: number[]\n  after: number | null\n}"],
        ),
        (
            Post,
            False,
            "Post",
            ["export interface Post {\n  heading: string\n  tags: Set<string>\n  slug: string\n}"],
        ),
        (Post, True, "PostInput", ["export interface PostInput {\n  title: string\n  tags?: Set<string>\n}"]),
        (Point, False, "Point", ["export type Point = [x: number, y: number]"]),
        (
            TypedDict("Headers", {"content-type": str}),
            False,
            "Headers",
            ['export interface Headers {\n  "content-type": string\n}'],
        ),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_named_type(annotation, sent, name, declarations):
    """Classes of fields are declared by name; what has a default may be left out by the browser only."""
    writer = TypeWriter()

    assert writer.write(annotation, sent=sent) == name
    assert writer.declarations == declarations


def test_file_is_a_blob_on_its_way_back():
    """The protocol has no file names towards the browser."""
    writer = TypeWriter()

    assert writer.write(File, sent=True) == "File"
    assert writer.write(File, sent=False) == "Blob"


def test_names_do_not_collide():
    """Two classes of one name, or one named like a type of the browser, get names of their own."""
    writer = TypeWriter()
    annotations = [State, enum.Enum("State", {"OPEN": 1}), State, enum.Enum("Date", {"TODAY": 1})]

    assert [writer.write(one, sent=False) for one in annotations] == ["State", "State2", "State", "Date_"]


def test_type_alias():
    """An alias of its own name, as `type` statements make them, is declared."""
    text = TypeAliasType("Text", str | list[str])
    pair = TypeAliasType("Pair", tuple[T, T], type_params=(T,))
    writer = TypeWriter()

    assert writer.write(text | pair[int], sent=False) == "Text | PairInt"
    assert writer.declarations == [
        "export type Text = string | string[]",
        "export type PairInt = [number, number]",
    ]
