"""Python annotations -> TypeScript, as the values travel."""

from __future__ import annotations

import collections
import datetime as dt
import enum
import pathlib
import types
import typing
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import (
    Annotated,
    Any,
    Generic,
    Literal,
    NamedTuple,
    NewType,
    NotRequired,
    Optional,
    SupportsInt,
    TypedDict,
    TypeVar,
)

import pytest
from pydantic import BaseModel, Field, RootModel, computed_field
from typing_extensions import TypeAliasType

from jetbridge.flight.model import BigInt, Element, File, FormData, TypedArray
from jetbridge.typegen.annotations import TypeWriter
from jetbridge.typegen.declarations import Module

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
Json = TypeAliasType("Json", "dict[str, Json] | list[Json] | str | None")
Secret = type("Secret", (), {})


def write(*annotations, mode="given"):
    """The TypeScript of each, and the declarations that they need."""
    types = TypeWriter()
    module = Module(types.declarations)
    written = [types.write(one, mode=mode) for one in annotations]
    for one in written:
        module.add(one, "it")
    texts = [module.text(one.text) for one in written]
    return texts, ["\n".join(lines) for _, lines, _ in module.lines()], module.problems


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
        (Any, "unknown"),
        (object, "unknown"),
        (FormData, "FormData"),
        (Element, "ReactNode"),
        (Element | str | None, "ReactNode"),
        (list, "unknown[]"),
        (list[str], "string[]"),
        (list[str | None], "(string | null)[]"),
        (list[list[int]], "number[][]"),
        (Sequence[int], "number[]"),
        (Iterator[int], "number[]"),
        (tuple, "unknown[]"),
        (tuple[()], "[]"),
        (tuple[int, str], "[number, string]"),
        (tuple[int, ...], "number[]"),
        (set[str], "Set<string>"),
        (frozenset[int], "Set<number>"),
        (dict, "Record<string, unknown>"),
        (dict[str, int], "Record<string, number>"),
        (dict[Literal["a", "b"], int], 'Partial<Record<"a" | "b", number>>'),
        (dict[Literal["a", 1], int], 'Map<"a" | 1, number>'),
        (dict[str | int, bool], "Map<string | number, boolean>"),
        (dict[uuid.UUID, int], "Map<string, number>"),
        (collections.Counter[str], "Record<string, number>"),
        (collections.abc.Iterable[int], "Iterable<number>"),
        (tuple[int, *tuple[str, ...]], "[number, ...string[]]"),
        (BigInt, "bigint"),
        (TypedArray, "ArrayBuffer | ArrayBufferView"),
        (Literal[2**60], "1152921504606846976n"),
        (Exception, "Error"),
        (Mapping[int, str], "Map<number, string>"),
        (Optional[str], "string | null"),  # noqa: UP045
        (None | str | int, "string | number | null"),
        (Literal["a", 1, True, None], '"a" | 1 | true | null'),
        (Literal[Color.RED], '"red"'),
        (Annotated[int, Field(gt=0)], "number"),
        (PostId, "number"),
        (AsyncIterator[str], "AsyncIterable<string>"),
        (Awaitable[int], "Promise<number>"),
        (Callable[[int, str], bool], "(arg0: number, arg1: string) => Promise<boolean>"),
        (Callable[..., int] | None, "((...args: any[]) => Promise<number>) | null"),
        (list[Callable[[], int]], "(() => Promise<number>)[]"),
        (Callable[[], Awaitable[None]], "() => Promise<void>"),
        (T, "unknown"),
        (typing.Tuple, "unknown[]"),  # noqa: UP006
        (typing.List, "unknown[]"),  # noqa: UP006
        (typing.Dict, "Record<string, unknown>"),  # noqa: UP006
        (typing.Callable, "(...args: any[]) => Promise<unknown>"),
        (collections.abc.ItemsView[str, int], "Set<[string, number]>"),
        (Optional[Literal["a", None]], '"a" | null'),  # noqa: UP045
        (list[Literal["a", "b"]], '("a" | "b")[]'),
    ],
)
def test_annotation(annotation, typescript):
    """An annotation becomes the type of what arrives on the other side."""
    assert write(annotation) == ([typescript], [], [])


