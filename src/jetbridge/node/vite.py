"""The project's own Vite: the production build, and the development server."""

from __future__ import annotations

import json
import logging
import os
import subprocess

from jetbridge.config import Config
from jetbridge.errors import ConfigError
from jetbridge.node.manifest import Build
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
        env=os.environ | {"NODE_ENV": "production"},
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
