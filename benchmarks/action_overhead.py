"""What an action costs beside the same endpoint written by hand: guard, validated string, rate limit in memory, echo.

Both are called in this process, through ASGI and without a server, in turns, and the processor's time is taken, which
other programs on the machine disturb little. So the numbers are those of the code alone; a server's own share, which is
the same for both, would only bring the ratio nearer to 1.

    python benchmarks/action_overhead.py [--calls 3000] [--rounds 7]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any

import orjson
from pydantic import BaseModel, Field, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from jetbridge import Config, Jetbridge, wire
from jetbridge.actions.limits import MemoryLimiter, Rate
from jetbridge.node.manifest import VERSION

ASGI = Callable[[Any, Any, Any], Awaitable[None]]

ACTIONS = '''
"""use server"""

from typing import Annotated

from pydantic import Field

from jetbridge import RequestContext, action, unauthorized


async def _member(request: RequestContext) -> str:
    return request.cookies.get("user") or unauthorized()


@action(guard=_member, rate="1000000000/day")
async def echo(text: Annotated[str, Field(min_length=1, max_length=200)], user: str) -> str:
    return text
'''

LAYOUT = "from jetbridge.html import body, html\n\ndef layout(children):\n    return html[body[children]]\n"


class Echo(BaseModel):
    """The body of the hand-written endpoint."""

    text: Annotated[str, Field(min_length=1, max_length=200)]


def by_hand() -> ASGI:
    """The same as a Starlette endpoint: cookie, same-origin check, rate by user, Pydantic, JSON."""
    limiter, rate = MemoryLimiter(), Rate(1_000_000_000, 86400)

    async def echo(request: Request) -> Response:
        user = request.cookies.get("user")
        if user is None:
            return JSONResponse({"error": "unauthorized"}, 401)
        if request.headers.get("origin") != f"{request.url.scheme}://{request.headers.get('host')}":
            return JSONResponse({"error": "cross-site"}, 403)
        wait = await limiter.hit("echo", rate, user)
        if wait:
            return JSONResponse({"error": "too many"}, 429, {"retry-after": str(int(wait) + 1)})
        try:
            given = Echo.model_validate_json(await request.body())
        except ValidationError as error:
            return JSONResponse({"error": error.errors(include_url=False)}, 422)
        return JSONResponse(given.text)

    return Starlette(routes=[Route("/echo", echo, methods=["POST"])])


def with_jetbridge(folder: Path) -> tuple[ASGI, str]:
    """An application with the one action, and the path of the action."""
    for name, text in {"layout.py": LAYOUT, "page.py": "def page(): ...\n", "actions/echo.py": ACTIONS}.items():
        file = folder / "app" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    build = folder / ".jetbridge" / "build"
    build.mkdir(parents=True)
    manifest = {"version": VERSION, "react": wire.REACT_VERSION, "id": "b", "runtime": "r.js"}
    manifest |= {"modules": {}, "slots": []}
    (build / "manifest.json").write_bytes(orjson.dumps(manifest))
    env = {"JETBRIDGE_SECRET": "a secret that only a benchmark uses"}
    application = Jetbridge(config=Config.load(folder, env, node_workers=0))
    action = next(iter(application.state.registry))
    return application, wire.ACTION_PATH + action.id


async def call(app: ASGI, path: str, body: bytes) -> tuple[int, bytes]:
    """One POST, as an ASGI server hands it on: status and body."""
    headers = {"host": "site.test", "origin": "http://site.test", "cookie": "user=ann", wire.PAGE_HEADER: "/"}
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "client": ("127.0.0.1", 1),
        "server": ("site.test", 80),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    messages = [{"type": "http.request", "body": body, "more_body": False}]
    answer: list[Any] = []

    async def receive() -> Any:
        if not messages:
            await asyncio.Event().wait()
        return messages.pop()

    async def send(message: Any) -> None:
        answer.append(message)

    await app(scope, receive, send)
    return answer[0]["status"], b"".join(one["body"] for one in answer[1:])


async def measure(app: ASGI, path: str, body: bytes, calls: int) -> float:
    """Microseconds of the processor for one call."""
    started = time.process_time()
    for _ in range(calls):
        await call(app, path, body)
    return (time.process_time() - started) / calls * 1e6


async def main(calls: int, rounds: int) -> None:
    """Measure both in turns and print the medians and their ratio."""
    logging.disable(logging.CRITICAL)
    text = "a text of ordinary length, as somebody types it"
    with tempfile.TemporaryDirectory() as folder:
        application, path = with_jetbridge(Path(folder))
        runs = {
            "Starlette, by hand": (by_hand(), "/echo", json.dumps({"text": text}).encode()),
            "jetbridge action": (application, path, json.dumps([text]).encode()),
        }
        for app, where, body in runs.values():
            status, answer = await call(app, where, body)
            if status != 200 or text.encode() not in answer:
                raise RuntimeError(f"{where} answered {status}: {answer[:200]!r}")
        taken: dict[str, list[float]] = {name: [] for name in runs}
        for _ in range(rounds):
            for name, (app, where, body) in runs.items():
                taken[name].append(await measure(app, where, body, calls))
    for name, values in taken.items():
        print(f"{name:20} {statistics.median(values):8.1f} us, best {min(values):8.1f} us")
    hand, ours = taken.values()
    print(f"ratio {statistics.median(ours) / statistics.median(hand):.2f}, of the best {min(ours) / min(hand):.2f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=3000, help="in each round (default: 3000)")
    parser.add_argument("--rounds", type=int, default=7, help="of each (default: 7)")
    given = parser.parse_args()
    sys.exit(asyncio.run(main(given.calls, given.rounds)))
