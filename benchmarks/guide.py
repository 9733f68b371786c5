"""Speed and memory of examples/guide, served as in production by one process.

Measures whole requests over loopback HTTP, with the client on the same machine: compare numbers of one machine only.
Prints one line for each kind of request, and what the processes hold in memory before, in the middle and after.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import signal
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.http_client import Connection
from jetbridge import wire
from jetbridge.testing.forms import read_forms

GUIDE = Path(__file__).parent.parent / "examples" / "guide"


@dataclass(frozen=True, slots=True)
class Scenario:
    """One kind of request, sent again and again."""

    name: str
    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Result:
    """times: of each request, in seconds. size: of one answer, in bytes."""

    times: list[float]
    seconds: float
    size: int

    def describe(self) -> str:
        """Requests a second, and how long one takes."""
        ordered = sorted(self.times)
        p99 = ordered[int(len(ordered) * 0.99)]
        rate, median = len(ordered) / self.seconds, statistics.median(ordered)
        return f"{rate:8.0f}/s   median {median * 1000:6.2f} ms   p99 {p99 * 1000:7.2f} ms   {self.size:7} B"


async def run_scenario(port: int, scenario: Scenario, requests: int, connections: int) -> Result:
    """Send the requests over so many connections at once. Raises: RuntimeError for an answer that is no success."""
    times: list[float] = []
    sizes: list[int] = []
    left = iter(range(requests))

    async def visitor() -> None:
        connection = Connection(port)
        for _ in left:
            started = time.perf_counter()
            status, body = await connection.request(scenario.method, scenario.path, scenario.headers, scenario.body)
            times.append(time.perf_counter() - started)
            sizes.append(len(body))
            if status != 200:
                raise RuntimeError(f"{scenario.name}: status {status}: {body[:200]!r}")
        await connection.close()

    started = time.perf_counter()
    await asyncio.gather(*(visitor() for _ in range(connections)))
    return Result(times, time.perf_counter() - started, sizes[-1])


@contextlib.asynccontextmanager
async def serve_guide(port: int, database: Path) -> AsyncIterator[int]:
    """Run `jetbridge start` in examples/guide; gives its process id."""
    env = os.environ | {"GUIDE_DATABASE": str(database), "JETBRIDGE_SECRET": "a secret that only a benchmark uses"}
    program = str(Path(sys.executable).with_name("jetbridge"))
    with (database.parent / "server.log").open("wb") as log:
        server = await asyncio.create_subprocess_exec(
            program, "start", "--port", str(port), cwd=GUIDE, env=env, stdout=log, stderr=log
        )
        try:
            await _until_up(port, server)
            yield server.pid
        finally:
            with contextlib.suppress(ProcessLookupError):
                server.send_signal(signal.SIGTERM)
            await server.wait()


async def _until_up(port: int, server: asyncio.subprocess.Process) -> None:
    for _ in range(200):
        if server.returncode is not None:
            raise RuntimeError("the server ended at once; has examples/guide been built?")
        with contextlib.suppress(OSError):
            await Connection(port).request("GET", "/posts")
            return
        await asyncio.sleep(0.05)
    raise RuntimeError("the server does not answer")


async def find_scenarios(port: int) -> list[Scenario]:
    """The kinds of request; the action's id is read from the form that the page serves."""
    _, page = await Connection(port).request("GET", "/posts")
    form = next(form for form in read_forms(page.decode()) if "title" in form.names)
    model = next(str(value) for name, value in form.entries({}, None) if name.endswith(":0"))
    action = json.loads(model)["id"]
    state = {"error": None, "saved": False, "title": "", "body": ""}
    refused = json.dumps([state, "$K1"]).encode()
    body = b'--x\r\ncontent-disposition: form-data; name="_1_title"\r\n\r\n \r\n'
    body += b'--x\r\ncontent-disposition: form-data; name="0"\r\n\r\n' + refused + b"\r\n--x--\r\n"
    call = {
        "content-type": "multipart/form-data; boundary=x",
        "origin": f"http://127.0.0.1:{port}",
        "accept": wire.FLIGHT_CONTENT_TYPE,
        wire.PAGE_HEADER: "/posts",
    }
    return [
        Scenario("GET /posts, document", "GET", "/posts", {"accept": "text/html"}),
        Scenario("GET /posts, Flight", "GET", "/posts", {"accept": wire.FLIGHT_CONTENT_TYPE}),
        Scenario("call that returns an error", "POST", wire.ACTION_PATH + action, call, body),
        Scenario("GET /api/posts, handler", "GET", "/api/posts"),
    ]


def memory_of(pid: int) -> str:
    """Resident memory of the server and of each process below it."""
    lines = [f"server {_resident_mib(pid):.0f} MiB"]
    lines += [f"node {_resident_mib(child):.0f} MiB" for child in _children(pid)]
    return ", ".join(lines)


def _children(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii")
    direct = [int(word) for word in text.split()]
    return [*direct, *(below for child in direct for below in _children(child))]


def _resident_mib(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text("utf-8")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def main(requests: int, connections: int) -> None:
    """Run all scenarios and print what was measured."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        async with serve_guide(port, Path(folder) / "guide.sqlite") as pid:
            scenarios = await find_scenarios(port)
            for scenario in scenarios:
                await run_scenario(port, scenario, 50, connections)
            print(f"{requests} requests each, {connections} connections; memory at start: {memory_of(pid)}")
            for scenario in scenarios:
                result = await run_scenario(port, scenario, requests, connections)
                print(f"{scenario.name:28} {result.describe()}   {memory_of(pid)}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=2500, help="of each kind (default: 2500)")
    parser.add_argument("--connections", type=int, default=16, help="at once (default: 16)")
    given = parser.parse_args()
    asyncio.run(main(given.requests, given.connections))
