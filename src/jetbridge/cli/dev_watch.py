"""Which edits `jetbridge dev` acts upon."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jetbridge.config import Config
from jetbridge.errors import ConfigError

_IGNORED: Final = frozenset({"node_modules", "__pycache__", "public", "dist", "build", "site-packages", "venv"})

_PYTHON: Final = frozenset({".py"})
_COMPONENTS: Final = frozenset({".tsx", ".jsx"})


@dataclass(frozen=True, slots=True)
class Edit:
    """Files that were saved, made or removed at about the same time. python: Python must start again."""

    paths: tuple[Path, ...]
    python: bool
    components: bool


async def watch_edits(config: Config, stop: asyncio.Event) -> AsyncIterator[Edit]:
    """The edits of a project, until `stop`. Raises: ConfigError without the package that watches."""
    try:
        from watchfiles import awatch
    except ImportError:
        raise ConfigError("`jetbridge dev` needs watchfiles: pip install 'jetbridge[dev]'") from None
    queue: asyncio.Queue[set[Path]] = asyncio.Queue()

    async def watch(*folders: Path, recursive: bool) -> None:
        # Folders are chosen one by one: watching all of node_modules would cost more than everything else.
        changes = awatch(*folders, watch_filter=None, recursive=recursive, stop_event=stop, debounce=100, step=20)
        async for found in changes:
            queue.put_nowait({Path(path) for _, path in found})

    tasks = [
        asyncio.create_task(watch(*watched_folders(config), recursive=True)),
        asyncio.create_task(watch(config.root, recursive=False)),
    ]
    try:
        while True:
            paths = await queue.get()
            while not queue.empty():
                paths |= queue.get_nowait()
            edit = classify(paths, config)
            if edit is not None:
                yield edit
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


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
