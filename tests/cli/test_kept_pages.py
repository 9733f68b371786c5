"""Kept pages and components with several processes, as `jetbridge start` runs them."""

from __future__ import annotations

import http.client
import json
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from jetbridge.wire import REACT_VERSION
from tests.cli.running import runner

pytestmark = pytest.mark.slow

ENVIRONMENT = {"JETBRIDGE_SECRET": "a-key-for-tests-only-of-more-than-32-characters", "JETBRIDGE_NODE_WORKERS": "0"}
FILES = {
    "app/layout.py": (
        "from jetbridge.html import body, head, html\ndef layout(children):\n    return html[head(), body[children]]\n"
    ),
    "app/number.py": (
        "from pathlib import Path\nfrom jetbridge import cached\nFILE = Path(__file__).with_name('number.txt')\n"
        "@cached(tags=['number'])\nasync def number() -> str:\n    return FILE.read_text()\n"
    ),
    "app/kept/page.py": (
        "from app.number import number\nfrom jetbridge.html import p\nrevalidate = None\n"
        "async def page():\n    return p[f'number={await number()};']\n"
    ),
    "app/component/page.py": (
        "from app.number import number\nfrom jetbridge import Element, cached\nfrom jetbridge.html import b, p\n"
        "@cached\nasync def shown() -> Element:\n    return b[f'number={await number()};']\n"
        "async def page():\n    return p[shown()]\n"
    ),
    "app/set/[value]/route.py": (
        "from starlette.responses import Response\nfrom app.number import FILE\nfrom jetbridge import revalidate_tag\n"
        "async def POST(value):\n    FILE.write_text(value)\n    revalidate_tag('number')\n    return Response('set')\n"
    ),
}
MANIFEST = {"version": 1, "react": REACT_VERSION, "id": "b", "runtime": "r.js", "modules": {}, "slots": []}


@pytest.fixture
def folder(tmp_path):
    """A project without client components, which needs no build."""
    for name, text in {**FILES, ".jetbridge/build/manifest.json": json.dumps(MANIFEST)}.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return tmp_path


def ask(server, method, path, **headers):
    """One request over a connection of its own, so that any of the processes may answer."""
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=20)
    with closing(connection):
        connection.request(method, path, headers=headers)
        response = connection.getresponse()
        return response.read().decode()


def test_what_one_process_changes_every_process_shows(folder):
    """Once a change was answered, no process gives out an older page, component or piece of data."""
    with runner(folder) as run:
        server = run("start", "--port", "0", "--workers", "3", **ENVIRONMENT)
        server.wait_for("jetbridge ready")
        for number in range(30):
            ask(server, "POST", f"/set/{number}", origin=server.url)
            for path in ("/kept", "/component", "/kept", "/kept", "/component"):
                accept = "text/x-component" if number % 2 else "text/html"
                assert f"number={number};" in ask(server, "GET", path, accept=accept)
        listed = run("cache", "list", "--json", **ENVIRONMENT)
        assert listed.process.wait(60) == 0
        keys = {entry["key"].split(":")[0]: entry["tags"] for entry in json.loads(listed.output)}
        cleared = run("cache", "clear", "--tag", "number", **ENVIRONMENT)
        assert cleared.process.wait(60) == 0
        (folder / "app" / "number.txt").write_text("seven")
        after = [ask(server, "GET", "/kept") for _ in range(5)]

    assert keys["page"] == ["number"]
    assert keys["app.component.page"] == ["number"]
    assert all("number=seven;" in text for text in after)
