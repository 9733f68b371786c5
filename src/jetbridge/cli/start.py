"""`jetbridge start`: the production server."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import threading
import time
from contextlib import suppress
from typing import Any

import click
import uvicorn

from jetbridge.cli.logs import set_up_logging
from jetbridge.cli.memory import freeze_startup, limit_allocator
from jetbridge.cli.protocol import HttpProtocol
from jetbridge.cli.sockets import open_socket, url_of
from jetbridge.config import Config
from jetbridge.node.manifest import Build
from jetbridge.node.runtime import find_node
from jetbridge.server.application import Jetbridge, create_app


def start_server(config: Config, host: str, port: int, drain: int) -> None:
    """Serve the built application until a signal ends it. drain: seconds that requests under way may still take.

    Raises: ConfigError, RouteConflict for whatever would keep it from answering.
    """
    Build.load(config.out_path)
    if config.node_workers:
        find_node(config)
    set_up_logging()
    limit_allocator()
    application = Jetbridge(config=config)
    freeze_startup()
    listening = open_socket(host, port)
    settings: dict[str, Any] = {
        "http": HttpProtocol,
        "log_config": None,
        "access_log": False,
        "proxy_headers": False,
        "server_header": False,
        "ws": "none",
        "timeout_graceful_shutdown": drain,
    }
    url = url_of(host, listening)
    if config.workers == 1:
        server = _Server(uvicorn.Config(application, **settings), f"jetbridge ready: {url}")
        with suppress(KeyboardInterrupt):
            server.run(sockets=[listening])
        if not server.started:
            sys.exit(3)
        return
    # The processes are given a socket that uvicorn opens. This one has shown that the port is free.
    port = listening.getsockname()[1]
    listening.close()
    os.environ["JETBRIDGE_ROOT"] = str(config.root)
    # They read the configuration themselves, but not this command line.
    os.environ["JETBRIDGE_WORKERS"] = str(config.workers)
    text = f"jetbridge ready: {url}, {config.workers} processes"
    threading.Thread(target=_announce, args=(host, port, text), daemon=True).start()
    name = f"{__name__}:{create_worker.__name__}"
    uvicorn.run(name, factory=True, host=host, port=port, workers=config.workers, **settings)


class _Server(uvicorn.Server):
    """Says when it is ready. A signal ends it while it starts, too."""

    def __init__(self, config: uvicorn.Config, text: str) -> None:
        super().__init__(config)
        self._text = text

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        starting = asyncio.ensure_future(super().startup(sockets))
        while not starting.done() and not self.should_exit:
            await asyncio.wait({starting}, timeout=0.1)
        if not starting.done():
            starting.cancel()
            return
        await starting
        if self.started:
            click.echo(self._text)


def _announce(host: str, port: int, text: str) -> None:
    """Say that the processes are ready, once the first of them accepts."""
    while True:
        with suppress(OSError):
            socket.create_connection((host, port), timeout=1).close()
            break
        time.sleep(0.05)
    click.echo(text)


def create_worker() -> Jetbridge:
    """The application in one of several processes."""
    set_up_logging()
    limit_allocator()
    threading.Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()
    application = create_app()
    freeze_startup()
    return application


def _end_with_parent(parent: int) -> None:
    """A process whose supervisor was killed would hold the port for ever."""
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)
