"""The project's own Vite: the production build, and the development server."""

from __future__ import annotations

import json
import logging
import os
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from jetbridge import wire
from jetbridge.config import Config
from jetbridge.errors import ConfigError, EncodeError
from jetbridge.flight.encoder import ClientRow
from jetbridge.flight.model import ClientReference
from jetbridge.node.manifest import Build
from jetbridge.node.process import NodeProcess
from jetbridge.node.runtime import find_asset, find_node

logger = logging.getLogger("jetbridge.node")


def build(config: Config) -> Build:
    """Build the client modules below `config.app_path` into `.jetbridge/build`, for the browser and for Node.

    The stubs of Python modules must lie in `.jetbridge/types` already.
    Raises: ConfigError with Vite's own words, or with what is missing in the project.
    """
    command = [find_node(config), str(find_asset("build.mjs")), json.dumps(project_settings(config))]
    done = subprocess.run(  # noqa: S603
        command,
        cwd=config.root,
        env=os.environ | {"NODE_ENV": "production", "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    said = f"{done.stdout}{done.stderr}".strip()
    if done.returncode == _PROJECT_ERROR:
        raise ConfigError(said)
    if done.returncode != 0:
        raise ConfigError(f"The client components cannot be built.\n{said}")
    if said:
        logger.warning("%s", said)
    return Build.load(config.out_path)


_PROJECT_ERROR = 3
"""Exit status of the scripts when the project must be changed; what they print says how."""


def project_settings(config: Config) -> dict[str, str]:
    """Where the scripts find the project."""
    return {"root": str(config.root), "app": str(config.app_path), "out": str(config.out_path)}


@dataclass(frozen=True, slots=True)
class DevBuild:
    """What stands in for a Build in development: client modules go by their path, and Vite serves them.

    process: the Node process that runs Vite makes the HTML too; None where it is reached by a DevLink.
    """

    root: Path
    process: NodeProcess | None = None

    id: ClassVar[str] = "development"
    head: ClassVar[str] = ""
    slots: ClassVar[frozenset[str]] = frozenset()

    def bootstrap_modules(self, asset_base: str) -> tuple[str, ...]:
        """URLs of the modules that start the page: Fast Refresh, then the runtime."""
        return (f"{wire.DEV_PATH}@jetbridge/bootstrap.js",)

    def client_reference(self, reference: ClientReference, asset_base: str) -> ClientRow:
        """How a client reference is written. Raises: EncodeError when its file is missing."""
        name = reference.name or "default"
        if reference.module == wire.RUNTIME_MODULE:
            return ClientRow(reference.module, (), name)
        if not (self.root / reference.module).is_file():
            raise EncodeError(f"The client module {reference.module} does not exist.")
        return ClientRow(reference.module, (reference.module, wire.DEV_PATH + reference.module), name)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


class ViteServer:
    """Vite in development: a Node process that serves the client modules with hot reload, and makes HTML of Flight."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._process: NodeProcess | None = None
        self._port = _free_port()

    @property
    def port(self) -> int:
        """Where Vite listens, now or soon, on the loopback interface; it stays when Vite has to start again."""
        return self._port

    @property
    def origin(self) -> str:
        """Where Vite listens; requests and web sockets below wire.DEV_PATH are passed on to it unchanged."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def build(self) -> DevBuild:
        """The build that it serves."""
        return DevBuild(self._config.root, self._running)

    @property
    def _running(self) -> NodeProcess:
        if self._process is None or not self._process.answer:
            raise ConfigError("Vite has not started.")
        return self._process

    async def start(self) -> None:
        """Start Vite and wait until it listens.

        Raises: ConfigError with what is missing in the project.
        """
        self._process = NodeProcess(
            (find_node(self._config), str(find_asset("dev.mjs"))),
            lambda: {**project_settings(self._config), "port": self._port},
            cwd=str(self._config.root),
            mode="development",
            role="Vite",
            without="Client components cannot be loaded",
        )
        await self._process.start()

    async def close(self) -> None:
        """End Vite."""
        if self._process is not None:
            await self._process.close()

    def refresh(self) -> None:
        """Tell every open page that Python code has changed: it asks the server for itself again."""
        self._running.notify({})

    def show_error(self, message: str, trace: str) -> None:
        """Lay an error of Python's over every open page, until the next `refresh`."""
        self._running.notify({"error": {"message": message, "trace": trace}})
