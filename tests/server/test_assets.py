"""Built files."""

import pytest

from jetbridge.server.assets import Asset, Assets
from tests.server.asgi import ask

pytestmark = pytest.mark.anyio

FILES = {"a.js": Asset("text/javascript", {"": b"plain", "gzip": b"gzip", "br": b"brotli"})}


@pytest.mark.parametrize(
    ("accept", "coding"),
    [
        ("", None),
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("GZIP;q=0.5", "gzip"),
        ("br; q=0, gzip; q=1.0", "gzip"),
        ("br;q=0.000,gzip;q=0", None),
        ("identity", None),
        (";;,,=", None),
    ],
)
async def test_the_coding_is_one_that_is_accepted(accept, coding):
    """The smallest of those that the browser names, and none that it excludes."""
    assets = Assets(FILES, "f")

    async def app(scope, receive, send):
        await assets.respond(send, scope["path"], accept)

    answer = await ask(app, path="/_jetbridge/assets/f/a.js")

    assert answer.header("content-encoding") == coding
    assert answer.body == {None: b"plain", "gzip": b"gzip", "br": b"brotli"}[coding]
