"""Generic classes, aliases and functions are the same in TypeScript, however Python spells them."""

from __future__ import annotations

import sys

import pytest

from jetbridge.actions.encryption import KeyRing
from jetbridge.actions.registry import ActionRegistry
from jetbridge.routing.scan import scan_routes
from jetbridge.typegen.write import write_types

VARIABLES = '''"""use server"""
from __future__ import annotations
from dataclasses import dataclass
from typing import Generic, TypeVar
from pydantic import BaseModel
from typing_extensions import TypeAliasType, TypedDict

T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")
Kind = TypeVar("Kind", int, str)
Maybe = TypeAliasType("Maybe", T | None, type_params=(T,))
Json = TypeAliasType("Json", "dict[str, Json] | list[Json] | str | None")

class Page(BaseModel, Generic[T]):
    rows: list[T]
    after: Maybe[int] = None

class Names(Page[str]):
    total: int

@dataclass
class Box(Generic[T]):
    content: T

class Found(TypedDict, Generic[T]):
    value: T

class Keyed(BaseModel, Generic[K, V]):
    items: dict[K, V]

async def first(items: list[T], other: T) -> T: ...
async def echo(value: Kind) -> Kind: ...
'''

SYNTAX = '''"""use server"""
from __future__ import annotations
from dataclasses import dataclass
from typing import TypedDict
from pydantic import BaseModel

type Maybe[T] = T | None
type Json = dict[str, Json] | list[Json] | str | None

class Page[T](BaseModel):
    rows: list[T]
    after: Maybe[int] = None

class Names(Page[str]):
    total: int

@dataclass
class Box[T]:
    content: T

class Found[T](TypedDict):
    value: T

class Keyed[K, V](BaseModel):
    items: dict[K, V]

async def first[T](items: list[T], other: T) -> T: ...
async def echo[Kind: (int, str)](value: Kind) -> Kind: ...
'''

ACTIONS = """
async def pages(page: Page[int], box: Box[list[Json]]) -> Names: ...
async def find(keyed: Keyed[int, str], by: str) -> Found[Maybe[int]]: ...
"""

EXPECTED = """
export interface PageInput<T> {
  rows: T[]
  after?: Maybe<number>
}

export type Maybe<T> = T | null

export interface Box<T> {
  content: T
}

export type Json = { [key: string]: Json } | Json[] | string | null

export interface Names {
  rows: string[]
  after: Maybe<number>
  total: number
}

export interface KeyedIntStr {
  items: Map<number, string>
}

export interface Found<T> {
  value: T
}

export declare const first: <T>(items: T[], other: T) => Promise<T>
export declare const echo: <Kind extends number | string>(value: Kind) => Promise<Kind>
export declare const pages: (page: PageInput<number>, box: Box<Json[]>) => Promise<Names>
export declare const find: (keyed: KeyedIntStr, by: string) => Promise<Found<Maybe<number>>>
"""


@pytest.mark.parametrize("source", [VARIABLES, *([SYNTAX] if sys.version_info >= (3, 12) else [])])
def test_type_parameters(source, tmp_path, monkeypatch):
    """Type variables and, from Python 3.12 on, type parameters give the same types."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "posts.py").write_text(source + ACTIONS)
    try:
        tree = scan_routes(tmp_path / "app")
        registry = ActionRegistry(KeyRing(["k" * 40]), tree.modules.values())
        generated = write_types(registry, tree, tmp_path / ".jetbridge", lambda action: action.id)
    finally:
        for name in [name for name in sys.modules if name.split(".")[0] == "app"]:
            del sys.modules[name]

    text = (tmp_path / ".jetbridge" / "types" / "app" / "posts.d.ts").read_text()
    assert generated.problems == []
    assert text.partition("\n")[2].partition("//#")[0] == EXPECTED
