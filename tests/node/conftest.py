"""The small project, built once by its own Vite."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path

import pytest

from jetbridge.config import Config
from jetbridge.node.vite import build
from jetbridge.node.worker import Worker
from tests.node.project import FILES, make_worker, write_project


@pytest.fixture
def anyio_backend() -> str:
    """Child processes are driven by asyncio itself."""
    return "asyncio"


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> Path:
    """The small project, built."""
    root = write_project(tmp_path_factory.mktemp("project"))
    build(Config(root=root))
    return root


@pytest.fixture
def make_project(tmp_path) -> Callable[..., Config]:
    """Write a project of its own for one test."""

    def make(files: dict[str, str] = FILES, packages: Iterable[str] = ("vite", "@vitejs")) -> Config:
        return Config(root=write_project(tmp_path, files, packages), dev=True)

    return make


@pytest.fixture
def copy_of_build(built, tmp_path) -> Config:
    """The built project, to be changed by one test."""
    shutil.copytree(built, tmp_path / "copy", symlinks=True)
    return Config(root=tmp_path / "copy")


@pytest.fixture
async def worker(built, anyio_backend) -> AsyncIterator[Worker]:
    """A worker that is ready."""
    worker = make_worker(built)
    await worker.start()
    yield worker
    await worker.close()
