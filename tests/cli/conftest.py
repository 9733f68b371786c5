"""Projects on disk and the command line in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.running import Run, runner, write_project

Finish = Callable[..., tuple[int, str]]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_project(tmp_path)


@pytest.fixture
def run(project: Path) -> Iterator[Run]:
    """Start a command in the project."""
    with runner(project) as start:
        yield start


@pytest.fixture
def finish(run: Run) -> Finish:
    """Run a command to its end: exit status and output."""

    def finish(*args: str, **env: str) -> tuple[int, str]:
        running = run(*args, **env)
        status = running.process.wait(60)
        return status, running.output

    return finish


@pytest.fixture(scope="session")
def built_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project after `jetbridge build`, for tests that change nothing in it."""
    folder = write_project(tmp_path_factory.mktemp("built"))
    with runner(folder) as start:
        assert start("build").process.wait(60) == 0
    return folder
