"""A small project on disk, and the command line as processes in it."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

NODE_MODULES = Path(__file__).parents[2] / "examples" / "guide" / "node_modules"

FILES = {
    "app/layout.py": (
        "from jetbridge.html import body, head, html, title\n"
        "def layout(children):\n    return html(lang='en')[head[title['t']], body[children]]\n"
    ),
    "app/page.py": (
        "from jetbridge.html import h1, main\nfrom app.counter import Counter\n"
        "def page():\n    return main[h1['one'], Counter()]\n"
    ),
    "app/posts/[id]/page.py": (
        "from jetbridge.html import h1, main\nfrom .part import Part\n"
        "def page(id: int):\n"
        "    async def remove():\n        'use server'\n        return id\n"
        "    return main[h1['post ', id], Part(remove=remove)]\n"
    ),
    "app/posts/[id]/part.tsx": '"use client"\nexport function Part() { return <b>part</b> }\n',
    "app/api/route.py": "from starlette.responses import Response\ndef GET():\n    return Response('pong')\n",
    "app/actions/posts.py": (
        '"""use server"""\nfrom typing import TypedDict\n\n'
        "class State(TypedDict):\n    error: str | None\n\n"
        "async def create_post(prev_state: State, title: str = 'x') -> State:\n"
        '    """Secret words."""\n    return {"error": None}\n\n'
        "async def delete(post_id: int) -> None: ...\n"
    ),
    "app/counter.tsx": (
        '"use client"\nimport { useState } from "react"\nimport { createPost } from "@/app/actions/posts"\n'
        "export function Counter() {\n  const [count, setCount] = useState(0)\n"
        "  const add = () => createPost({ error: null }).then(() => setCount(count + 1))\n"
        "  return <button onClick={add}>{count}</button>\n}\n"
    ),
    "tsconfig.json": '{ "extends": "./.jetbridge/tsconfig.json" }\n',
}


class Running:
    """A command in a process of its own. output: what it has printed so far."""

    def __init__(self, project: Path, args: tuple[str, ...], env: Mapping[str, str]) -> None:
        self._log = project / f"{args[0]}.log"
        command = [sys.executable, "-c", "from jetbridge.cli.main import main; main()", *args]
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                command, cwd=project, env={**os.environ, **env}, stdout=log, stderr=subprocess.STDOUT
            )

    @property
    def output(self) -> str:
        return self._log.read_text()

    def wait_for(self, text: str, seconds: float = 20) -> str:
        """Wait until the output holds a text; returns the output."""
        end = time.monotonic() + seconds
        while text not in self.output:
            assert time.monotonic() < end, f"no {text!r} in:\n{self.output}"
            assert self.process.poll() is None or text in self.output, f"ended without {text!r}:\n{self.output}"
            time.sleep(0.02)
        return self.output

    @property
    def url(self) -> str:
        line = next(line for line in self.output.splitlines() if "http://" in line)
        return "http://" + line.split("http://")[1].split(",")[0].strip()

    def get(self, path: str = "/", **headers: str) -> tuple[int, str]:
        """Status and body of a page."""
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=10)
        with closing(connection):
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            return response.status, response.read().decode()

    def family(self) -> set[int]:
        """The processes that this one has started, and theirs."""
        parents = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                except OSError:
                    continue
        found: set[int] = set()
        while more := {pid for pid, parent in parents.items() if parent in found | {self.process.pid}} - found:
            found |= more
        return found

    def alive(self, pids: set[int]) -> set[int]:
        """Those of the processes that still run."""
        return {pid for pid in pids if _state(pid) not in ("", "Z")}

    def end(self, number: signal.Signals = signal.SIGINT) -> float:
        """Send a signal and wait; returns how long it took."""
        started = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(15)
        return time.monotonic() - started


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""


def write_project(folder: Path) -> Path:
    """A project with two pages, a handler, actions and client components, its packages installed."""
    for name, text in FILES.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    (folder / "node_modules").symlink_to(NODE_MODULES)
    return folder


Run = Callable[..., Running]


@contextmanager
def runner(folder: Path) -> Iterator[Run]:
    """Starts commands in a folder; whatever still runs at the end is ended."""
    started: list[Running] = []

    def start(*args: str, **env: str) -> Running:
        started.append(Running(folder, args, env))
        return started[-1]

    yield start
    for running in started:
        if running.process.poll() is None:
            running.end(signal.SIGTERM)


def wait_until(check: Callable[[], object], seconds: float = 20) -> None:
    """Wait until a check holds."""
    end = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < end
        time.sleep(0.02)
