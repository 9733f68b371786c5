"""`jetbridge dev`: one port, Vite beside Python, and what happens after an edit."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import time
from contextlib import AsyncExitStack
from typing import Any

import click

from jetbridge.cli.dev_front import Front
from jetbridge.cli.dev_process import PythonProcess
from jetbridge.cli.dev_watch import Edit, watch_edits
from jetbridge.cli.logs import set_up_logging
from jetbridge.cli.project import shown_path
from jetbridge.cli.sockets import open_socket, url_of
from jetbridge.config import Config
from jetbridge.node.dev_link import DevLink, RenderRelay
from jetbridge.node.vite import ViteServer
from jetbridge.node.worker import Worker
from jetbridge.typegen.client_stubs import write_client_stubs


def run_dev(config: Config, host: str, port: int) -> None:
    """Serve the project for its developer until Ctrl-C or SIGTERM.

    Raises: ConfigError for whatever is missing on this machine or in the project.
    """
    started = time.perf_counter()
    set_up_logging()
    with open_socket(host, port) as listening:
        asyncio.run(_serve(config, listening, url_of(host, listening), started))


async def _serve(config: Config, listening: socket.socket, url: str, started: float) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        vite = ViteServer(config)
        stack.push_async_callback(vite.close)
        starting = asyncio.create_task(_start(config, vite, listening, stack))
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait({starting, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():
            starting.cancel()
            await asyncio.wait({starting})
            return
        server, report = starting.result()
        click.echo(f"jetbridge dev ready in {time.perf_counter() - started:.1f} s: {url}")
        show_report(report)
        await server.follow(stop)


async def _start(
    config: Config, vite: ViteServer, listening: socket.socket, stack: AsyncExitStack
) -> tuple[DevServer, dict[str, Any]]:
    """Start everything; what has been started is ended by `stack`."""
    write_client_stubs(config.app_path)
    await vite.start()
    worker = Worker(config, vite.build)
    await worker.start()
    relay = RenderRelay(vite, worker)
    link = await relay.open()
    stack.push_async_callback(relay.close)
    front = Front(listening, link.origin)
    await front.open()
    server = DevServer(config, vite, front, link)
    stack.push_async_callback(server.close)
    stack.push_async_callback(front.close)
    return server, await server.restart()


class DevServer:
    """The Python process of the moment and, imported and waiting, the next one."""

    def __init__(self, config: Config, vite: ViteServer, front: Front, link: DevLink) -> None:
        self._config = config
        self._vite = vite
        self._front = front
        self._env = {
            **os.environ,
            **link.to_environment(),
            "JETBRIDGE_ROOT": str(config.root),
            # Two edits within a second may leave a .pyc that looks current and is not.
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        self._current: PythonProcess | None = None
        self._next: PythonProcess | None = None
        self._watching: asyncio.Task[None] | None = None

    async def follow(self, stop: asyncio.Event) -> None:
        """Act upon edits until `stop`."""
        following = asyncio.create_task(self._follow(stop))
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait({following, stopped}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if following.done():
            following.result()
        following.cancel()
        await asyncio.wait({following})

    async def _follow(self, stop: asyncio.Event) -> None:
        async for edit in watch_edits(self._config, stop):
            await self._react(edit)

    async def _react(self, edit: Edit) -> None:
        started = time.perf_counter()
        # A client module with other exports is another module for Python, which imports them by name.
        exports = write_client_stubs(self._config.app_path) if edit.components else []
        if not edit.python and not exports:
            return
        report = await self.restart()
        names = ", ".join(shown_path(path, self._config.root) for path in edit.paths[:3])
        more = f" and {len(edit.paths) - 3} more" if len(edit.paths) > 3 else ""
        if report.get("error"):
            show_report(report)
        elif report:
            click.echo(f"{names}{more}: ready in {time.perf_counter() - started:.2f} s")
        self._vite.refresh()

    async def restart(self) -> dict[str, Any]:
        """Replace the Python process; connections wait meanwhile. Returns the new one's report."""
        self._front.hold()
        old, self._current = self._current, self._next or await self._spawn()
        self._next = None
        if self._watching is not None:
            self._watching.cancel()
        report = await self._current.serve()
        self._front.send_to(self._current.port)
        self._watching = asyncio.create_task(self._watch(self._current))
        self._next, _ = await asyncio.gather(self._spawn(), old.close() if old is not None else asyncio.sleep(0))
        return report

    async def _spawn(self) -> PythonProcess:
        return await PythonProcess.spawn(self._config.root, self._env)

    async def _watch(self, process: PythonProcess) -> None:
        status = await process.wait()
        click.echo(f"The Python process ended by itself (exit status {status}). It starts again after the next edit.")

    async def close(self) -> None:
        """End both processes."""
        if self._watching is not None:
            self._watching.cancel()
        processes = [process for process in (self._current, self._next) if process is not None]
        await asyncio.gather(*(process.close() for process in processes))


def show_report(report: dict[str, Any]) -> None:
    """Print what a Python process says of the project, or why it cannot start."""
    if report.get("error"):
        click.secho(f"\nThe application cannot start: {report['error']}", fg="red", err=True)
        if report["trace"]:
            click.echo(report["trace"], err=True)
        click.echo("Mend the file and save it.\n", err=True)
    elif report:
        counts = {"pages": "page", "handlers": "route handler", "actions": "action"}
        facts = [f"{report[key]} {name}{'' if report[key] == 1 else 's'}" for key, name in counts.items()]
        click.echo(f"  {', '.join(facts)}")
