"""What Python may send as a prop conforms to the prop's type when React has read it.

Values are drawn from the annotations of the generated stub, go through React's own client, and TypeScript judges.
"""

from __future__ import annotations

import ast
import asyncio
import collections.abc
import dataclasses
import json
import re
import subprocess
import typing
from decimal import Decimal
from enum import Enum
from pathlib import Path
from types import UnionType
from typing import Any, NotRequired
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel
from typing_extensions import ReadOnly, get_type_hints, is_typeddict

from jetbridge.flight.model import UNDEFINED, Map, TypedArray, Undefined
from jetbridge.html import client_component, typed
from tests.typegen.component_project import make_project, write_stubs
from tests.typegen.values import LEAVES, TEXT, as_typescript, encode, values_of

TSC = Path(__file__).parents[2] / "client" / "node_modules" / ".bin" / "tsc"

PROPS = """
export type Tree = { label: string; children: Tree[] }
export interface Author { name: string; email?: string | null }
export type Shape = { kind: "circle"; radius: number } | { kind: "square"; side: number; at: [number, number] }
export type Props = {
  text: string; textOrNull: string | null; numberOrText: number | string; size: number; isOpen: boolean; at: Date
  big: bigint; data: Uint8Array; nothing: null; choice: "a" | "b"; level: 1 | 2 | 3; mixed: "a" | 1 | true | null
  yes: true; missing: string | undefined; form: FormData; unknown: unknown; anything: any
  texts: string[]; readonlyTexts: readonly string[]; matrix: number[][]; optionalTexts: (string | null)[]
  pair: [string, number]; some: [string, number?]; many: [string, ...number[]]; nested: [[boolean], Date]
  scores: Record<string, number>; byName: Record<string, Author>; numbered: Map<number, string>; seen: Set<string>
  numbers: Set<number>; later: Promise<number>; laterAuthor: Promise<Author>; lines: AsyncIterable<string>
  author: Author; authors: Author[]; authorOrNull: Author | null; tree: Tree; shape: Shape; shapes: Shape[]
  partial: Partial<Author>; required: Required<Author>; picked: Pick<Author, "name">; omitted: Omit<Author, "email">
  both: Author & { age: number }; inline: { deep: { deeper: string[] } }; dashed: { "content-type": string; in: number }
  dates: Record<string, Date[]>; setOrList: Set<number> | number[]; objectOrText: Author | string; floats: Float32Array
}
"""

SPECIAL: dict[Any, st.SearchStrategy[Any]] = {
    **LEAVES,
    str: TEXT,
    Undefined: st.just(UNDEFINED),
    UUID: st.uuids(),
    Decimal: LEAVES[Decimal],
    object: st.none() | TEXT | st.lists(st.integers(-9, 9), max_size=2),
    bytearray: st.binary(max_size=4).map(bytearray),
    memoryview: st.binary(max_size=4).map(memoryview),
    TypedArray: st.just(TypedArray("Float32Array", bytes(8))),
}

WIDER = (Enum, BaseModel, Map, typed.IsDataclass)
"""Of these Python cannot say what they hold: they are accepted wherever one of them may fit."""


def run_stub(text: str) -> dict[str, Any]:
    """A stub as a module: the aliases last, because they name the classes."""
    tree = ast.parse(text)
    tree.body.sort(key=lambda node: isinstance(node, ast.AnnAssign))
    tree.body = [node for node in tree.body if not isinstance(node, ast.AnnAssign) or node.value is not None]
    code = compile(tree, "stub", "exec", flags=__import__("__future__").annotations.compiler_flag)
    namespace: dict[str, Any] = {"__name__": "stub"}
    exec(code, namespace)  # noqa: S102
    return namespace


