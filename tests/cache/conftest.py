"""Servers that the tests of stores share."""

from __future__ import annotations

import pytest

from tests.redis_server import RedisServer


@pytest.fixture(scope="session")
def redis_server():
    """A server for the whole run."""
    with RedisServer() as server:
        yield server


@pytest.fixture
def redis(request):
    """Gives the server, empty: it is started for whoever asks first."""

    def empty():
        server = request.getfixturevalue("redis_server")
        server.command("FLUSHALL")
        return server

    return empty
