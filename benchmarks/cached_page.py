"""A hit on a whole cached page beside a static file of the same size from the same server.

One uvicorn process serves both, on one event loop; the same client asks for them in turns, over kept-alive connections,
in short rounds. Printed are the medians of the rounds: requests a second, and how fast that is beside the file in
public/. Beside these: Flight, as navigations ask for it; 304, for a browser that has the page; a built file, which the
server holds in memory; and the same page rendered each time. Compare numbers of one run only.

    python -m benchmarks.cached_page [--requests 300] [--rounds 15] [--store memory]
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import logging
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, Final

import uvicorn

from benchmarks.http_client import Connection
from jetbridge import wire
from jetbridge.config import Config
from jetbridge.server.application import Jetbridge

CONNECTIONS: Final = 8
BROWSER: Final = {
    "user-agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36",
    "accept-encoding": "gzip, deflate, br, zstd",
    "accept-language": "en-GB,en;q=0.9",
    "sec-fetch-site": "same-origin",
    "cookie": "theme=dark; visits=3",
}
HTML: Final = {**BROWSER, "accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
FLIGHT: Final = {**BROWSER, "accept": wire.FLIGHT_CONTENT_TYPE}

PAGE: Final = """
from jetbridge.html import a, h1, li, main, p, ul

async def page():
    posts = [(number, f"Post number {number}", "What it says, in a sentence or two. " * 3) for number in range(60)]
    return main(class_name="posts")[
        h1["Posts"],
        ul[(li(key=str(id), class_name="post")[a(href=f"/posts/{id}")[title], p[text]] for id, title, text in posts)],
    ]
"""
LAYOUT: Final = """
from jetbridge.html import body, head, html, title

def layout(children):
    return html(lang="en")[head[title["Posts"]], body[children]]
"""


def make_project(folder: Path) -> None:
    """A page that is kept and the same page that is not, and a build without client components."""
    build = folder / ".jetbridge" / "build"
    files = {
        folder / "app" / "layout.py": LAYOUT,
        folder / "app" / "kept" / "page.py": f"revalidate = None\n{PAGE}",
        folder / "app" / "rendered" / "page.py": PAGE,
    }
    for file, text in files.items():
        file.parent.mkdir(parents=True)
        file.write_text(text)
    (build / "client").mkdir(parents=True)
    manifest = {"version": 1, "react": wire.REACT_VERSION, "id": "b", "runtime": "r.js", "modules": {}, "slots": []}
    (build / "manifest.json").write_text(json.dumps(manifest))


def make_app(folder: Path, store: str) -> Jetbridge:
    config = Config.load(folder, env={"JETBRIDGE_SECRET": "x" * 40}, node_workers=0, cache=store)
    return Jetbridge(config=config)


def serve(folder: str, store: str) -> None:
    """Serve the project on a free port, which is printed, until this process is ended."""
    config = uvicorn.Config(make_app(Path(folder), store), port=0, access_log=False, log_level="warning")
    listening = config.bind_socket()
    listening.listen()
    print(listening.getsockname()[1], flush=True)
    logging.disable(logging.CRITICAL)
    uvicorn.Server(config).run(sockets=[listening])


@contextlib.asynccontextmanager
async def server(folder: Path, store: str) -> AsyncIterator[int]:
    """A process of its own that serves the project. Gives its port."""
    command = [sys.executable, "-m", "benchmarks.cached_page", "--serve", str(folder), store]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    try:
        if process.stdout is None:
            raise RuntimeError("the server has no output")
        yield int(await process.stdout.readline())
    finally:
        process.terminate()
        await process.wait()


async def fetch(port: int, path: str, headers: Mapping[str, str]) -> bytes:
    """One answer. Raises: RuntimeError unless it is 200."""
    connection = Connection(port)
    status, body = await connection.request("GET", path, headers)
    await connection.close()
    if status != 200:
        raise RuntimeError(f"{path} answered {status}: {body[:200]!r}")
    return body


class Subject:
    """One kind of request. status, size: of each answer; the time of a render takes some digits more or less."""

    def __init__(self, name: str, path: str, headers: Mapping[str, str], status: int, size: int) -> None:
        self.name = name
        self.rates: list[float] = []
        self._path = path
        self._headers = headers
        self._expected = status, size

    async def measure(self, connections: list[Connection], requests: int) -> None:
        """One round. Raises: RuntimeError for another answer."""
        left = iter(range(requests))

        async def visitor(connection: Connection) -> None:
            for _ in left:
                status, body = await connection.request("GET", self._path, self._headers)
                if status != self._expected[0] or abs(len(body) - self._expected[1]) > 20:
                    raise RuntimeError(f"{self.name} answered {status} with {len(body)} bytes, not {self._expected}")

        started = time.perf_counter()
        await asyncio.gather(*map(visitor, connections))
        self.rates.append(requests / (time.perf_counter() - started))

    def row(self, base: Subject) -> str:
        rate, ratios = statistics.median(self.rates), [a / b for a, b in zip(self.rates, base.rates, strict=True)]
        return f"{self.name:34} {rate:8.0f}/s   {statistics.median(ratios):5.2f}   {self._expected[1]:6} B"


async def main(requests: int, rounds: int, store: str) -> float:
    """Measure and print. Returns how fast a hit is beside the file."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_project(folder)
        async with server(folder, store) as port:
            page = await fetch(port, "/kept", HTML)
        for file in (folder / "public" / "page.html", folder / ".jetbridge" / "build" / "client" / "page.html"):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(page)
        async with server(folder, store) as port:
            return await compare(port, requests, rounds)


async def compare(port: int, requests: int, rounds: int) -> float:
    """Measure each kind in turns, after one round that does not count."""
    html = await fetch(port, "/kept", HTML)
    flight = await fetch(port, "/kept", FLIGHT)
    rendered = len(await fetch(port, "/rendered", HTML))
    known = {**HTML, "if-none-match": "*"}
    plain = {name: value for name, value in HTML.items() if name != "accept-encoding"}
    file = Subject("file in public/", "/page.html", HTML, 200, len(html))
    hit = Subject("kept page, HTML", "/kept", HTML, 200, len(html))
    subjects = [
        file,
        hit,
        Subject("kept page, Flight", "/kept", FLIGHT, 200, len(flight)),
        Subject("kept page, 304", "/kept", known, 304, 0),
        Subject("built file, from memory", f"{wire.ASSET_PATH}x/page.html", plain, 200, len(html)),
        Subject("the same page, rendered", "/rendered", HTML, 200, rendered),
    ]
    connections = [Connection(port) for _ in range(CONNECTIONS)]
    for number in range(rounds + 1):
        for subject in subjects:
            await subject.measure(connections, requests)
            if number == 0:
                subject.rates.clear()
    for connection in connections:
        await connection.close()
    for subject in subjects:
        print(subject.row(file))
    return statistics.median([a / b for a, b in zip(hit.rates, file.rates, strict=True)])


def parse_arguments() -> Any:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=300, help="of each kind in each round (default: 300)")
    parser.add_argument("--rounds", type=int, default=15, help="of each kind (default: 15)")
    parser.add_argument("--store", default="memory", help='where the page is kept, such as "sqlite:///cache.db"')
    parser.add_argument("--serve", nargs=2, metavar=("FOLDER", "STORE"), help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    given = parse_arguments()
    if given.serve:
        serve(*given.serve)
    else:
        asyncio.run(main(given.requests, given.rounds, given.store))