def values(annotation: Any, namespace: dict[str, Any], depth: int = 3) -> st.SearchStrategy[Any]:
    """Values that a stub's annotation allows, and that Python can tell from others."""
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)

    def inner(one: Any) -> st.SearchStrategy[Any]:
        return values(one, namespace, depth - 1)

    if origin in (ReadOnly, NotRequired):
        return values(args[0], namespace, depth)
    if origin in (typing.Union, UnionType):
        return st.one_of([values(one, namespace, depth) for one in args if one not in WIDER])
    if origin is collections.abc.Set:
        return st.sets(inner(args[0]), max_size=3)
    if origin is tuple and args and typing.get_origin(args[-1]) is typing.Unpack:
        *fixed, rest = args
        more = st.lists(inner(typing.get_args(typing.get_args(rest)[0])[0]), max_size=2)
        return st.builds(lambda first, others: (*first, *others), st.tuples(*map(inner, fixed)), more)
    if origin is tuple:
        return st.tuples(*map(inner, args))
    if origin is collections.abc.Sequence:
        items = st.lists(inner(args[0]), max_size=3) if depth > 0 else st.just([])
        return items | items.map(tuple)
    if origin is collections.abc.Mapping:
        return st.dictionaries(inner(args[0]), inner(args[1]), min_size=args[0] is int, max_size=3)
    if origin is collections.abc.Awaitable:
        return inner(args[0]).map(Later)
    if origin is collections.abc.AsyncIterable:
        return st.lists(inner(args[0]), max_size=2).map(stream)
    if isinstance(annotation, type) and (is_typeddict(annotation) or typing_protocol(annotation)):
        return record(annotation, namespace, depth)
    return SPECIAL[annotation] if origin is None else values_of(annotation)


class Later:
    """A promise."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __await__(self) -> Any:
        return asyncio.sleep(0, self.value).__await__()


async def stream(items: list[Any]) -> Any:
    for item in items:
        yield item


def typing_protocol(annotation: type) -> bool:
    return getattr(annotation, "_is_protocol", False)


def record(cls: type, namespace: dict[str, Any], depth: int) -> st.SearchStrategy[Any]:
    """A dict for a TypedDict, an instance of some class for a protocol."""
    if typing_protocol(cls):
        found = {name: one.fget for name, one in vars(cls).items() if isinstance(one, property)}
        hints = {name: get_type_hints(getter, namespace)["return"] for name, getter in found.items()}
        made = dataclasses.make_dataclass("Made", list(hints))
        return st.builds(made, **{name: values(hint, namespace, depth - 1) for name, hint in hints.items()})
    hints = get_type_hints(cls, namespace, include_extras=True)
    fields = {name: values(hint, namespace, depth - 1) for name, hint in hints.items()}
    optional = {name: fields.pop(name) for name in cls.__optional_keys__}
    return st.fixed_dictionaries(fields, optional=optional)


def draw(strategy: st.SearchStrategy[Any], count: int = 8) -> list[Any]:
    """Some values, the same ones in each run."""
    found: list[Any] = []

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(value: Any) -> None:
        found.append(value)

    collect()
    return found


@pytest.mark.slow
def test_props_conform(oracle, tmp_path, monkeypatch):
    """Each value that a prop's annotation allows is of the prop's type in the component."""
    for name in ("Model", "TextArgument", "DataArgument", "FormArgument"):
        monkeypatch.setattr(typed, name, Enum, raising=False)
    app = make_project(tmp_path, cases=False)
    (app / "card.tsx").write_text(f'"use client"\n{PROPS}export function Card(props: Props) {{ return <b /> }}\n')
    assert write_stubs(tmp_path).problems == []
    namespace = run_stub((app / "card.pyi").read_text())
    hints = get_type_hints(namespace["CardComponent"].__call__, namespace)
    names = [name for name in hints if name not in ("key", "return")]
    card = client_component("app/card.tsx", "Card")

    lines = ["declare function streamOf<T>(items: T[]): AsyncIterable<T>"]
    for name in names:
        for value in draw(values(hints[name], namespace)):
            sent = card(**{name: value}).props
            (prop,) = sent
            read = oracle.decode_flight(asyncio.run(encode(sent)))["root"]["value"]
            arrived = as_typescript(read.get(prop, {"$t": "undefined"}))
            lines.append(f"export const a{len(lines)}: Props[{json.dumps(prop)}] = {arrived}")

    assert len(names) == 50
    assert len(lines) > 300
    assert refused(tmp_path, lines) == []


def refused(folder: Path, lines: list[str]) -> list[str]:
    """Those lines that TypeScript takes for wrong."""
    (folder / "values.ts").write_text(f"{PROPS}\n" + "\n".join(lines))
    config = {"strict": True, "noEmit": True, "target": "ES2022", "lib": ["ES2023", "DOM"], "types": []}
    (folder / "tsconfig.json").write_text(json.dumps({"compilerOptions": config, "files": ["values.ts"]}))
    output = subprocess.run([TSC, "-p", "."], cwd=folder, capture_output=True, text=True, check=False).stdout
    shown = (folder / "values.ts").read_text().splitlines()
    return [shown[int(number) - 1] for number in re.findall(r"(?m)^values\.ts\((\d+),", output)]