@pytest.mark.parametrize(
    ("annotation", "mode", "what", "advice"),
    [
        (Secret, "given", "Secret", "Use plain data"),
        (types.SimpleNamespace, "given", "SimpleNamespace", "Use plain data"),
        (dt.timedelta, "given", "timedelta", "Return seconds"),
        (pathlib.PurePath, "sent", "PurePath", "Use str"),
        (list[complex], "given", "complex", "two parts"),
        (type[int], "given", "type", "Classes cannot travel"),
        (SupportsInt, "given", "SupportsInt", "A protocol says"),
        ("Missing", "given", "Missing", "importable at run time"),
    ],
)
def test_refused(annotation, mode, what, advice):
    """What cannot travel is unknown in TypeScript, and a problem with advice."""
    (text,), _, ((path, reason),) = write(annotation, mode=mode)

    assert "unknown" in text
    assert path == ("it[]" if annotation == list[complex] else "it")
    assert what in reason
    assert advice in reason


@pytest.mark.parametrize(
    ("annotation", "mode", "name", "declarations"),
    [
        (Color, "given", "Color", ['export type Color = "red" | 2']),
        (
            State,
            "sent",
            "State",
            [
                "export interface State {\n  error: string | null\n  color?: Color\n}",
                'export type Color = "red" | 2',
            ],
        ),
        (Tree, "given", "Tree", ["export interface Tree {\n  name: string\n  children: Tree[]\n}"]),
        (Tree, "sent", "TreeInput", ["export interface TreeInput {\n  name: string\n  children?: TreeInput[]\n}"]),
        (
            Page[int],
            "given",
            "Page<number>",
            ["export interface Page<T> {\n  rows: T[]\n  after: number | null\n}"],
        ),
        (
            Post,
            "given",
            "Post",
            ["export interface Post {\n  heading: string\n  tags: Set<string>\n  slug: string\n}"],
        ),
        (Post, "sent", "PostInput", ["export interface PostInput {\n  title: string\n  tags?: Set<string>\n}"]),
        (Point, "given", "Point", ["export type Point = [x: number, y: number]"]),
        (
            TypedDict("Headers", {"content-type": str}),
            "given",
            "Headers",
            ['export interface Headers {\n  "content-type": string\n}'],
        ),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_named_type(annotation, mode, name, declarations):
    """Classes of fields are declared by name; what has a default may be left out by the browser only."""
    assert write(annotation, mode=mode) == ([name], declarations, [])


def test_file_is_a_blob_on_its_way_back():
    """The protocol has no file names towards the browser."""
    assert write(File, mode="sent")[0] == ["File | Blob"]
    assert write(File)[0] == ["Blob"]


def test_names_do_not_collide():
    """Two classes of one name, or one named like a type of the browser, get names of their own."""
    others = [enum.Enum("State", {"OPEN": 1}), enum.Enum("Date", {"TODAY": 1})]

    assert write(State, others[0], State, others[1])[0] == ["State", "State2", "State", "Date_"]


def test_type_alias():
    """An alias of its own name, as `type` statements make them, is declared; with its parameters, if it has some."""
    text = TypeAliasType("Text", str | list[str])
    pair = TypeAliasType("Pair", tuple[T, T], type_params=(T,))

    assert write(text | pair[int]) == (
        ["Text | Pair<number>"],
        ["export type Text = string | string[]", "export type Pair<T> = [T, T]"],
        [],
    )


def test_recursive_alias():
    """An alias that contains itself is one that TypeScript accepts: it mentions itself in objects and arrays only."""
    assert write(Json)[1] == ["export type Json = { [key: string]: Json } | Json[] | string | null"]
