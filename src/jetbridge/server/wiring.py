"""Makes the parts of an application and puts them together."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace

from jetbridge.actions.action import slot
from jetbridge.actions.encryption import KeyRing
from jetbridge.actions.limits import Places, make_limiter
from jetbridge.actions.options import ActionOptions
from jetbridge.actions.registry import ActionRegistry
from jetbridge.cache.http_client import SharedClient
from jetbridge.cache.store import use_store
from jetbridge.config import Config
from jetbridge.errors import ConfigError
from jetbridge.flight.limits import DEFAULT_LIMITS, Limits
from jetbridge.html.tsx_import import install as install_tsx_import
from jetbridge.node.dev_link import DevLink, LinkedWorker
from jetbridge.node.manifest import Build
from jetbridge.node.vite import DevBuild
from jetbridge.node.worker import Worker
from jetbridge.rendering.subtrees import FlightSubtrees
from jetbridge.routing.scan import RouteTree, scan_routes
from jetbridge.server.assets import Assets
from jetbridge.server.body import BodyLimits
from jetbridge.server.cache_store import choose_store, report_to
from jetbridge.server.dev_proxy import DevProxy
from jetbridge.server.page_cache import PageCache, code_fingerprint, find_lives
from jetbridge.server.public_files import PublicFiles
from jetbridge.server.state import AppState, OnError

logger = logging.getLogger("jetbridge")


@dataclass(frozen=True, slots=True)
class Project:
    """What a project's Python files say: its routes and its actions."""

    config: Config
    keys: KeyRing
    tree: RouteTree
    registry: ActionRegistry


@dataclass(frozen=True, slots=True)
class Wiring:
    """What a request needs, and what must be started and closed beside the server."""

    state: AppState
    worker: Worker | LinkedWorker | None
    subtrees: FlightSubtrees
    dev_proxy: DevProxy | None = None
    client: SharedClient = field(default_factory=SharedClient)

    async def start(self) -> None:
        if self.worker is not None:
            await self.worker.start()

    async def close(self) -> None:
        if self.worker is not None:
            await self.worker.close()
        if self.dev_proxy is not None:
            await self.dev_proxy.close()
        await self.client.aclose()
        await self.state.store.aclose()
        await self.state.limiter.aclose()

    def own_cache(self) -> use_store:
        """`with wiring.own_cache():` makes the application's cache the one in use."""
        return use_store(self.state.store, self.state.report, self.state.config.cache_profiles, self.client)


def read_project(config: Config) -> Project:
    """Import everything under app/.

    Raises: ConfigError, RouteConflict.
    """
    keys = KeyRing(config.secrets or (_own_secret(config),))
    install_tsx_import(config.root)
    tree = scan_routes(config.app_path, config.app_dir.replace("/", "."))
    return Project(config, keys, tree, ActionRegistry(keys, tree.modules.values()))


def wire_application(config: Config, on_error: OnError | None = None) -> Wiring:
    """Read the project and make its parts. Nothing runs yet.

    Raises: ConfigError, RouteConflict.
    """
    project = read_project(config)
    keys, registry = project.keys, project.registry
    build: Build | DevBuild
    worker: Worker | LinkedWorker | None
    if config.dev:
        link = DevLink.from_environment()
        build, worker = DevBuild(config.root), LinkedWorker(link)
        assets, proxy = Assets({}, keys.fingerprint), DevProxy(link.origin)
    else:
        action_ids = {slot(action.name): action.id for action in registry}
        build = Build.load(config.out_path)
        assets, proxy = Assets.load(build.client_folder, action_ids, keys.fingerprint), None
        worker = Worker(config, build, action_ids=action_ids, asset_base=assets.base) if config.node_workers else None
    limits = read_limits(config.reply_limits)
    body_limits = {one.name: _limit_body(one.options, config.max_body_bytes) for one in registry}
    code = code_fingerprint(config.root, build.id, keys.fingerprint, str(config.dev))
    state = AppState(
        config=config,
        keys=keys,
        tree=project.tree,
        registry=registry,
        store=choose_store(config),
        report=report_to(on_error),
        pages=PageCache(find_lives(project.tree, config.cache_profiles), code),
        build=build,
        renderer=worker,
        assets=assets,
        public=PublicFiles(config.root / "public", live=config.dev),
        asset_base=assets.base,
        limiter=make_limiter(config.rate_limit_store),
        places={one.name: Places(one.options.concurrency) for one in registry if one.options.concurrency},
        body_limits=body_limits,
        reply_limits={name: replace(limits, max_characters=one.max_bytes) for name, one in body_limits.items()},
        form_limits=limits,
        largest_body=max((one.options.max_body_bytes or 0 for one in registry), default=0),
        on_error=on_error,
    )
    return Wiring(state, worker, FlightSubtrees(state.references, code), proxy)


def _limit_body(options: ActionOptions, largest: int) -> BodyLimits:
    """What the body of a call may be. largest: where the action does not say, in bytes."""
    return BodyLimits(options.max_body_bytes or largest, options.max_files, options.max_file_bytes)


def read_limits(values: Mapping[str, int]) -> Limits:
    """What the arguments in a body may cost. Raises: ConfigError for a limit that there is not, or that is no limit."""
    known = [one.name for one in fields(Limits)]
    for name, value in values.items():
        if name not in known:
            raise ConfigError(f"reply_limits has no {name!r}; it has {', '.join(known)}.")
        if value < 0:
            raise ConfigError(f"reply_limits: {name} must be at least 0, not {value}.")
    return replace(DEFAULT_LIMITS, **values)


def _own_secret(config: Config) -> str:
    """A secret for one process: in development kept on disk, so that open pages survive a restart."""
    if not config.dev:
        logger.warning(
            "JETBRIDGE_SECRET is not set: with a key made for this process, sessions and open pages end with it."
        )
        return secrets.token_urlsafe(32)
    file = config.out_path / "dev-secret"
    if not file.is_file():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(secrets.token_urlsafe(32))
    return file.read_text()
