"""A Node process that is kept alive: started, watched, started again."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

from jetbridge import wire
from jetbridge.errors import ConfigError, WorkerError
from jetbridge.node.child import Child, Render, logger
from jetbridge.node.frames import PROTOCOL, FrameType, encode_frame

START_SECONDS: Final = 30.0
"""How long a process may take until it is ready."""
PING_SECONDS: Final = 5.0
"""A process that has work and does not answer within this time is killed."""
FIRST_DELAY: Final = 0.1
LAST_DELAY: Final = 5.0
"""Seconds between the end of a process and the next one; doubled each time up to the last."""
STEADY_SECONDS: Final = 10.0
"""A process that lived this long starts the delays afresh."""


class NodeProcess:
    """A Node process that is started again whenever it ends.

    command: program and arguments. settings: what the process is told first, asked for at each start.
    role: for the log, such as "The HTML worker". without: what happens while it is away, for the log.
    """

    def __init__(
        self,
        command: Sequence[str],
        settings: Callable[[], Mapping[str, Any]],
        *,
        cwd: str,
        mode: str,
        role: str,
        without: str,
    ) -> None:
        self._command = tuple(command)
        self._settings = settings
        self._cwd = cwd
        self._mode = mode
        self._role = role
        self._without = without
        self._child: Child | None = None
        self._supervisor: asyncio.Task[None] | None = None
        self.answer: Mapping[str, Any] = {}

    @property
    def child(self) -> Child | None:
        """The process that is ready now, or None."""
        return self._child if self._child is not None and self._child.alive else None

    @property
    def load(self) -> int:
        """Renders under way."""
        return len(self.child.renders) if self.child is not None else 0

    def open_render(self, options: Mapping[str, Any]) -> Render:
        """Start a render. Raises: WorkerError while the process is away."""
        if self.child is None:
            raise WorkerError(f"{self._role} is away.")
        return self.child.open_render(options)

    def notify(self, event: Mapping[str, Any]) -> None:
        """Tell the process something, if it is there."""
        if self.child is not None:
            self.child.write(encode_frame(FrameType.NOTIFY, 0, json.dumps(event).encode()))

    async def start(self) -> None:
        """Start the process and wait until it is ready or has failed once.

        Raises: ConfigError with its own words when it says that the project cannot be served.
        """
        first: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._supervisor = asyncio.create_task(self._supervise(first))
        try:
            await asyncio.wait({first, self._supervisor}, return_when=asyncio.FIRST_COMPLETED)
            await (first if first.done() else self._supervisor)
        finally:
            first.cancel()  # Whoever waits no longer is told no more: what happens from now on is in the log.

    async def close(self) -> None:
        """End the process; renders under way fail."""
        if self._supervisor is not None:
            self._supervisor.cancel()
            with suppress(asyncio.CancelledError):
                await self._supervisor
            self._supervisor = None

    async def _supervise(self, first: asyncio.Future[None]) -> None:
        loop = asyncio.get_running_loop()
        delay = FIRST_DELAY
        away = False
        while True:
            started = loop.time()
            try:
                child = await self._launch()
            except ConfigError as error:
                if not first.done():
                    first.set_exception(error)
                    return
                reason = str(error)
            except (OSError, WorkerError) as error:
                reason = str(error)
            else:
                if away:
                    logger.info("%s is back (process %d).", self._role, child.pid)
                away = False
                reason = await self._watch(child, first)
            if not away:
                logger.warning("%s stopped: %s. %s until it is back.", self._role, reason, self._without)
                away = True
            if not first.done():
                first.set_result(None)
            if loop.time() - started > STEADY_SECONDS:
                delay = FIRST_DELAY
            await asyncio.sleep(delay)
            delay = min(delay * 2, LAST_DELAY)

    async def _launch(self) -> Child:
        """A process that is ready. Raises: OSError, WorkerError, ConfigError."""
        child = await self._spawn()
        try:
            child.write(encode_frame(FrameType.INIT, 0, json.dumps(self._settings()).encode()))
            try:
                async with asyncio.timeout(START_SECONDS):
                    answer = await child.ready
            except TimeoutError:
                raise WorkerError(f"it was not ready within {START_SECONDS:.0f} seconds") from None
            self._check(answer)
        except BaseException:
            await child.close()
            raise
        self.answer = answer
        return child

    async def _spawn(self) -> Child:
        env = {name: value for name, value in os.environ.items() if name != "JETBRIDGE_SECRET"}
        # Ctrl-C in a terminal goes to the whole group; the process has to stay until the server lets it go.
        group: dict[str, Any] = {"start_new_session": True}
        if sys.platform == "win32":
            group = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
        loop = asyncio.get_running_loop()
        _, child = await loop.subprocess_exec(
            Child, *self._command, cwd=self._cwd, env=env | {"NODE_ENV": self._mode, "NO_COLOR": "1"}, **group
        )
        return child

    def _check(self, answer: Mapping[str, Any]) -> None:
        if answer.get("error"):
            raise ConfigError(answer["error"])
        if answer["protocol"] != PROTOCOL or answer["react"] != wire.REACT_VERSION:
            raise ConfigError(
                f"The files beside jetbridge are of another version (React {answer.get('react')}, protocol "
                f"{answer['protocol']}): install jetbridge again."
            )

    async def _watch(self, child: Child, first: asyncio.Future[None]) -> str:
        """Offer the process until its end; returns how it ended."""
        self._child = child
        if not first.done():
            first.set_result(None)
        try:
            while not child.exited.is_set():
                # A developer may have stopped the process in a debugger.
                asked = child.heard if child.renders and self._mode == "production" else None
                if asked is not None:
                    child.write(encode_frame(FrameType.PING))
                with suppress(TimeoutError):
                    async with asyncio.timeout(PING_SECONDS):
                        await child.exited.wait()
                if asked is not None and child.heard == asked and not child.exited.is_set():
                    child.kill(f"it has not answered for {PING_SECONDS:.0f} seconds")
        finally:
            self._child = None
            if not child.exited.is_set():
                await child.close()
        return f"exit status {child.returncode}"
