"""Several real processes with one cache: what was answered to one is seen by all."""

from __future__ import annotations

import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.redis_server import RedisServer

pytestmark = pytest.mark.slow

PROCESS = Path(__file__).with_name("process.py")


@pytest.fixture
def run(tmp_path):
    """Starts a process that reads and changes; all that are left are ended with the test."""
    started: list[subprocess.Popen[str]] = []

    def run(url, seconds, path=""):
        command = [sys.executable, str(PROCESS), url, str(tmp_path / "database"), str(seconds), path]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        started.append(process)
        return process

    yield run
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def counts(process):
    """Reads, wrong reads, changes."""
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    return [int(word) for word in output.split()]


@pytest.fixture(params=["sqlite", "redis"])
def url(request, tmp_path):
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/cache.sqlite"
        return
    with RedisServer() as server:
        yield server.url


@pytest.mark.parametrize("path", ["", "/posts"], ids=["tags", "paths"])
def test_answered_to_one_is_seen_by_all(run, url, path):
    """Processes that start at once, read and change the same data: no read is older than an answered invalidation."""
    processes = [run(url, 3, path) for _ in range(3)]

    assert [counts(process)[1] for process in processes] == [0, 0, 0]


def test_killed_in_the_middle(run, tmp_path):
    """A process that is killed while it writes disturbs no other one."""
    url = f"sqlite:///{tmp_path}/cache.sqlite"
    others = [run(url, 4) for _ in range(2)]
    for _ in range(4):
        victim = run(url, 60)
        time.sleep(0.8)
        victim.send_signal(signal.SIGKILL)

    assert [counts(process)[1] for process in others] == [0, 0]


def test_server_killed_and_started_again(run):
    """Killing and restarting Redis under load: no read fails, none is too old."""
    with RedisServer() as server:
        processes = [run(server.url, 6) for _ in range(2)]
        time.sleep(1.5)
        for _ in range(3):
            server.kill()
            time.sleep(0.4)
            server.start()
            time.sleep(0.6)
        assert [counts(process)[1] for process in processes] == [0, 0]


def test_file_is_for_the_owner(run, tmp_path):
    """The cache holds what pages show: nobody else may read it."""
    process = run(f"sqlite:///{tmp_path}/new/cache.sqlite", 60)
    deadline = time.monotonic() + 20
    while not list(tmp_path.glob("new/*-wal")) and time.monotonic() < deadline:
        time.sleep(0.02)
    files = list((tmp_path / "new").iterdir())
    process.kill()

    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    assert {file.suffix for file in files} == {".sqlite", ".sqlite-wal", ".sqlite-shm"}
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_after_a_fork(tmp_path):
    """A process that was forked opens the file for itself."""
    code = f"""
import os
import anyio
from jetbridge.cache import SqliteStore

store = SqliteStore({str(tmp_path / "cache.sqlite")!r})

async def put(key):
    await store.set(key, key.encode(), version=(await store.get(key)).version)

async def read():
    print([(await store.get(key)).value for key in ("parent", "child")])

anyio.run(put, "parent")
child = os.fork()
if child == 0:
    anyio.run(put, "child")
    os._exit(0)
os.waitpid(child, 0)
anyio.run(read)
"""
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert output == "[b'parent', b'child']\n"
