"""Several processes and machines: what one has changed, every other shows at its next read."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from e2e.application import COMMAND, SECRETS, Application, start
from e2e.load import run, visit_together
from e2e.proxy import proxy
from e2e.rounds import Posts, play
from tests.redis_server import RedisServer

ROUNDS = 1000


@pytest.fixture(scope="module")
def action_ids(built_example: Path) -> Mapping[str, str]:
    """Ids of the example's actions, by the names of their exports."""
    listed = subprocess.run(
        [COMMAND, "actions", "--json"],
        cwd=built_example,
        env={**os.environ, **SECRETS},
        capture_output=True,
        check=True,
    )
    return {row["name"]: row["id"] for row in json.loads(listed.stdout)}


def processor_time(pid: int) -> int:
    """How long a process has been busy, in ticks."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def listening_processes(app: Application) -> list[int]:
    """The processes of Python below the one that was started."""
    return [pid for pid, name in app.processes().items() if name.startswith("python") and pid != app.process.pid]


def test_workers_on_sqlite(built_example: Path, action_ids: Mapping[str, str], tmp_path: Path):
    """Four processes of one `jetbridge start` share a cache without being told to: no read is ever stale."""
    app = start(built_example, tmp_path / "server.log", "--workers", "4")
    try:
        workers = listening_processes(app)
        before = {pid: processor_time(pid) for pid in workers}
        stale = run(play(Posts([app.port], action_ids), ROUNDS))
        ticks = sorted(processor_time(pid) - before[pid] for pid in workers)
    finally:
        app.stop()

    assert stale == []
    assert len([spent for spent in ticks if spent > 20]) == 4, ticks
    assert "Traceback" not in app.log()


@dataclass(frozen=True)
class Machines:
    """Three servers with one database and one Redis, and the port of the proxy before them."""

    servers: tuple[Application, ...]
    proxy_port: int
    redis: RedisServer

    def log(self) -> str:
        return "".join(server.log() for server in self.servers)


@pytest.fixture(scope="module")
def machines(built_example: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    folder = tmp_path_factory.mktemp("machines")
    # What was kept is still there after a restart: an expiry that got lost would show.
    with RedisServer("--appendonly", "yes", "--appendfsync", "always") as redis, ExitStack() as started:
        environment = {
            "JETBRIDGE_CACHE": redis.url,
            "JETBRIDGE_TRUSTED_PROXIES": "127.0.0.1",
            "GUIDE_DATABASE": str(folder / "common.sqlite"),
        }
        servers = []
        for number in range(3):
            server = start(built_example, folder / f"server{number}.log", environment=environment)
            started.callback(server.stop)
            servers.append(server)
        port = started.enter_context(proxy(folder, [server.port for server in servers]))
        yield Machines(tuple(servers), port, redis)


def test_machines_on_redis(machines: Machines, action_ids: Mapping[str, str]):
    """Create, publish and delete through one server or the proxy, read through the next: no read is ever stale."""
    one, two, three = (server.port for server in machines.servers)
    ports = [one, machines.proxy_port, two, machines.proxy_port, three]

    stale = run(play(Posts(ports, action_ids), ROUNDS))

    assert stale == []
    assert machines.redis.command("DBSIZE") != b":0\r\n"
    assert "Traceback" not in machines.log()


async def visit_while_redis_is_away(
    machines: Machines, action_ids: Mapping[str, str]
) -> tuple[Counter[str], list[str]]:
    """Visitors, and rounds on the way, while Redis is killed and comes back."""
    visits = asyncio.create_task(visit_together(machines.proxy_port, "/posts", 20, 60, b"A form is enough"))
    await asyncio.sleep(0.5)
    await asyncio.to_thread(machines.redis.kill)
    await asyncio.sleep(1)
    await asyncio.to_thread(machines.redis.start)
    happened = await visits
    return happened, await play(Posts([server.port for server in machines.servers], action_ids), 50)


def test_redis_killed_under_load(machines: Machines, action_ids: Mapping[str, str]):
    """While Redis is away every page is whole; the log says when it went and came back; afterwards nothing is stale."""
    happened, stale = run(visit_while_redis_is_away(machines, action_ids))

    assert happened == {"ok": 1200}
    assert stale == []
    assert all("is away" in server.log() and "is back" in server.log() for server in machines.servers)
    assert "Traceback" not in machines.log()
