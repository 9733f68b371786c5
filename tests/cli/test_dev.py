"""The development server: one port, edits that show, errors that heal, and an end without orphans."""

from __future__ import annotations

import http.client
import json
import re
import signal
import threading
from urllib.parse import urlsplit

import pytest
from websockets.sync.client import connect

from jetbridge.cli.dev_front import is_known_host
from tests.cli.running import runner, wait_until, write_project

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def workshop(tmp_path_factory):
    """A project and its development server, for tests that leave it working."""
    folder = write_project(tmp_path_factory.mktemp("workshop"))
    with runner(folder) as run:
        yield folder, start_dev(run)


def start_dev(run):
    """A running development server."""
    server = run("dev", "--port", "0")
    server.wait_for("jetbridge dev ready")
    return server


def rewrite_title(folder, title):
    """Change what the first page shows."""
    page = folder / "app" / "page.py"
    page.write_text(re.sub(r"h1\['\w+'\]", f"h1['{title}']", page.read_text()))


def test_page_is_served_with_its_html(workshop):
    """Pages, handlers and Vite's modules answer on one port; React has made the HTML of client components."""
    _, dev = workshop
    assert "2 pages, 1 route handler, 3 actions" in dev.output
    status, page = dev.get("/posts/7")
    assert status == 200
    assert "<b>part</b>" in page
    assert dev.get("/api") == (200, "pong")
    status, module = dev.get("/_jetbridge/vite/app/counter.tsx")
    assert status == 200
    assert "useState" in module
    wait_until(lambda: "GET /posts/7  200" in dev.output)
    assert dev.get("/a%0Aforged%1B[2J")[0] == 404
    wait_until(lambda: "GET /a?forged?[2J  404" in dev.output)


@pytest.mark.parametrize("path", ["/", "/_jetbridge/vite/app/counter.tsx"])
def test_a_site_that_took_this_address_reads_nothing(workshop, path):
    """A name that another site has given this machine's address is refused, with the setting that would allow it."""
    _, dev = workshop
    status, text = dev.get(path, Host="evil.example:3000")

    assert status == 403
    assert "JETBRIDGE_ALLOWED_ORIGINS=http://evil.example:3000" in text


@pytest.mark.parametrize(
    ("host", "known"),
    [
        ("localhost:3000", True),
        ("app.localhost", True),
        ("127.0.0.1:3000", True),
        ("[::1]:3000", True),
        ("192.168.1.7", True),
        ("box.example:3000", True),
        ("box.example:3001", False),
        ("tunnel.example", True),
        ("localhost.evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("", False),
        ("[", False),
    ],
)
def test_known_hosts(host, known):
    """localhost, addresses, and the hosts of `allowed_origins`."""
    assert is_known_host(host, ("http://box.example:3000", "https://tunnel.example")) is known


def test_edit_shows_and_no_request_is_refused(workshop):
    """After an edit to Python the next page is the new one, and requests meanwhile are answered."""
    folder, dev = workshop
    answers = []
    stop = threading.Event()

    def ask():
        while not stop.is_set():
            answers.append(dev.get()[0])

    asking = threading.Thread(target=ask)
    asking.start()
    for title in ("two", "three"):
        rewrite_title(folder, title)
        wait_until(lambda title=title: f"<h1>{title}</h1>" in dev.get()[1])
    stop.set()
    asking.join()

    assert set(answers) == {200}
    assert "app/page.py: ready in" in dev.output


def test_error_is_shown_and_heals(workshop):
    """A syntax error stands in the terminal, once, and in the browser; the next save heals it."""
    folder, dev = workshop
    page = folder / "app" / "page.py"
    good = page.read_text()

    page.write_text("def page(:\n")
    dev.wait_for("Mend the file")
    status, body = dev.get()
    page.write_text(good)
    wait_until(lambda: dev.get()[0] == 200)

    assert status == 500
    assert "app/page.py:1: SyntaxError" in body
    assert dev.output.count("app/page.py:1: SyntaxError") == 1


def test_start_with_a_mistake(project, run):
    """A project that cannot be read is served too: it says what is wrong, and heals."""
    page = project / "app" / "page.py"
    good = page.read_text()
    page.write_text("1 / 0\n")

    dev = start_dev(run)
    status, body = dev.get()
    page.write_text(good)
    wait_until(lambda: dev.get()[0] == 200)

    assert status == 500
    assert "app/page.py:1: ZeroDivisionError" in body
    assert "Tsconfig" not in dev.output


def test_types_follow_the_code(workshop):
    """The stub of an edited action has its new type, and a component its new name in Python."""
    project, _ = workshop
    stub = project / ".jetbridge" / "types" / "app" / "actions" / "posts.d.ts"
    actions = project / "app" / "actions" / "posts.py"

    actions.write_text(actions.read_text().replace("post_id: int", "post_id: str"))
    wait_until(lambda: "postId: string" in stub.read_text())
    component = project / "app" / "counter.tsx"
    component.write_text(f"{component.read_text()}export function Other() {{ return <i /> }}\n")
    stub = project / "app" / "counter.pyi"
    wait_until(lambda: stub.exists() and "Other: OtherComponent" in stub.read_text())

    component.write_text(component.read_text().replace("Other()", "Other(props: { size: number })"))
    wait_until(lambda: "size: float" in stub.read_text())


def test_open_page_hears_of_edits(workshop):
    """The socket of hot reload stays open while Python starts again, and then says that Python has changed."""
    folder, dev = workshop
    _, client = dev.get("/_jetbridge/vite/@vite/client")
    token = re.search(r'wsToken = "([^"]+)"', client)[1]
    url = f"ws{dev.url.removeprefix('http')}/_jetbridge/vite/?token={token}"

    with connect(url, subprotocols=["vite-hmr"]) as hot:
        for title in ("four", "five"):
            rewrite_title(folder, title)
            while json.loads(hot.recv(timeout=20)).get("event") != "jetbridge:python":
                continue
            assert f"<h1>{title}</h1>" in dev.get()[1]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_end_leaves_nothing_behind(project, run, number):
    """A signal ends it within two seconds, with an open connection and after an edit, and all it started with it."""
    dev = start_dev(run)
    where = urlsplit(dev.url)
    connection = http.client.HTTPConnection(where.hostname, where.port)
    connection.request("GET", "/")
    connection.getresponse().read()
    rewrite_title(project, "two")
    dev.wait_for("app/page.py: ready in")
    family = dev.family()

    seconds = dev.end(number)

    connection.close()
    assert dev.process.returncode == 0
    assert len(family) >= 3
    assert seconds < 2
    assert not dev.alive(family)


def test_killed_parent_leaves_nothing_behind(run):
    """When the first process is killed outright, the others see it and end."""
    dev = start_dev(run)
    family = dev.family()

    dev.end(signal.SIGKILL)

    wait_until(lambda: not dev.alive(family))


def test_edit_does_not_wait_for_a_module_that_hangs(workshop):
    """A module that never finishes is given up as soon as it is mended."""
    folder, dev = workshop
    helper = folder / "app" / "helper.py"

    helper.write_text("import time\nprint('hangs', flush=True)\ntime.sleep(3600)\n")
    dev.wait_for("hangs")
    helper.write_text("")
    wait_until(lambda: "app/helper.py: ready in" in dev.output)

    assert dev.get()[0] == 200
