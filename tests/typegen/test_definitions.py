"""From a generated type an editor goes on to the Python behind it: asked of TypeScript's own language server."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jetbridge.actions.encryption import KeyRing
from jetbridge.actions.registry import ActionRegistry
from jetbridge.routing.scan import scan_routes
from jetbridge.typegen.source_map import Line, Origin, source_map
from jetbridge.typegen.write import write_types

PACKAGES = Path(__file__).parents[2] / "client" / "node_modules"

MODELS = """
from pydantic import BaseModel


class Base(BaseModel):
    id: int

    def helper(self): ...


class Post(Base):
    title: str
"""

ACTIONS = '''"""use server"""

from jetbridge import action
from lib.models import Post


@action(
    public=True,
)
async def create_post(post: Post) -> Post:
    return post
'''

USES = """import { createPost } from "@/app/posts"
import type { Post } from "@/app/posts"
export const show = (post: Post) => [post.title, post.id, createPost(post)]
"""


class LanguageServer:
    """TypeScript's, over its standard streams."""

    def __init__(self, root: Path) -> None:
        (binary,) = PACKAGES.glob("@typescript/typescript-*/lib/tsc")
        self._process = subprocess.Popen([binary, "--lsp", "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._number = 0
        self.ask("initialize", {"processId": None, "rootUri": root.as_uri(), "capabilities": {}})
        self._send({"method": "initialized", "params": {}})

    def ask(self, method: str, params: dict[str, Any]) -> Any:
        self._number += 1
        self._send({"id": self._number, "method": method, "params": params})
        while (message := self._receive()).get("id") != self._number or "method" in message:
            if "id" in message:
                self._send({"id": message["id"], "result": None})
        return message["result"]

    def open(self, file: Path) -> None:
        document = {"uri": file.as_uri(), "languageId": "typescriptreact", "version": 1, "text": file.read_text()}
        self._send({"method": "textDocument/didOpen", "params": {"textDocument": document}})

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()

    def _send(self, message: dict[str, Any]) -> None:
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(data), data))
        self._process.stdin.flush()

    def _receive(self) -> dict[str, Any]:
        length = 0
        while line := self._process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        return json.loads(self._process.stdout.read(length))


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Path, LanguageServer]]:
    """A project with its generated types, and a language server that has opened a file that uses them."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    for name, text in {"app/posts.py": ACTIONS, "lib/models.py": MODELS, "lib/__init__.py": ""}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    tree = scan_routes(tmp_path / "app")
    write_types(
        ActionRegistry(KeyRing(["k" * 40]), tree.modules.values()), tree, tmp_path / ".jetbridge", lambda a: a.id
    )
    (tmp_path / "node_modules").symlink_to(PACKAGES)
    (tmp_path / "tsconfig.json").write_text('{"extends": "./.jetbridge/tsconfig.json"}')
    (tmp_path / "app" / "uses.tsx").write_text(USES)
    running = LanguageServer(tmp_path)
    running.open(tmp_path / "app" / "uses.tsx")
    yield tmp_path, running
    running.close()
    for name in [name for name in sys.modules if name.split(".")[0] in ("app", "lib")]:
        del sys.modules[name]


def test_definitions(server):
    """An action leads to its `def`, a type to its class, a field to where it is annotated, also one it inherits."""
    root, running = server
    line = USES.splitlines()[2]
    found = {}
    for word in ("createPost", "Post)", "title", "id,"):
        place = {"line": 2, "character": line.index(word) + 1}
        params = {"textDocument": {"uri": (root / "app" / "uses.tsx").as_uri()}, "position": place}
        (target,) = running.ask("textDocument/definition", params)
        start = target["range"]["start"]
        file = Path(target["uri"].removeprefix(root.as_uri() + "/"))
        found[word] = (root / file).read_text().splitlines()[start["line"]][start["character"] :]

    assert found == {
        "createPost": "create_post(post: Post) -> Post:",
        "Post)": "Post(Base):",
        "title": "title: str",
        "id,": "id: int",
    }


def test_source_map():
    """Positions are steps from the one before, in base 64, least significant digits first."""
    file = Path("/p/app/posts.py")
    lines = [Line(""), Line("export a", ((7, Origin(file, 40, 4)),)), Line("  b", ((2, Origin(file, 3, 8)),))]

    assert json.loads(source_map("posts.d.ts", Path("/p/.jetbridge/types/app"), lines)) == {
        "version": 3,
        "file": "posts.d.ts",
        "sources": ["../../../app/posts.py"],
        "names": [],
        "mappings": ";OAwCI;EArCI",
    }
