"""Tiny applications, written into a folder and asked in process."""

from __future__ import annotations

import sys
import textwrap
from contextlib import asynccontextmanager

import httpx2
import orjson
import pytest

from jetbridge.config import Config
from jetbridge.flight.decoder import decode_flight
from jetbridge.node.manifest import VERSION
from jetbridge.server.application import Jetbridge
from jetbridge.wire import REACT_VERSION

SECRET = "a secret for tests that is long enough"

LAYOUT = """
from jetbridge.html import body, head, html

def layout(children):
    return html(lang="en")[head(), body[children]]
"""


MANIFEST = {
    "version": VERSION,
    "react": REACT_VERSION,
    "id": "build-1",
    "runtime": "runtime.js",
    "modules": {},
    "slots": [],
}
"""A build without client modules."""


class Site:
    """One tiny application and a client without cookies of its own."""

    def __init__(self, app: Jetbridge, client: httpx2.AsyncClient) -> None:
        self.app = app
        self.client = client

    def action_id(self, name: str) -> str:
        """The public id of the action whose name ends so."""
        return next(action.id for action in self.app.state.registry if action.name.endswith(name))

    async def get(self, url: str, **options):
        return await self.client.get(url, **options)

    async def flight(self, url: str, **headers: str):
        """A navigation of our runtime: response and payload."""
        response = await self.client.get(url, headers={"accept": "text/x-component", **headers})
        return response, decode_flight(response.content)

    async def call(self, action: str, *args: object, page: str = "/", **headers: str):
        """A call of our runtime with plain JSON arguments: response and payload."""
        headers = {"sec-fetch-site": "same-origin", "jetbridge-page": page, **headers}
        url = f"/_jetbridge/action/{action}"
        response = await self.client.post(url, content=orjson.dumps(args), headers=headers)
        is_flight = response.headers.get("content-type") == "text/x-component"
        return response, decode_flight(response.content) if is_flight else response.json()

    async def post(self, url: str, fields: dict[str, str], **headers: str):
        """A form that a browser posts by itself."""
        files = {name: (None, value) for name, value in fields.items()}
        return await self.client.post(url, files=files, headers={"sec-fetch-site": "same-origin", **headers})


@pytest.fixture
def make_site(tmp_path):
    """`async with make_site({"page.py": source, ...}) as site:` runs an application of these files under app/."""

    @asynccontextmanager
    async def make(files: dict[str, str], *, on_error=None, **settings: object):
        for name, source in {"layout.py": LAYOUT, **files}.items():
            file = tmp_path / "app" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(textwrap.dedent(source))
        build = tmp_path / ".jetbridge" / "build"
        build.mkdir(parents=True, exist_ok=True)
        (build / "manifest.json").write_bytes(orjson.dumps(MANIFEST))
        config = Config.load(tmp_path, env={"JETBRIDGE_SECRET": SECRET}, node_workers=0, **settings)
        app = Jetbridge(config=config, on_error=on_error)
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://site.test") as client:
            yield Site(app, client)

    yield make
    for name in [name for name in sys.modules if name == "app" or name.startswith("app.")]:
        del sys.modules[name]
    if str(tmp_path) in sys.path:
        sys.path.remove(str(tmp_path))
