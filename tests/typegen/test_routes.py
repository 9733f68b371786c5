"""Routes -> where a link may lead, and what each route takes from its URL."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from jetbridge.routing.scan import scan_routes
from jetbridge.typegen.routes import routes_text
from jetbridge.typegen.write import write_types

CLIENT = Path(__file__).parents[2] / "client"

FOLDERS = {
    "": "page",
    "posts": "page",
    "posts/[id]": "page",
    "posts/[id]/[slug]": "page",
    "(shop)/cart": "page",
    "files/[...path]": "page",
    "docs/[[...path]]": "page",
    "api/feed": "route",
}

USES = """\
import { Form, type Href, Link, type RouteParams, useRouter } from "jetbridge"

export function Right({ id, to }: { id: number; to: Href }) {
  const router = useRouter()
  void router.push("/posts?page=2")
  void router.replace(`/posts/${id}`)
  router.prefetch(to)
  const params: RouteParams<"/posts/[id]/[slug]"> = { id: "1", slug: "a" }
  const path: string[] = ({ path: ["a", "b"] } satisfies RouteParams<"/files/[...path]">).path
  return (
    <Form action="/posts">
      <Link href="/">{params.slug}</Link>
      <Link href={`/posts/${id}#comments`}>{path.join("/")}</Link>
      <Link href="/cart?a=1#top">a</Link>
      <Link href="/docs">b</Link>
      <Link href="/docs/a/b">c</Link>
      <Link href="#top">d</Link>
      <Link href="?page=2">e</Link>
      <Link href="https://example.com/x">f</Link>
      <Link href="mailto:a@example.com">g</Link>
      <Link href="//example.com">h</Link>
      <Link href="/api/feed">i</Link>
    </Form>
  )
}

export function Wrong({ text }: { text: string }) {
  const router = useRouter()
  void router.push("/post") // error
  const params: RouteParams<"/posts/[id]"> = { slug: "a" } // error
  const missing: RouteParams<"/posts/[key]"> = params // error
  return (
    <Form action="/search"> {/* error */}
      <Link href={text}>a</Link> {/* error */}
      <Link href="posts">b</Link> {/* error */}
      <Link href="/shop/cart">c</Link> {/* error */}
      <Link href="/files">d</Link> {/* error */}
      <Link href={`/articles/${text}`}>{String(missing)}</Link> {/* error */}
    </Form>
  )
}
"""


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """An application with routes of every kind."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    for folder, kind in FOLDERS.items():
        (tmp_path / "app" / folder).mkdir(parents=True, exist_ok=True)
        function = "async def GET(request): ..." if kind == "route" else "def page(): ..."
        (tmp_path / "app" / folder / f"{kind}.py").write_text(f"{function}\n")
    yield scan_routes(tmp_path / "app")
    for name in [name for name in sys.modules if name.split(".")[0] == "app"]:
        del sys.modules[name]


def test_text(tree):
    """Routes by pattern; groups are no part of a path, and an optional rest may be missing."""
    text = routes_text(tree)

    assert text.startswith("// Written by jetbridge from the folders below app/. Do not edit.\n")
    assert '  "/posts/[id]/[slug]": { id: string; slug: string }\n' in text
    assert '  "/files/[...path]": { path: string[] }\n' in text
    assert '  "/cart": Record<string, never>\n' in text
    paths = re.findall(r"(?m)^  \| (.*)$", text.partition("export type Path")[2].partition("/**")[0])
    assert paths == [
        '"/"',
        '"/api/feed"',
        '"/cart"',
        '"/docs"',
        "`/docs/${string}`",
        "`/files/${string}`",
        '"/posts"',
        "`/posts/${string}`",
        "`/posts/${string}/${string}`",
    ]


def test_uses(tree, tmp_path):
    """TypeScript knows where a link may lead, and lets other sites, queries and hashes be."""
    write_types((), tree, tmp_path / ".jetbridge", lambda action: action.id)
    (tmp_path / "node_modules").symlink_to(CLIENT / "node_modules")
    (tmp_path / "tsconfig.json").write_text(json.dumps({"extends": "./.jetbridge/tsconfig.json"}))
    (tmp_path / "app" / "uses.tsx").write_text(USES)

    run = [CLIENT / "node_modules" / ".bin" / "tsc", "-p", "."]
    output = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, check=False).stdout

    found = {int(line) for line in re.findall(r"(?m)^app/uses\.tsx\((\d+),", output)}
    assert found == {number for number, line in enumerate(USES.splitlines(), 1) if "error" in line}, output
