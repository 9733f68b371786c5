"""Fixtures for pytest: `pytest_plugins = ["jetbridge.testing.fixtures"]` in the tests' conftest.py."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from jetbridge.testing.client import TestClient


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where the project is."""
    parser.addini(
        "jetbridge_root",
        "Folder of the jetbridge project, relative to the root of the tests.",
        type="string",
        default=".",
    )


@pytest.fixture
async def jetbridge_client(pytestconfig: pytest.Config) -> AsyncIterator[TestClient]:
    """One visitor of the application, who starts without cookies. For `async` tests marked with `anyio`."""
    async with TestClient(pytestconfig.rootpath / pytestconfig.getini("jetbridge_root")) as client:
        yield client
