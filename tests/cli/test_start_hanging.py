"""The production server beside a Node that hangs."""

from __future__ import annotations

import signal
import stat
import time

import pytest

from tests.cli.running import runner

pytestmark = pytest.mark.slow

SECRET = "a-key-for-tests-only-of-more-than-32-characters"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_server_that_starts(built_project, tmp_path, number):
    """The process ends at once, although its Node worker never says that it is ready."""
    node = tmp_path / "node"
    node.write_text('#!/bin/sh\n[ "$1" = --version ] && echo v24.0.0 && exit\nexec cat >/dev/null\n')
    node.chmod(node.stat().st_mode | stat.S_IXUSR)
    with runner(built_project) as run:
        server = run("start", "--port", "0", JETBRIDGE_SECRET=SECRET, JETBRIDGE_NODE=str(node))
        end = time.monotonic() + 20
        while not server.family() and time.monotonic() < end:
            time.sleep(0.02)
        time.sleep(0.2)
        assert "jetbridge ready" not in server.output
        seconds = server.end(number)

    assert seconds < 3.5
    assert "Traceback" not in server.output
