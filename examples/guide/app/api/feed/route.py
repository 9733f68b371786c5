"""New posts as they are written: a response that is sent in pieces (server-sent events)."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from dataclasses import asdict

from starlette.responses import Response, StreamingResponse

from lib.posts import list_posts, list_posts_after

INTERVAL = 0.5
"""How often to look for a new post, in seconds."""

LIFETIME = 20.0
"""When to end, in seconds: an EventSource connects again by itself, perhaps to a server with less to do."""


def GET() -> Response:
    return StreamingResponse(new_posts(), media_type="text/event-stream", headers={"Cache-Control": "no-store"})


async def new_posts() -> AsyncIterator[str]:
    """One event at once, so that the caller knows where it stands, then one for each new post."""
    posts = await list_posts()
    latest = posts[0].id if posts else 0
    yield f"event: ready\ndata: {latest}\n\n"
    end = time.monotonic() + LIFETIME
    while time.monotonic() < end:
        for post in await list_posts_after(latest):
            latest = post.id
            yield f"event: post\ndata: {json.dumps(asdict(post))}\n\n"
        await asyncio.sleep(INTERVAL)
