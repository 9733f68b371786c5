"""The development server: one port, edits that show, errors that heal, and an end without orphans."""

from __future__ import annotations

import http.client
import json
import re
import signal
import threading
import time
from urllib.parse import urlsplit

import pytest
from websockets.sync.client import connect


@pytest.fixture
def dev(run):
    """A running development server."""
    server = run("dev", "--port", "0")
    server.wait_for("jetbridge dev ready")
    return server


def wait_until(check, seconds=20):
    """Wait until a check holds."""
    end = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_page_is_served_with_its_html(dev):
    """Pages, handlers and Vite's modules answer on one port; React has made the HTML of client components."""
    assert "3 pages" not in dev.output
    assert "2 pages, 1 route handler, 3 actions" in dev.output
    status, page = dev.get("/posts/7")
    assert status == 200
    assert "<b>part</b>" in page
    assert dev.get("/api") == (200, "pong")
    status, module = dev.get("/_jetbridge/vite/app/counter.tsx")
    assert status == 200
    assert "useState" in module
    wait_until(lambda: "GET /posts/7  200" in dev.output)


def test_edit_shows_and_no_request_is_refused(dev, project):
    """After an edit to Python the next page is the new one, and requests meanwhile are answered."""
    answers = []
    stop = threading.Event()

    def ask():
        while not stop.is_set():
            answers.append(dev.get()[0])

    asking = threading.Thread(target=ask)
    asking.start()
    page = project / "app" / "page.py"
    for word in ("two", "six"):
        page.write_text(page.read_text().replace("one", word).replace("two", word))
        wait_until(lambda word=word: f"<h1>{word}</h1>" in dev.get()[1])
    stop.set()
    asking.join()

    assert set(answers) == {200}
    assert "app/page.py: ready in" in dev.output


def test_error_is_shown_and_heals(dev, project):
    """A syntax error stands in the terminal, once, and in the browser; the next save heals it."""
    page = project / "app" / "page.py"
    good = page.read_text()

    page.write_text("def page(:\n")
    dev.wait_for("Mend the file")
    status, body = dev.get()
    page.write_text(good)
    wait_until(lambda: dev.get()[0] == 200)

    assert status == 500
    assert "app/page.py:1: SyntaxError" in body
    assert dev.output.count("app/page.py:1: SyntaxError") == 1


def test_types_follow_the_code(dev, project):
    """The stub of an edited action has its new type, and a component its new name in Python."""
    stub = project / ".jetbridge" / "types" / "app" / "actions" / "posts.ts"
    actions = project / "app" / "actions" / "posts.py"

    actions.write_text(actions.read_text().replace("post_id: int", "post_id: str"))
    wait_until(lambda: "postId: string" in stub.read_text())
    component = project / "app" / "counter.tsx"
    component.write_text(f"{component.read_text()}export function Other() {{ return <i /> }}\n")
    wait_until(lambda: "Other" in (project / "app" / "counter.pyi").read_text())


def test_open_page_hears_of_edits(dev, project):
    """The socket of hot reload stays open while Python starts again, and then says that Python has changed."""
    _, client = dev.get("/_jetbridge/vite/@vite/client")
    token = re.search(r'wsToken = "([^"]+)"', client)[1]
    url = f"ws{dev.url.removeprefix('http')}/_jetbridge/vite/?token={token}"
    page = project / "app" / "page.py"

    with connect(url, subprotocols=["vite-hmr"]) as hot:
        for word in ("two", "six"):
            page.write_text(page.read_text().replace("one", word).replace("two", word))
            while json.loads(hot.recv(timeout=20)).get("event") != "jetbridge:python":
                continue
            assert f"<h1>{word}</h1>" in dev.get()[1]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_end_leaves_nothing_behind(dev, project, number):
    """A signal ends it within two seconds, with an open connection and after an edit, and all it started with it."""
    where = urlsplit(dev.url)
    connection = http.client.HTTPConnection(where.hostname, where.port)
    connection.request("GET", "/")
    connection.getresponse().read()
    (project / "app" / "page.py").write_text("def page():\n    return 'two'\n")
    dev.wait_for("app/page.py: ready in")
    family = dev.family()

    seconds = dev.end(number)

    connection.close()
    assert dev.process.returncode == 0
    assert len(family) >= 3
    assert seconds < 2
    assert not dev.alive(family)


def test_killed_parent_leaves_nothing_behind(dev):
    """When the first process is killed outright, the others see it and end."""
    family = dev.family()

    dev.end(signal.SIGKILL)

    wait_until(lambda: not dev.alive(family))
