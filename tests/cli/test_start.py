"""The production server, from the command line."""

from __future__ import annotations

import signal

import pytest

SECRET = "a-key-for-tests-only-of-more-than-32-characters"


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_start_serves_and_ends(run, finish, project, workers, number):
    """What was built is served; a signal ends it and everything it started, at once when nothing is under way."""
    assert finish("build")[0] == 0

    server = run("start", "--port", "0", "--workers", workers, JETBRIDGE_SECRET=SECRET)
    server.wait_for("jetbridge ready")
    status, body = server.get()
    family = server.family()
    seconds = server.end(number)

    assert status == 200
    assert "<h1>one</h1>" in body
    assert family
    assert not server.alive(family)
    assert seconds < 3


def test_build_holds_placeholders(finish, project):
    """A build holds no ids: they hang on keys, which only the running server has. Development keeps its own."""
    assert finish("types")[0] == 0
    stub = project / ".jetbridge" / "types" / "app" / "actions" / "posts.ts"
    before = stub.read_text()

    status, output = finish("build")

    built = "".join(path.read_text() for path in (project / ".jetbridge" / "build" / "client").glob("*.js"))
    assert status == 0
    assert "Built 2 client modules into .jetbridge/build" in output
    assert "__jetbridge_action_" in built
    assert before.split('createAction("')[1][:32] not in built
    assert stub.read_text() == before
