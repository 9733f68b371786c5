"""How long the generated types of a project with 100 actions take, as `jetbridge dev` writes them after each save.

A process that has just read the project, as after an edit, writes them: all of them at first, then after an edit to one
model, which one file of types shows, and when nothing has changed. In milliseconds of the processor; median of several
processes, each of which reads the project once. Reading the project itself is not counted.

    python -m benchmarks.generated_types [--modules 20] [--rounds 5]
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from jetbridge.actions.encryption import KeyRing
from jetbridge.actions.registry import ActionRegistry
from jetbridge.routing.scan import scan_routes
from jetbridge.typegen.write import write_types

STEPS: Final = ("first", "edit", "nothing")

MODULE: Final = '''"""use server"""
from __future__ import annotations
import datetime as dt
from typing import Annotated, Literal
from pydantic import BaseModel, Field
from jetbridge import FormState

class Author{n}(BaseModel):
    name: str
    born: dt.date | None = None

class Text{n}(BaseModel):
    kind: Literal["text"] = "text"
    body: str

class Image{n}(BaseModel):
    kind: Literal["image"] = "image"
    {field}: str
    data: bytes = b""

class Post{n}(BaseModel):
    title: str
    author: Author{n}
    parts: list[Annotated[Text{n} | Image{n}, Field(discriminator="kind")]] = []
    tags: set[str] = set()
    replies: list[Post{n}] = []

async def create_post(prev_state: FormState, post: Post{n}) -> FormState: ...
async def update_post(post_id: int, prev_state: FormState, post: Post{n}) -> FormState: ...
async def list_posts(page: int = 1, *tags: str) -> list[Post{n}]: ...
async def find_authors(names: list[str], limit: int | None = None) -> dict[int, Author{n}]: ...
async def delete_post(post_id: int) -> None: ...
'''


def write_project(root: Path, modules: int, field: str = "url") -> None:
    """Five actions and four models in each module; `field` is the name of a field in the first."""
    folder = root / "app" / "actions"
    folder.mkdir(parents=True, exist_ok=True)
    (root / "app" / "page.py").write_text("def page(): ...\n")
    for number in range(modules):
        name = "url" if number else field
        (folder / f"posts_{number}.py").write_text(MODULE.replace("{n}", str(number)).replace("{field}", name))


def measure(root: Path) -> tuple[float, int, int]:
    """Milliseconds, files written, actions: in a process of its own, which has read the project."""
    code = f"from benchmarks.generated_types import run; run({str(root)!r})"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    milliseconds, files, actions = json.loads(result.stdout)
    return milliseconds, files, actions


def run(root: str) -> None:
    tree = scan_routes(Path(root) / "app")
    registry = ActionRegistry(KeyRing(["k" * 40]), tree.modules.values())
    started = time.process_time()
    generated = write_types(registry, tree, Path(root) / ".jetbridge", lambda action: action.id)
    spent = (time.process_time() - started) * 1000
    sys.stdout.write(json.dumps([spent, len(generated.changed), len(registry)]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--modules", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    found: dict[str, list[tuple[float, int, int]]] = {step: [] for step in STEPS}
    for _ in range(options.rounds):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            for step in STEPS:
                write_project(root, options.modules, "url" if step == "first" else "address")
                found[step].append(measure(root))
    for step, rows in found.items():
        median = statistics.median(row[0] for row in rows)
        print(f"{step:8} {median:6.1f} ms  {rows[0][1]:3} files written, {rows[0][2]} actions")


if __name__ == "__main__":
    main()
