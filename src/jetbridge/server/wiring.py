"""Makes the parts of an application and puts them together."""

from __future__ import annotations

import logging
import secrets
import sys
from dataclasses import dataclass

from jetbridge import wire
from jetbridge.actions.encryption import KeyRing
from jetbridge.actions.registry import ActionRegistry
from jetbridge.cache.memory import MemoryStore
from jetbridge.config import Config
from jetbridge.html.tsx_import import install as install_tsx_import
from jetbridge.node.manifest import Build, DevBuild
from jetbridge.node.worker import Worker
from jetbridge.routing.scan import scan_routes
from jetbridge.server.assets import Assets
from jetbridge.server.dev_proxy import DevProxy
from jetbridge.server.public_files import PublicFiles
from jetbridge.server.state import AppState

logger = logging.getLogger("jetbridge")


@dataclass(frozen=True, slots=True)
class Wiring:
    """A request's state, and what must be started and closed beside the server."""

    state: AppState
    worker: Worker | None
    dev_proxy: DevProxy | None

    async def start(self) -> None:
        if self.worker is not None:
            await self.worker.start()

    async def close(self) -> None:
        if self.worker is not None:
            await self.worker.close()
        if self.dev_proxy is not None:
            await self.dev_proxy.close()


def wire_application(config: Config) -> Wiring:
    """Read the project and make its parts. Nothing runs yet.

    Raises: ConfigError, RouteConflict.
    """
    keys = KeyRing(config.secrets or (_temporary_secret(config),))
    install_tsx_import(config.root)
    tree = scan_routes(config.app_path, config.app_dir.replace("/", "."))
    registry = ActionRegistry(keys, tree.modules.values())
    raise NotImplementedError
