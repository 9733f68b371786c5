"""The production server, from the command line."""

from __future__ import annotations

import signal
import socket

import pytest

from tests.cli.running import runner, wait_until

pytestmark = pytest.mark.slow

SECRET = "a-key-for-tests-only-of-more-than-32-characters"


@pytest.mark.parametrize(
    ("workers", "number"), [("1", signal.SIGINT), ("1", signal.SIGTERM), ("2", signal.SIGINT), ("2", signal.SIGTERM)]
)
def test_start_serves_and_ends(built_project, workers, number):
    """What was built is served; a signal ends it and everything it started, at once when nothing is under way."""
    with runner(built_project) as run:
        server = run("start", "--port", "0", "--workers", workers, JETBRIDGE_SECRET=SECRET)
        server.wait_for("jetbridge ready")
        status, body = server.get()
        family = server.family()
        seconds = server.end(number)

    assert status == 200
    assert "<h1>one</h1>" in body
    assert family
    assert seconds < 3
    wait_until(lambda: not server.alive(family), seconds=2)


def test_port_in_use(built_project):
    """A port in use is named, with another one to take."""
    with runner(built_project) as run, socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        server = run("start", "--port", str(port))
        status = server.process.wait(60)

    assert status == 1
    assert f"Error: Port {port} is in use" in server.output
    assert f"--port {port + 1}" in server.output


def test_build_holds_placeholders(finish, project):
    """A build holds no ids: they hang on keys, which only the running server has. Development keeps its own."""
    assert finish("types")[0] == 0
    stub = project / ".jetbridge" / "types" / "app" / "actions" / "posts.js"
    before = stub.read_text()

    status, output = finish("build")

    built = "".join(path.read_text() for path in (project / ".jetbridge" / "build" / "client").glob("*.js"))
    assert status == 0
    assert "Built 2 client modules into .jetbridge/build" in output
    assert "__jetbridge_action_" in built
    assert before.split('createAction("')[1][:32] not in built
    assert stub.read_text() == before
