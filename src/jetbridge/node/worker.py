"""HTML out of Flight: renders are spread over Node processes that run React."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from jetbridge import wire
from jetbridge.config import Config
from jetbridge.errors import ConfigError, WorkerError
from jetbridge.node.child import Render, logger
from jetbridge.node.manifest import Build
from jetbridge.node.process import NodeProcess
from jetbridge.node.runtime import find_asset, find_node
from jetbridge.node.vite import DevBuild

NODE_FLAGS: Final = ("--max-old-space-size=96", "--max-semi-space-size=4")
"""One render needs little; without these V8 lets garbage grow far beyond what is in use."""

_WITHOUT: Final = "Pages are rendered by the browser"


class DocumentResources(Protocol):
    """What the head of a document loads, as URLs; nonce: of scripts, for the Content-Security-Policy."""

    @property
    def bootstrap_modules(self) -> Sequence[str]: ...
    @property
    def preload_modules(self) -> Sequence[str]: ...
    @property
    def stylesheets(self) -> Sequence[str]: ...
    @property
    def nonce(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class RenderOptions:
    """The plain DocumentResources."""

    bootstrap_modules: Sequence[str] = ()
    preload_modules: Sequence[str] = ()
    stylesheets: Sequence[str] = ()
    nonce: str | None = None


class Worker:
    """Makes HTML of Flight in `config.node_workers` Node processes, which are started again whenever they end.

    action_ids: slot -> id, for the actions that built modules name. asset_base: URL path of the built files.
    """

    def __init__(
        self,
        config: Config,
        build: Build | DevBuild,
        *,
        action_ids: Mapping[str, str] | None = None,
        asset_base: str = wire.ASSET_PATH,
    ) -> None:
        self._config = config
        self._build = build
        self._action_ids = dict(action_ids or {})
        self._asset_base = asset_base
        self._processes: tuple[NodeProcess, ...] = ()

    @property
    def available(self) -> bool:
        """Whether HTML can be made at the moment."""
        return any(process.child is not None for process in self._processes)

    async def start(self) -> None:
        """Start the processes. Without a usable Node it says so in the log, and pages are rendered by the browser.

        In development Vite's process is used, which runs already.
        """
        if isinstance(self._build, DevBuild):
            self._processes = (self._build.process,) if self._build.process is not None else ()
            return
        try:
            self._processes = self._create_processes(self._build, self._config.node_workers)
        except ConfigError as error:
            logger.warning("%s. %s", _WITHOUT, error)
            return
        await asyncio.gather(*(process.start() for process in self._processes))

    async def close(self) -> None:
        """End the processes; renders under way fail."""
        if not isinstance(self._build, DevBuild):
            await asyncio.gather(*(process.close() for process in self._processes))
        self._processes = ()

    def _create_processes(self, build: Build, count: int) -> tuple[NodeProcess, ...]:
        if count < 1:
            return ()
        command = (find_node(self._config), *NODE_FLAGS, str(find_asset("ssr-worker.production.mjs")))
        settings = {
            "assetBase": self._asset_base,
            "actionIds": self._action_ids,
            "folder": str(build.ssr_folder),
            "modules": [(module.id, module.ssr, path) for path, module in build.modules.items()],
        }
        return tuple(
            NodeProcess(
                command,
                lambda: settings,
                cwd=str(self._config.root),
                mode="production",
                role="The Node worker" if count == 1 else f"Node worker {number}",
                without=_WITHOUT if count == 1 else "The others make the HTML",
            )
            for number in range(1, count + 1)
        )

    async def render_html(self, flight: AsyncIterable[bytes], options: DocumentResources) -> AsyncIterator[bytes]:
        """The HTML of a page, in complete pieces: other markup may stand between two of them.

        flight: not read further once the HTML is complete.
        Raises: WorkerError when React cannot go on or the process ends; what `flight` raises.
        """
        ready = [process for process in self._processes if process.child is not None]
        if not ready:
            raise WorkerError("No Node process is ready.")
        process = min(ready, key=lambda process: process.load)
        render = process.open_render(
            {
                "bootstrapModules": list(options.bootstrap_modules),
                "preloadModules": list(options.preload_modules),
                "stylesheets": list(options.stylesheets),
                "nonce": options.nonce,
            }
        )
        pump = asyncio.create_task(_pump(flight, render))
        try:
            async for piece in render:
                yield piece
        finally:
            render.close()
            pump.cancel()
            await asyncio.wait({pump})


async def _pump(flight: AsyncIterable[bytes], render: Render) -> None:
    try:
        async for chunk in flight:
            await render.send(chunk)
        render.finish()
    except Exception as error:
        render.fail(error)
