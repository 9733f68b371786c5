"""Which edits `jetbridge dev` acts upon."""

from __future__ import annotations

import asyncio
import importlib.util
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jetbridge.config import Config
from jetbridge.errors import ConfigError

_IGNORED: Final = frozenset({"node_modules", "__pycache__", "public", "dist", "build", "site-packages", "venv"})

_PYTHON: Final = frozenset({".py"})
_COMPONENTS: Final = frozenset({".tsx", ".jsx", ".ts"})
"""Client modules, and what their props may be made of."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Files that were saved, made or removed at about the same time. python: Python must start again."""

    paths: tuple[Path, ...]
    python: bool
    components: bool


class Watcher:
    """Follows the files of a project from `start` on. Raises: ConfigError without the package that watches."""

    def __init__(self, config: Config) -> None:
        if importlib.util.find_spec("watchfiles") is None:
            raise ConfigError("`jetbridge dev` needs watchfiles: pip install 'jetbridge[dev]'")
        self._config = config
        self._changes: asyncio.Queue[set[Path]] = asyncio.Queue()
        self._stop = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin: whatever is saved from now on is an edit."""
        # Folders are chosen one by one: watching all of node_modules would cost more than everything else.
        self._tasks = [
            asyncio.create_task(self._watch(*watched_folders(self._config), recursive=True)),
            asyncio.create_task(self._watch(self._config.root, recursive=False)),
        ]
        # Each task sets up its watch in its first step.
        await asyncio.sleep(0)

    async def edits(self) -> AsyncIterator[Edit]:
        """The edits, those of the same moment together."""
        while True:
            paths = await self._changes.get()
            while not self._changes.empty():
                paths |= self._changes.get_nowait()
            edit = classify(paths, self._config)
            if edit is not None:
                yield edit

    async def close(self) -> None:
        """Follow no more."""
        self._stop.set()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _watch(self, *folders: Path, recursive: bool) -> None:
        from watchfiles import awatch

        changes = awatch(*folders, watch_filter=None, recursive=recursive, stop_event=self._stop, debounce=100, step=20)
        async for found in changes:
            self._changes.put_nowait({Path(path) for _, path in found})


def watched_folders(config: Config) -> list[Path]:
    """The folders of the project that may hold its code."""
    return sorted(path for path in config.root.iterdir() if path.is_dir() and _may_hold_code(path))


def classify(paths: set[Path], config: Config) -> Edit | None:
    """What a set of changed files means; None if nothing."""
    own = sorted(path for path in paths if all(map(_is_own_part, path.relative_to(config.root).parts)))
    settings = config.root / "pyproject.toml"
    python = [path for path in own if path.suffix in _PYTHON or path == settings]
    components = [path for path in own if path.suffix in _COMPONENTS]
    if not python and not components:
        return None
    return Edit((*python, *components), bool(python), bool(components))


def _may_hold_code(path: Path) -> bool:
    return _is_own_part(path.name) and not (path / "pyvenv.cfg").exists()


def _is_own_part(name: str) -> bool:
    return name not in _IGNORED and (not name.startswith(".") or name == ".well-known")
