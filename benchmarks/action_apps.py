"""The same endpoint twice: an echo with a guard, a validated string and a rate limit in memory.

Once as a jetbridge action, once as somebody writes it by hand with Starlette, Pydantic and the library `limits`. Both
find the user in a cookie: a plain one, or the one of a session. Both refuse what another site sends, and answer 401,
403, 422 and 429 where it is due. The hand-written one does nothing else: no limit on the body's size or time, no watch
for callers who leave, no log line, no masking of errors.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import itsdangerous
import orjson
from limits import RateLimitItemPerDay
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from pydantic import BaseModel, Field, ValidationError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from jetbridge import Config, Jetbridge, RequestContext, wire
from jetbridge.context import Session
from jetbridge.node.manifest import VERSION
from jetbridge.server.session import seal_session

ASGI = Callable[[Any, Any, Any], Awaitable[None]]
Identity = Literal["cookie", "session"]
"""Where the guard finds the user."""

TEXT: Final = "a text of ordinary length, as somebody types it"
SECRET: Final = "a secret that only a benchmark uses"

GUARDS: Final[dict[Identity, str]] = {
    "cookie": 'def _member(request: RequestContext) -> str:\n    return request.cookies.get("user") or unauthorized()',
    "session": 'def _member(session: Session) -> str:\n    return session.get("user_id") or unauthorized()',
}
ACTIONS: Final = '''
"""use server"""

from typing import Annotated

from pydantic import Field

from jetbridge import RequestContext, action, unauthorized
from jetbridge.context import Session


async {guard}


@action(guard=_member, rate="1000000000/day")
async def echo(text: Annotated[str, Field(min_length=1, max_length=200)], user: str) -> str:
    return text
'''
LAYOUT: Final = "from jetbridge.html import body, html\n\ndef layout(children):\n    return html[body[children]]\n"


@dataclass(frozen=True, slots=True)
class Target:
    """An endpoint, and what a call of it carries besides what a browser always sends."""

    app: ASGI
    path: str
    body: bytes
    headers: dict[str, str]


class Echo(BaseModel):
    """The body of the hand-written endpoint."""

    text: Annotated[str, Field(min_length=1, max_length=200)]


def by_hand(identity: Identity) -> Target:
    """The endpoint in Starlette."""
    limiter, rate = FixedWindowRateLimiter(MemoryStorage()), RateLimitItemPerDay(1_000_000_000)

    async def echo(request: Request) -> Response:
        user = request.session.get("user_id") if identity == "session" else request.cookies.get("user")
        if user is None:
            return JSONResponse({"error": "unauthorized"}, 401)
        if request.headers.get("origin") != f"{request.url.scheme}://{request.headers.get('host')}":
            return JSONResponse({"error": "cross-site"}, 403)
        if not limiter.hit(rate, "echo", user):
            return JSONResponse({"error": "too many"}, 429, {"retry-after": "60"})
        try:
            given = Echo.model_validate_json(await request.body())
        except ValidationError as error:
            return JSONResponse({"error": error.errors(include_url=False)}, 422)
        return JSONResponse(given.text)

    sessions = [Middleware(SessionMiddleware, secret_key=SECRET)] if identity == "session" else []
    app = Starlette(routes=[Route("/echo", echo, methods=["POST"])], middleware=sessions)
    cookie = "user=ann"
    if identity == "session":
        values = base64.b64encode(json.dumps({"user_id": "ann"}).encode())
        cookie = f"session={itsdangerous.TimestampSigner(SECRET).sign(values).decode()}"
    body = json.dumps({"text": TEXT}).encode()
    return Target(app, "/echo", body, {"cookie": cookie, "content-type": "application/json", "accept": "*/*"})


def with_jetbridge(identity: Identity, folder: Path) -> Target:
    """The endpoint as an action, in an application that is written into `folder`."""
    files = {
        "layout.py": LAYOUT,
        "page.py": "def page(): ...\n",
        "actions/echo.py": ACTIONS.replace("{guard}", GUARDS[identity]),
    }
    for name, text in files.items():
        file = folder / f"app_{identity}" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    build = folder / ".jetbridge" / "build"
    build.mkdir(parents=True)
    manifest = {"version": VERSION, "react": wire.REACT_VERSION, "id": "b", "runtime": "r.js"}
    manifest |= {"modules": {}, "slots": []}
    (build / "manifest.json").write_bytes(orjson.dumps(manifest))
    application = Jetbridge(
        config=Config.load(folder, {"JETBRIDGE_SECRET": SECRET}, app_dir=f"app_{identity}", node_workers=0)
    )
    action = next(iter(application.state.registry))
    cookie = "user=ann"
    if identity == "session":
        sealed = seal_session(
            application.state.keys, Session({"user_id": "ann"}, RequestContext()), max_age=86400, secure=False
        )
        cookie = f"{sealed.name}={sealed.value}"
    headers = {"cookie": cookie, "content-type": "text/plain;charset=UTF-8", "accept": wire.FLIGHT_CONTENT_TYPE}
    headers |= {wire.PAGE_HEADER: "/", wire.BUILD_HEADER: application.state.build.id}
    return Target(application, wire.ACTION_PATH + action.id, json.dumps([TEXT]).encode(), headers)
