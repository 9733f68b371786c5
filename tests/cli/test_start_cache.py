"""Several server processes with one cache: what one has answered, all show."""

from __future__ import annotations

import http.client
from contextlib import closing
from urllib.parse import urlsplit

import orjson
import pytest

from jetbridge.node.manifest import VERSION
from jetbridge.wire import REACT_VERSION
from tests.cli.running import runner, wait_until
from tests.redis_server import RedisServer

pytestmark = pytest.mark.slow

SECRET = "a-key-for-tests-only-of-more-than-32-characters"

FILES = {
    "app/layout.py": (
        "from jetbridge.html import body, head, html\n"
        "def layout(children):\n    return html(lang='en')[head(), body[children]]\n"
    ),
    "app/data.py": (
        "from pathlib import Path\nfrom jetbridge import cached\n"
        "FILE = Path('number.txt')\n\n"
        "@cached(tags=['number'])\nasync def number() -> int:\n    return int(FILE.read_text())\n"
    ),
    "app/page.py": (
        "from jetbridge.html import p\nfrom app.data import number\n\n"
        "revalidate = 'hours'\n\nasync def page():\n    return p[f'number {await number()}.']\n"
    ),
    "app/number/route.py": (
        "import os\nfrom jetbridge import revalidate_tag\nfrom starlette.responses import JSONResponse\n"
        "from app.data import FILE, number\n\n"
        "async def GET():\n    return JSONResponse([await number(), os.getpid()])\n\n"
        "async def POST():\n    new = int(FILE.read_text()) + 1\n    FILE.write_text(str(new))\n"
        "    revalidate_tag('number')\n    return JSONResponse([new, os.getpid()])\n"
    ),
    "number.txt": "0",
}

MANIFEST = {"version": VERSION, "react": REACT_VERSION, "id": "1", "runtime": "r.js", "modules": {}, "slots": []}


@pytest.fixture
def project(tmp_path):
    """A project without client components, built."""
    for name, text in FILES.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    build = tmp_path / ".jetbridge" / "build"
    (build / "client").mkdir(parents=True)
    (build / "manifest.json").write_bytes(orjson.dumps(MANIFEST))
    return tmp_path


def ask(server, method, path):
    """The body of the answer to a request on a connection of its own, so that any process may get it."""
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=20)
    with closing(connection):
        connection.request(method, path)
        response = connection.getresponse()
        body = response.read()
    assert response.status == 200, body
    return body


@pytest.mark.parametrize("kind", ["sqlite", "redis"])
def test_what_one_process_has_answered_all_show(project, kind):
    """A change through one process is seen at once through each other one: cached data, and the whole page."""
    with RedisServer() as redis, runner(project) as run:
        cache = {"JETBRIDGE_CACHE": redis.url} if kind == "redis" else {}
        server = run(
            "start", "--port", "0", "--workers", "3", JETBRIDGE_SECRET=SECRET, JETBRIDGE_NODE_WORKERS="0", **cache
        )
        server.wait_for("jetbridge ready")
        processes: set[int] = set()
        for _ in range(100):
            changed, process = orjson.loads(ask(server, "POST", "/number"))
            processes.add(process)
            for _ in range(3):
                shown, process = orjson.loads(ask(server, "GET", "/number"))
                processes.add(process)
                assert shown == changed
            assert f"number {changed}.".encode() in ask(server, "GET", "/")
    assert len(processes) > 1
    assert bool(list(project.glob(".jetbridge/cache/*.sqlite"))) is (kind == "sqlite")


def test_redis_is_killed_and_comes_back(project):
    """Without its cache the application answers, says so once, and recovers by itself."""
    with RedisServer() as redis, runner(project) as run:
        settings = {"JETBRIDGE_SECRET": SECRET, "JETBRIDGE_NODE_WORKERS": "0", "JETBRIDGE_CACHE": redis.url}
        server = run("start", "--port", "0", **settings)
        server.wait_for("jetbridge ready")
        for round_ in range(3):
            changed, _ = orjson.loads(ask(server, "POST", "/number"))
            redis.kill()
            for _ in range(10):
                assert orjson.loads(ask(server, "GET", "/number"))[0] == changed
                changed, _ = orjson.loads(ask(server, "POST", "/number"))
                assert f"number {changed}.".encode() in ask(server, "GET", "/")
            redis.start()
            wait_until(lambda count=round_ + 1: server.output.count("is back after") == count)
            assert orjson.loads(ask(server, "GET", "/number"))[0] == changed
    assert server.output.count("values are computed and not kept") == 3
    assert "made up for" in server.output
