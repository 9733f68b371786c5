"""A small project with client components, and pages of it as Flight."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path

from jetbridge.config import Config
from jetbridge.flight.model import ClientReference
from jetbridge.node.manifest import Build
from jetbridge.node.vite import DevBuild
from jetbridge.node.worker import RenderOptions, Worker

CLIENT_MODULES = Path(__file__).parents[2] / "client" / "node_modules"
BASE = "/_jetbridge/assets/f1/"
SLOT = "0123456789abcdef"

FILES = {
    "app/posts/create_post_form.tsx": """
        // Comments may stand before the directive.
        "use client"
        import { useActionState } from "react"
        import { createPost } from "@/app/actions/posts"
        import { Field } from "./field"
        import "./form.css"
        import logo from "./logo.png"
        export function CreatePostForm({ title }: { title: string }) {
          const [state, action] = useActionState(createPost, { error: null })
          return <form action={action}><img src={logo}/><Field name="title" value={title}/><p>{state.error}</p></form>
        }
    """,
    "app/posts/counter.tsx": """
        'use client'
        import React, { useState } from "react"
        import { Field } from "./field"
        import { createPost } from "../actions/posts"
        import { useId as fromCommonJs } from "common-ui"
        import { useId as fromModule } from "module-ui"
        export default function Counter() {
          const [count, setCount] = useState(0)
          const ids = [fromCommonJs(), fromModule()].map((id) => id.length > 0)
          const add = () => createPost(setCount(count + 1))
          return <button onClick={add} title={String(ids)}><Field name="x" value=""/></button>
        }
        export const Broken = () => { throw new Error("broken on purpose") }
        export const Never = () => React.use(new Promise(() => {}))
        export const Repeat = ({ text, times }: { text: string, times: number }) => <p>{text.repeat(times)}</p>
        export const Hang = () => { for (;;); }
    """,
    "app/posts/field.tsx": """
        export const Field = (p: {name: string, value: string}) => <input name={p.name} defaultValue={p.value}/>
    """,
    "app/posts/late.tsx": '"use client"\nimport "./late.css"\nexport const Late = () => <i>late</i>',
    "app/posts/browser_only.tsx": '"use client"\nconst width = window.innerWidth\nexport const Width = () => width',
    "app/posts/form.css": "form { color: red; background: url(./logo.png) }",
    "app/posts/late.css": "i { color: blue }",
    "app/actions/posts.py": '"""use server"""\nSECRET = "python source"\nasync def create_post(state, form): ...\n',
    ".jetbridge/types/app/actions/posts.js": f"""
        import {{ createAction }} from "jetbridge/internal"
        export const createPost = createAction("__jetbridge_action_{SLOT}__")
    """,
    "node_modules/common-ui/package.json": '{"name": "common-ui", "main": "index.js"}',
    "node_modules/common-ui/index.js": 'const React = require("react"); exports.useId = () => React.useId()',
    "node_modules/module-ui/package.json": '{"name": "module-ui", "type": "module", "exports": "./index.js"}',
    "node_modules/module-ui/index.js": 'export { useId } from "react"',
}


def write_project(root: Path, files: dict[str, str] = FILES, packages: Iterable[str] = ("vite", "@vitejs")) -> Path:
    """A project in `root`, with some packages of client/ as its own."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    if "app/posts/form.css" in files:
        (root / "app/posts/logo.png").write_bytes(bytes(range(256)) * 20)
    for package in packages:
        (root / "node_modules").mkdir(exist_ok=True)
        (root / "node_modules" / package).symlink_to(CLIENT_MODULES / package)
    return root


def make_worker(root: Path, **settings: object) -> Worker:
    config = Config(root=root, **settings)
    return Worker(config, Build.load(config.out_path), action_ids={SLOT: "id-of-create-post"}, asset_base=BASE)


class Page:
    """Flight of one page, made by hand: client components by (module, export), and what stands in the body."""

    def __init__(self, build: Build | DevBuild, *references: tuple[str, str]) -> None:
        self._build = build
        self.rows = [build.client_reference(ClientReference(*reference), BASE) for reference in references]

    def shell(self, *body: object, **payload: object) -> bytes:
        """Row 0 and the references, which are numbered from 1."""
        html = ["$", "html", None, {"children": [["$", "head", None, {}], ["$", "body", None, {"children": body}]]}]
        root = {"root": html, "page": "/", "build": self._build.id, "renderedAt": 1, **payload}
        imports = [
            f"{number:x}:I{json.dumps([row.id, row.chunks, row.name])}\n" for number, row in enumerate(self.rows, 1)
        ]
        return ("".join(imports) + f"0:{json.dumps(root)}\n").encode()

    def options(self, nonce: str | None = None) -> RenderOptions:
        files = [file for row in self.rows for file in row.chunks[1::2]]
        stylesheets = [href for row in self.rows for href in row.stylesheets]
        return RenderOptions(self._build.bootstrap_modules(BASE), files, stylesheets, nonce)


def suspense(child: object, fallback: str = "wait") -> list[object]:
    return ["$", "$Sreact.suspense", None, {"fallback": fallback, "children": child}]


def element(type: str, **props: object) -> list[object]:
    return ["$", type, None, props]


async def flight(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def read_html(worker: Worker, chunks: AsyncIterator[bytes], options: RenderOptions) -> str:
    return b"".join([piece async for piece in worker.render_html(chunks, options)]).decode()


async def until(condition: Callable[[], object], seconds: float = 5.0) -> None:
    """Wait for a condition."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)
