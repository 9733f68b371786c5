"""The Python process of development, seen from the process that starts it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

CLOSE_SECONDS: Final = 1.5
RETIRE_SECONDS: Final = 10.0
"""How long a process that has a successor may take to finish its requests."""


class PythonProcess:
    """One run of `jetbridge.cli.dev_child`: imported and waiting, until `serve` lets it read the project.

    port: of the loopback interface; connections to it wait until the process accepts them.
    """

    def __init__(self, process: Process, port: int, report_fd: int) -> None:
        self._process = process
        self.port = port
        self._report = os.fdopen(report_fd, "rb")

    @classmethod
    async def spawn(cls, root: Path, env: Mapping[str, str]) -> PythonProcess:
        """Start it; it imports what every application needs, and waits."""
        listening = socket.create_server(("127.0.0.1", 0), backlog=2048)
        read_fd, write_fd = os.pipe()
        with listening:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "jetbridge.cli.dev_child", str(listening.fileno()), str(write_fd)),
                cwd=root,
                env=dict(env),
                stdin=PIPE,
                pass_fds=(listening.fileno(), write_fd),
                # Ctrl-C in the terminal must reach only the process that ends the others in order.
                start_new_session=True,
            )
            os.close(write_fd)
            return cls(process, listening.getsockname()[1], read_fd)

    async def serve(self) -> dict[str, Any]:
        """Let it read the project and serve it. Returns its report; {} when it ended without one."""
        if self._process.stdin is not None:
            with suppress(OSError):
                self._process.stdin.write(b"go\n")
                await self._process.stdin.drain()
        text = await asyncio.to_thread(self._report.read)
        self._report.close()
        report: dict[str, Any] = json.loads(text or b"{}")
        return report

    async def wait(self) -> int:
        """Wait for its end; returns its exit status."""
        return await self._process.wait()

    async def close(self, seconds: float = CLOSE_SECONDS) -> None:
        """End it: requests under way may finish in this time; then it goes, with everything it has started."""
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.terminate()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), seconds)
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        await self._process.wait()
        self._report.close()
