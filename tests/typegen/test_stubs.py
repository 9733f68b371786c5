"""Actions -> the TypeScript modules that client components import."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from jetbridge.actions.encryption import KeyRing
from jetbridge.actions.registry import ActionRegistry
from jetbridge.routing.scan import scan_routes
from jetbridge.typegen.client_stubs import write_client_stubs
from jetbridge.typegen.write import stub_files, sync_folder, write_types

CLIENT = Path(__file__).parents[2] / "client"

ACTIONS = '''"""use server

What this module is for is nobody's business.
"""
import datetime as dt
import enum
from dataclasses import dataclass, field
from typing import Any, Literal, TypedDict

from pydantic import BaseModel

from jetbridge.flight.model import File, FormData

SECRET = "hunter2"

class Color(enum.Enum):
    RED = "red"

class State(TypedDict, total=False):
    error: str | None

@dataclass
class Tree:
    name: str
    children: "list[Tree]" = field(default_factory=list)

class Post(BaseModel):
    title: str = "hunter2"
    due: dt.datetime | None = None

class ReactNode(TypedDict):
    kind: Literal["a", "b"]

async def create_post(prev_state: State, form: FormData) -> State:
    """Docstring."""
    return {}

async def save(post: Post) -> Post:
    return post

async def plant(tree: Tree, depth: int = 3, *labels: str) -> dict[int, Tree]:
    return {}

async def upload(file: File, tags: set[str], at: dt.datetime, pair: tuple[int, str]) -> bytes:
    return b""

async def paint(color: Color, any, node: ReactNode) -> "Color | None":
    return None

async def delete(id: int, new: bool) -> None: ...

async def _helper(): ...
'''


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A scanned project with one file of actions, and its registry."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    (tmp_path / "app" / "actions").mkdir(parents=True)
    (tmp_path / "app" / "actions" / "posts.py").write_text(ACTIONS)
    (tmp_path / "app" / "actions" / "__init__.py").write_text('"""use server"""\nasync def ping() -> str: ...\n')
    (tmp_path / "app" / "page.py").write_text(
        "def page():\n    async def inline():\n        'use server'\n    return inline\n"
    )
    tree = scan_routes(tmp_path / "app")
    yield tree, ActionRegistry(KeyRing(["k" * 40]), tree.modules.values())
    for name in [name for name in sys.modules if name.split(".")[0] == "app"]:
        del sys.modules[name]


def test_stub_holds_ids_and_types_only(project):
    """A stub has each public action of its file, typed; no docstring, default, path, helper or other code."""
    tree, registry = project

    files, _ = stub_files(registry, tree, tree.root_path / "types", lambda action: f"id of {action.export}")
    script, text = files["app/actions/posts.js"], files["app/actions/posts.d.ts"]

    suffixes = (".d.ts", ".d.ts.map", ".js")
    assert sorted(files) == [f"app/actions{name}{suffix}" for name in ("", "/posts") for suffix in suffixes]
    assert 'export const createPost = /* @__PURE__ */ createAction("id of createPost")\n' in script
    assert "export declare const createPost: (prevState: State, form: FormData) => Promise<State>\n" in text
    assert "save: (post: FormData | PostInput) => Promise<Post>" in text
    assert "plant: (tree: TreeInput, depth?: number, ...labels: string[]) => Promise<Map<number, Tree>>" in text
    assert "(id: number, new_: boolean) => Promise<void>" in text
    for hidden in ("hunter2", "Docstring", "nobody", "helper", "= 3", str(tree.app_path)):
        assert hidden not in text + script
    assert "posts.py" not in script


def test_stubs_are_valid_typescript(project, tmp_path):
    """TypeScript accepts what is generated, and finds a wrong argument in a client component that uses it."""
    tree, registry = project
    write_types(registry, tree, tmp_path / ".jetbridge", lambda action: action.id)
    (tmp_path / "node_modules").symlink_to(CLIENT / "node_modules")
    (tmp_path / "app" / "use.tsx").write_text(
        'import { useActionState } from "react"\n'
        'import { createPost, paint, plant, delete as remove } from "@/app/actions/posts"\n'
        'import { ping } from "./actions"\n'
        "export function Form() {\n"
        "  const [state, action] = useActionState(createPost, { error: null })\n"
        "  const bound = remove.bind(null, 3, true)\n"
        "  const button = <button formAction={bound}>{state.error}</button>\n"
        "  return <form action={action} onClick={() => ping()}>{button}</form>\n}\n"
        'plant({ name: "a", children: [{ name: "b" }] }).then((trees) => trees.get(1)?.children.length)\n'
        'paint("red", 1, { kind: "a" })\n'
        'export const wrong = () => remove("3", true)\n'
    )
    (tmp_path / "tsconfig.json").write_text(json.dumps({"extends": "./.jetbridge/tsconfig.json"}))

    found = subprocess.run(
        [CLIENT / "node_modules" / ".bin" / "tsc", "-p", "."], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert [line.partition(": ")[0] for line in found.stdout.splitlines()] == ["app/use.tsx(12,35)"]


def test_files_are_written_only_when_they_differ(tmp_path):
    """A file that is as it should be is not touched; one that is needed no more goes, with its folder."""
    assert len(sync_folder(tmp_path / "types", {"a/x.ts": "1", "y.ts": "2"})) == 2
    before = (tmp_path / "types" / "y.ts").stat().st_mtime_ns

    changed = sync_folder(tmp_path / "types", {"y.ts": "2", "z.ts": "3"})

    assert [path.name for path in changed] == ["z.ts", "x.ts"]
    assert (tmp_path / "types" / "y.ts").stat().st_mtime_ns == before
    assert not (tmp_path / "types" / "a").exists()


def test_client_stubs_lie_beside_their_components(tmp_path):
    """Each client component has a .pyi beside it; other TSX has none, a .pyi of a person's own stays."""
    files = {
        "card.tsx": '"use client"\nexport function Card() {}\nexport default function Main() {}\n',
        "helper.tsx": "export const x = 1\n",
        "my-thing.tsx": '"use client"\nexport const Thing = 1\n',
        "own.tsx": '"use client"\nexport const Own = 1\n',
        "own.pyi": "Own: int\n",
        "[id]/part.tsx": '"use client"\nexport const Part = 1\n',
        "plain.jsx": '"use client"\nexport const Plain = (props) => props.x\n',
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)

    changed = write_client_stubs(tmp_path).changed

    assert sorted(path.relative_to(tmp_path).as_posix() for path in changed) == [
        "[id]/part.pyi",
        "card.pyi",
        "plain.pyi",
    ]
    assert "Card: ClientComponent" in (tmp_path / "card.pyi").read_text()
    assert (tmp_path / "own.pyi").read_text() == "Own: int\n"
    assert write_client_stubs(tmp_path).changed == []
