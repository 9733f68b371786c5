"""`jetbridge dev`: one port, Vite beside Python, and what happens after an edit."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import time
from collections.abc import Coroutine
from typing import Any, TypeVar

import click

from jetbridge.cli.dev_front import Front
from jetbridge.cli.dev_process import RETIRE_SECONDS, PythonProcess
from jetbridge.cli.dev_stubs import StubKeeper
from jetbridge.cli.dev_watch import Edit, Watcher
from jetbridge.cli.generate import show_problems
from jetbridge.cli.logs import set_up_logging
from jetbridge.cli.project import shown_path
from jetbridge.cli.sockets import open_socket, url_of
from jetbridge.config import Config
from jetbridge.node.dev_link import RenderRelay
from jetbridge.node.vite import ViteServer
from jetbridge.node.worker import Worker
from jetbridge.typegen.write import write_tsconfig

T = TypeVar("T")


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
    server = DevServer(config, listening)
    try:
        report = await _unless(stop, server.start())
        if report is not None:
            click.echo(f"jetbridge dev ready in {time.perf_counter() - started:.1f} s: {url}")
            show_report(report)
            await _unless(stop, server.follow_edits())
    finally:
        await server.close()


async def _unless(stop: asyncio.Event, work: Coroutine[Any, Any, T]) -> T | None:
    """The result of `work`; None when `stop` came first, which cancels it."""
    working = asyncio.create_task(work)
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait({working, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if working.done():
        return working.result()
    working.cancel()
    await asyncio.wait({working})
    return None


class DevServer:
    """Vite, the port, the Python process of the moment and, imported and waiting, the next one."""

    def __init__(self, config: Config, listening: socket.socket) -> None:
        self._config = config
        self._vite = ViteServer(config)
        self._front = Front(listening, self._vite.port, config.allowed_origins)
        self._relay = RenderRelay()
        self._watcher = Watcher(config)
        self._stubs = StubKeeper(config)
        self._env: dict[str, str] = {}
        self._current: PythonProcess | None = None
        self._next: PythonProcess | None = None
        self._retired: dict[PythonProcess, asyncio.Task[None]] = {}
        self._guard: asyncio.Task[None] | None = None

    async def start(self) -> dict[str, Any]:
        """Start everything. Returns the report of the Python process. Raises: ConfigError."""
        link = await self._relay.open(self._vite)
        self._env = {
            **os.environ,
            **link.to_environment(),
            "JETBRIDGE_ROOT": str(self._config.root),
            # Two edits within a second may leave a .pyc that looks current and is not.
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        await self._watcher.start()
        known = (self._config.out_path / "types").is_dir()
        write_tsconfig(self._config.out_path, self._config.app_dir)
        python = asyncio.create_task(self.restart())
        try:
            if not known:
                # Vite reads the stubs of the actions, which Python has yet to write for the first time.
                await asyncio.wait({python})
            await self._vite.start()
            worker = Worker(self._config, self._vite.build)
            await worker.start()
            self._relay.use(worker)
            report = await python
        finally:
            python.cancel()
        await self._front.open()
        self._stubs.refresh()
        return report

    async def follow_edits(self) -> None:
        """Act upon edits, for ever. An edit to Python does not wait for what an earlier one has started."""
        reaction: asyncio.Task[None] | None = None
        async for edit in self._watcher.edits():
            if reaction is not None:
                if edit.python:
                    reaction.cancel()
                await asyncio.wait({reaction})
            reaction = asyncio.create_task(self._react(edit))

    async def _react(self, edit: Edit) -> None:
        started = time.perf_counter()
        # A client module with other exports is another module for Python, which imports them by name.
        others = edit.components and self._stubs.have_exports_changed()
        if not edit.python and not others:
            self._stubs.refresh()
            return
        report = await self.restart()
        self._stubs.refresh()
        names = ", ".join(shown_path(path, self._config.root) for path in edit.paths[:3])
        more = f" and {len(edit.paths) - 3} more" if len(edit.paths) > 3 else ""
        if report.get("error"):
            show_report(report)
            self._vite.show_error(report["error"], report["trace"])
        elif report:
            click.echo(f"{names}{more}: ready in {time.perf_counter() - started:.2f} s")
            show_problems(report["problems"])
            self._vite.refresh()

    async def restart(self) -> dict[str, Any]:
        """Replace the Python process; connections wait meanwhile. Returns the new one's report."""
        self._front.hold()
        process, self._next = self._next or await self._spawn(), None
        if self._guard is not None:
            self._guard.cancel()
        if self._current is not None:
            self._retire(self._current)
        self._current = process
        report = await process.serve()
        self._front.send_to(process.port)
        self._guard = asyncio.create_task(self._watch(process))
        self._next = await self._spawn()
        return report

    def _retire(self, process: PythonProcess) -> None:
        """Let a process finish its requests, beside its successor."""

        async def close() -> None:
            # The last connections that it was given may not have told it their request yet.
            await asyncio.sleep(0.3)
            await process.close(RETIRE_SECONDS)

        self._retired[process] = asyncio.create_task(close())
        self._retired[process].add_done_callback(lambda _: self._retired.pop(process, None))

    async def _spawn(self) -> PythonProcess:
        return await PythonProcess.spawn(self._config.root, self._env)

    async def _watch(self, process: PythonProcess) -> None:
        status = await process.wait()
        click.echo(f"The Python process ended by itself (exit status {status}). It starts again after the next edit.")

    async def close(self) -> None:
        """End everything, all at once: it takes as long as the slowest."""
        if self._guard is not None:
            self._guard.cancel()
        retired = tuple(self._retired)
        for task in self._retired.values():
            task.cancel()
        parts = (self._watcher, self._stubs, self._front, self._relay, self._vite, self._current, self._next, *retired)
        await asyncio.gather(*(part.close() for part in parts if part is not None))


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
        show_problems(report["problems"])
