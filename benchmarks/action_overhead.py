"""What an action costs beside the same endpoint written by hand (see action_apps.py), in the processor's time.

Measured twice, in turns, with the headers that a browser sends: in this process, through ASGI and without a server, so
that the numbers are those of the code alone; and served by uvicorn over kept-alive connections, as visitors meet it,
where the time is that of the server's process. Other programs on the machine disturb processor time little; the best
of several rounds, less. Log lines are off for both, uvicorn's and ours.

    python -m benchmarks.action_overhead [--calls 2000] [--rounds 7]
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any, Final, get_args

import uvicorn

from benchmarks.action_apps import ASGI, TEXT, Identity, Target, by_hand, with_jetbridge
from benchmarks.http_client import Connection

Measure = Callable[[], Awaitable[float]]

CONNECTIONS: Final = 8
CLOCK_PATH: Final = "/processor-time"
BROWSER: Final = {
    "user-agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36",
    "accept-encoding": "gzip, deflate, br, zstd",
    "accept-language": "en-GB,en;q=0.9",
    "sec-ch-ua": '"Chromium";v="140", "Not=A?Brand";v="24"',
    "sec-ch-ua-mobile": "?0",
    "sec-ch-ua-platform": '"Linux"',
    "sec-fetch-dest": "empty",
    "sec-fetch-mode": "cors",
    "sec-fetch-site": "same-origin",
}
"""What Chromium sends with a `fetch` of the page's own site, besides what the call itself needs."""


def make_target(kind: str, identity: Identity, folder: str) -> Target:
    return by_hand(identity) if kind == "hand" else with_jetbridge(identity, Path(folder))


async def call(target: Target) -> tuple[int, bytes]:
    """One POST, as an ASGI server hands it on: status and body."""
    headers = {"host": "site.test", "origin": "http://site.test", "referer": "http://site.test/"}
    headers |= {"content-length": str(len(target.body)), **BROWSER, **target.headers}
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": target.path,
        "raw_path": target.path.encode(),
        "query_string": b"",
        "root_path": "",
        "client": ("127.0.0.1", 1),
        "server": ("site.test", 80),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    messages = [{"type": "http.request", "body": target.body, "more_body": False}]
    answer: list[Any] = []

    async def receive() -> Any:
        if not messages:
            await asyncio.Event().wait()
        return messages.pop()

    async def send(message: Any) -> None:
        answer.append(message)

    await target.app(scope, receive, send)
    return answer[0]["status"], b"".join(one.get("body", b"") for one in answer[1:])


async def measure_calls(target: Target, calls: int) -> float:
    """Microseconds of the processor for one call in this process, without those of making and collecting it."""
    started = time.process_time()
    for _ in range(calls):
        await call(target)
    whole = time.process_time() - started

    async def nothing(scope: Any, receive: Any, send: Any) -> None:
        await send({"status": 200})

    empty = Target(nothing, target.path, target.body, target.headers)
    started = time.process_time()
    for _ in range(calls):
        await call(empty)
    return (whole - (time.process_time() - started)) / calls * 1e6


async def measure_served(target: Target, port: int, calls: int) -> float:
    """Microseconds of the processor that the server takes for one request over HTTP."""
    origin = f"http://127.0.0.1:{port}"
    headers = {"origin": origin, "referer": f"{origin}/", **BROWSER, **target.headers}
    connections = [Connection(port) for _ in range(CONNECTIONS)]
    left = iter(range(calls))

    async def visitor(connection: Connection) -> None:
        for _ in left:
            check_answer(*await connection.request("POST", target.path, headers, target.body))

    clock = Connection(port)
    before = float((await clock.request("GET", CLOCK_PATH))[1])
    await asyncio.gather(*map(visitor, connections))
    taken = float((await clock.request("GET", CLOCK_PATH))[1]) - before
    for connection in [*connections, clock]:
        await connection.close()
    return taken / calls * 1e6


def check_answer(status: int, body: bytes) -> None:
    """Raises: RuntimeError for an answer that is not the echo."""
    if status != 200 or TEXT.encode() not in body:
        raise RuntimeError(f"answered {status}: {body[:200]!r}")


def serve(kind: str, identity: Identity, folder: str) -> None:
    """Serve one of the two on a free port, which is printed, until this process is ended."""
    target = make_target(kind, identity, folder)
    config = uvicorn.Config(with_clock(target.app), port=0, access_log=False, log_level="warning")
    listening = config.bind_socket()
    print(listening.getsockname()[1], flush=True)
    logging.disable(logging.CRITICAL)
    uvicorn.Server(config).run(sockets=[listening])


def with_clock(app: ASGI) -> ASGI:
    """The application, and an address that tells how much processor time this process has used, in seconds."""

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        if scope.get("path") != CLOCK_PATH:
            await app(scope, receive, send)
            return
        body = str(time.process_time()).encode()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
        await send({"type": "http.response.body", "body": body})

    return answer


@contextlib.asynccontextmanager
async def server(kind: str, identity: Identity, folder: str) -> AsyncIterator[int]:
    """A process of its own that serves one of the two. Gives its port."""
    command = [sys.executable, "-m", "benchmarks.action_overhead", "--serve", kind, identity, folder]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    try:
        if process.stdout is None:
            raise RuntimeError("the server has no output")
        yield int(await process.stdout.readline())
    finally:
        process.terminate()
        await process.wait()


async def compare(what: str, rounds: int, hand: Measure, ours: Measure) -> None:
    """Measure both in turns, and print the best of each and their ratio."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        taken[0].append(await hand())
        taken[1].append(await ours())
    by, us = min(taken[0]), min(taken[1])
    print(f"{what:38} {by:9.1f} us {us:9.1f} us   {us / by:5.2f}")


async def main(calls: int, rounds: int) -> None:
    """Measure everything and print a table."""
    logging.disable(logging.CRITICAL)
    print(f"{'':38} {'by hand':>12} {'jetbridge':>12}   ratio")
    for identity in get_args(Identity):
        with contextlib.ExitStack() as stack:
            folders = [stack.enter_context(tempfile.TemporaryDirectory()) for _ in range(2)]
            hand, ours = (make_target(kind, identity, folders[0]) for kind in ("hand", "jetbridge"))
            for target in (hand, ours):
                check_answer(*await call(target))
            await compare(
                f"guard reads a {identity}, in process",
                rounds,
                partial(measure_calls, hand, calls),
                partial(measure_calls, ours, calls),
            )
            async with server("hand", identity, "") as first, server("jetbridge", identity, folders[1]) as second:
                await compare(
                    f"guard reads a {identity}, on uvicorn",
                    rounds,
                    partial(measure_served, hand, first, calls),
                    partial(measure_served, ours, second, calls),
                )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=2000, help="in each round (default: 2000)")
    parser.add_argument("--rounds", type=int, default=7, help="of each (default: 7)")
    parser.add_argument("--serve", nargs=3, metavar=("KIND", "IDENTITY", "FOLDER"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        serve(*given.serve)
    else:
        asyncio.run(main(given.calls, given.rounds))
