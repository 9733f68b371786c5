"""What several commands need of a project: its configuration, its routes and its actions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from jetbridge.config import Config
from jetbridge.errors import ConfigError
from jetbridge.server.wiring import Project, read_project


def load_config(**overrides: Any) -> Config:
    """The configuration of the project in the working directory. Raises: ConfigError, also when there is no app/."""
    config = Config.load(".", **overrides)
    if not config.app_path.is_dir():
        raise ConfigError(
            f"There is no folder {config.app_dir}/ in {config.root}. Run this in the project's folder, the one with "
            f"{config.app_dir}/ in it."
        )
    return config


def open_project() -> Project:
    """The project in the working directory, read without a build. Ids are those of `jetbridge dev`, unless
    JETBRIDGE_SECRET is set.

    Raises: ConfigError, RouteConflict.
    """
    return read_project(replace(load_config(), dev=True))


def shown_path(path: str | Path, root: Path) -> str:
    """A path as a person in the project's folder writes it."""
    full = Path(path)
    return full.relative_to(root).as_posix() if full.is_relative_to(root) else str(full)
