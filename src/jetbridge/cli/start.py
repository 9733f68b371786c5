"""`jetbridge start`: the production server."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import Any

import click
import uvicorn

from jetbridge.cli.logs import set_up_logging
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
    application = Jetbridge(config=config)
    listening = open_socket(host, port)
    settings: dict[str, Any] = {
        "log_config": None,
        "access_log": False,
        "proxy_headers": False,
        "server_header": False,
        "ws": "none",
        "timeout_graceful_shutdown": drain,
    }
    if config.workers == 1:
        click.echo(f"jetbridge ready: {url_of(host, listening)}")
        server = uvicorn.Server(uvicorn.Config(application, **settings))
        with suppress(KeyboardInterrupt):
            server.run(sockets=[listening])
        if not server.started:
            sys.exit(3)
        return
    click.echo(f"jetbridge ready: {url_of(host, listening)}, {config.workers} processes")
    # The processes are given a socket that uvicorn opens. This one has shown that the port is free.
    listening.close()
    os.environ["JETBRIDGE_ROOT"] = str(config.root)
    name = f"{__name__}:{create_worker.__name__}"
    uvicorn.run(name, factory=True, host=host, port=port, workers=config.workers, **settings)


def create_worker() -> Jetbridge:
    """The application in one of several processes."""
    set_up_logging()
    return create_app()
