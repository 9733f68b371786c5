"""Starting and ending the server, and what it says when it cannot start."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from pathlib import Path

import pytest

from e2e.application import COMMAND, SECRETS, Application, copy_example, start
from e2e.test_dev import is_alive


def run(folder: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, **SECRETS, **env},
    )


def test_end(built_example: Path, tmp_path: Path):
    """Ctrl-C ends the server and its worker, at once when nothing is under way."""
    application = start(built_example, tmp_path / "server.log")
    processes = application.processes()
    assert len(processes) > 1
    began = time.monotonic()
    code = application.stop()

    assert code in (0, 130)
    assert time.monotonic() - began < 4
    assert [name for pid, name in processes.items() if is_alive(pid)] == []
    assert "Traceback" not in application.log()


def test_end_during_a_stream(built_example: Path, tmp_path: Path):
    """A stream that somebody listens to is cut off after the time that requests are given."""
    application = start(built_example, tmp_path / "server.log", "--drain", "1")
    with socket.create_connection(("127.0.0.1", application.port)) as connection:
        connection.sendall(b"GET /api/feed HTTP/1.1\r\nHost: localhost\r\n\r\n")
        connection.recv(1000)
        began = time.monotonic()
        code = application.stop()

    assert code in (0, 130)
    assert time.monotonic() - began < 6
    assert "Traceback" not in application.log()


def test_port_in_use(app: Application):
    """A port that is taken is named in one message, without a traceback."""
    result = run(app.folder, "start", "--port", str(app.port))

    assert result.returncode != 0
    assert str(app.port) in result.stderr
    assert "Traceback" not in result.stderr


def test_not_built(tmp_path: Path):
    """Without a build, start names the command that makes one."""
    result = run(copy_example(tmp_path / "guide"), "start", "--port", "0")

    assert result.returncode != 0
    assert "jetbridge build" in result.stderr
    assert "Traceback" not in result.stderr


def test_syntax_error(tmp_path: Path):
    """A page that cannot be read is named with its line, without a traceback."""
    folder = copy_example(tmp_path / "guide")
    page = folder / "app" / "login" / "page.py"
    page.write_text(page.read_text().replace("def page(", "def page(("))
    result = run(folder, "build")

    assert result.returncode != 0
    assert "app/login/page.py:" in result.stderr
    assert "Traceback" not in result.stderr


def test_no_node(built_example: Path):
    """A Node that is not there is named, with what to do."""
    result = run(built_example, "build", JETBRIDGE_NODE="/nowhere/node")

    assert result.returncode != 0
    assert "/nowhere/node" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("routes", ["/", "/posts", "/posts/[id]", "/api/webhooks/stripe", "/login"]),
        ("actions", ["createPost", "updatePost", "deleteComment", "handle_delete", "logIn", "app/actions/posts.py"]),
    ],
)
def test_lists(built_example: Path, command: str, words: list[str]):
    """Routes and public actions can be listed."""
    result = run(built_example, command)

    assert result.returncode == 0, result.stderr
    assert [word for word in words if word not in result.stdout] == []
