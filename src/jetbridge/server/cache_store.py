"""Where an application keeps its cached data."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from jetbridge.cache.background import Report
from jetbridge.cache.memory import MemoryStore
from jetbridge.cache.open import open_store
from jetbridge.cache.store import CacheStore
from jetbridge.config import Config
from jetbridge.context import RequestContext, request_context
from jetbridge.errors import ConfigError
from jetbridge.rendering.failures import describe_failure
from jetbridge.server.after import report_errors
from jetbridge.server.state import OnError


def choose_store(config: Config) -> CacheStore:
    """The store that the configuration names, or else fits: memory for one process, a file for several.

    Raises: ConfigError.
    """
    if config.cache:
        return open_store(config.cache, config.root)
    if config.dev or config.workers == 1:
        return MemoryStore()
    return open_store(f"sqlite:///{default_file(config)}")


def default_file(config: Config) -> Path:
    """The file that the processes of this project share: beside the build, or where that is read-only a temporary one.

    Raises: ConfigError when somebody else owns the temporary folder.
    """
    beside = config.out_path / "cache"
    if os.access(beside if beside.exists() else config.out_path, os.W_OK):
        return beside / "cache.sqlite"
    name = hashlib.sha256(str(config.root).encode()).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / f"jetbridge-{name}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not folder.is_dir() or folder.is_symlink() or found.st_mode & 0o077 or found.st_uid != os.geteuid():
        raise ConfigError(f"{folder} belongs to somebody else: say with `cache` where cached data is to be kept.")
    return folder / "cache.sqlite"


def report_to(on_error: OnError | None) -> Report:
    """Tells the application's hook, and the log, of errors in the background of the cache."""

    async def report(error: BaseException, where: str) -> None:
        context = RequestContext(phase="after")
        with request_context(context):
            describe_failure(error, where, debug=False)
        await report_errors(context, on_error)

    return report
