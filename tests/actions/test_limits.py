"""Rates and concurrency, with a clock of their own."""

from __future__ import annotations

import socket

import anyio
import pytest

from jetbridge.actions import limits
from jetbridge.actions.limits import MemoryLimiter, Places, Rate, SharedLimiter, make_limiter, whole_seconds
from jetbridge.actions.options import ActionOptions
from jetbridge.errors import ActionBusy, ConfigError
from tests.redis_server import RedisServer

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("10/minute", Rate(10, 60)),
        ("100/2 hours", Rate(100, 7200)),
        ("5 per second", Rate(5, 1)),
        ("1000 / day", Rate(1000, 86400)),
        ("3/30seconds", Rate(3, 30)),
    ],
)
async def test_rates(text, rate):
    """A rate is a number and a time, as people write it."""
    assert Rate.parse(text) == rate


@pytest.mark.parametrize(
    "text", ["", "10", "0/minute", "10/0 minutes", "ten/minute", "10/fortnight", "-1/day", 3, "\u0661/day"]
)
async def test_no_rates(text):
    """Anything else is an error that shows how a rate looks."""
    with pytest.raises(ConfigError, match="10/minute"):
        Rate.parse(text)


class Clock:
    """Seconds that pass when a test says so."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


async def test_the_window_moves():
    """Of any minute, at most the rate is let through; a refused call is told when to come again, and does not count."""
    clock = Clock()
    limiter, rate = MemoryLimiter(clock), Rate(2, 60)

    waits = []
    for now in (100, 130, 140, 159, 160, 161, 190):
        clock.now = now
        waits.append(await limiter.hit("save", rate, "ann"))

    assert waits == [0, 0, 20, 1, 0, 29, 0]


async def test_callers_and_actions_are_counted_apart():
    """What one caller has used up, or on one action, is no concern of the others."""
    limiter, rate = MemoryLimiter(Clock()), Rate(1, 60)

    assert [await limiter.hit(*one) for one in [("a", rate, "x"), ("a", rate, "y"), ("b", rate, "x")]] == [0, 0, 0]
    assert await limiter.hit("a", rate, "x") > 0


async def test_quiet_callers_are_forgotten(monkeypatch):
    """Memory holds those who called within the window, and never more than the maximum."""
    monkeypatch.setattr(limits, "MAX_CALLERS", 50)
    clock = Clock()
    limiter, rate = MemoryLimiter(clock), Rate(50, 60)

    for number in range(200):
        await limiter.hit("save", rate, str(number))
    assert len(limiter._callers["save"]) == 50
    clock.now += 61
    for number in range(60):
        await limiter.hit("save", rate, f"new {number % 3}")
    assert len(limiter._callers["save"]) == 3


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_shared_store():
    """A store of the library `limits` counts as the memory of the process does."""
    limiter, rate = SharedLimiter("memory://"), Rate(2, 60)

    waits = [await limiter.hit("save", rate, "ann") for _ in range(3)]

    assert waits[:2] == [0, 0]
    assert 50 < waits[2] <= 60
    assert await limiter.hit("save", rate, "bob") == 0


@pytest.fixture(scope="module")
def redis_server():
    with RedisServer() as server:
        yield server


@pytest.fixture
def redis(redis_server):
    """A server that has counted nothing yet."""
    redis_server.command("FLUSHALL")
    return redis_server


@pytest.fixture
async def make_shared():
    """Makes limiters and closes them in the end, as the application does."""
    made = []

    def make(url):
        made.append(make_limiter(url))
        return made[-1]

    yield make
    for limiter in made:
        await limiter.aclose()


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_processes_count_together(redis, make_shared):
    """Two limiters on one Redis let the rate through once, and tell both how long to wait; callers are apart."""
    one, other, rate = make_shared(redis.url), make_shared(redis.url), Rate(3, 60)

    waits = [await limiter.hit("save", rate, "ann") for limiter in (one, other, one, other, one)]

    assert waits[:3] == [0, 0, 0]
    assert all(55 < wait <= 60 for wait in waits[3:])
    assert await other.hit("save", rate, "bob") == 0
    assert await other.hit("delete", rate, "ann") == 0


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_no_moment_lets_more_through(redis, make_shared):
    """Many calls at once through two limiters: exactly as many may run as the rate says."""
    limiters, rate = [make_shared(redis.url) for _ in range(2)], Rate(7, 60)
    waits: list[float] = []

    async def call(limiter):
        waits.append(await limiter.hit("save", rate, "ann"))

    async with anyio.create_task_group() as tasks:
        for number in range(40):
            tasks.start_soon(call, limiters[number % 2])

    assert waits.count(0) == 7


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_what_is_counted_is_forgotten(redis, make_shared):
    """A count lives no longer in Redis than its window."""
    limiter = make_shared(redis.url)
    await limiter.hit("save", Rate(3, 1), "ann")

    with anyio.fail_after(5):
        while redis.command("DBSIZE") != b":0\r\n":  # noqa: ASYNC110 (it is another process)
            await anyio.sleep(0.05)

    assert await limiter.hit("save", Rate(3, 1), "ann") == 0


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_store_that_comes_back(make_shared, caplog):
    """Redis is killed between two calls: the process counts for itself, and together again when it is back."""
    with RedisServer() as server:
        limiter, rate = make_shared(server.url), Rate(1, 60)
        assert await limiter.hit("save", rate, "ann") == 0
        assert await limiter.hit("save", rate, "ann") > 0
        server.kill()
        assert await limiter.hit("save", rate, "bob") == 0
        assert await limiter.hit("save", rate, "bob") > 0
        assert "counts for itself" in caplog.text
        server.start()

        assert await limiter.hit("save", rate, "cid") == 0
        assert await make_shared(server.url).hit("save", rate, "cid") > 0


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_store_that_is_away(make_shared, caplog):
    """While the shared store cannot be reached, a process counts for itself, and the log says so."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    limiter, rate = make_shared(f"redis://:hunter2@127.0.0.1:{port}"), Rate(1, 60)

    assert await limiter.hit("save", rate, "ann") == 0
    assert await limiter.hit("save", rate, "ann") > 0
    assert "counts for itself" in caplog.text
    assert "hunter2" not in caplog.text


@pytest.mark.parametrize("uri", ["nonsense://:hunter2@host", "hunter2"])
async def test_unknown_store(uri):
    """A store that does not exist is an error at start that says what to install, and no password."""
    with pytest.raises(ConfigError, match=r"pip install 'jetbridge\[limits\]'") as caught:
        make_limiter(uri)
    assert uri == "hunter2" or "hunter2" not in str(caught.value)


async def test_missing_library(monkeypatch):
    """Without the library the error names its install command."""
    monkeypatch.setitem(__import__("sys").modules, "limits", None)

    with pytest.raises(ConfigError, match=r"needs the library `limits`: pip install 'jetbridge\[limits\]'"):
        make_limiter("redis://localhost")


async def test_memory_needs_no_library(monkeypatch):
    """The memory of the process counts without any other package."""
    monkeypatch.setitem(__import__("sys").modules, "limits", None)

    assert await make_limiter("memory://").hit("save", Rate(1, 1), "ann") == 0


async def test_places(monkeypatch):
    """At most so many at once; the next one waits a moment and is refused, or gets the place that became free."""
    monkeypatch.setattr(limits, "BUSY_SECONDS", 0.05)
    places = Places(1)

    async with places:
        with pytest.raises(ActionBusy, match="concurrency"):
            async with places:
                pytest.fail("two at once")
    async with places:
        pass


@pytest.mark.parametrize(("seconds", "whole"), [(0.001, 1), (1, 1), (1.01, 2), (59.9, 60)])
async def test_whole_seconds(seconds, whole):
    """Whoever waits as long as was said is let through."""
    assert whole_seconds(seconds) == whole


@pytest.mark.parametrize(
    "options",
    [
        {"max_files": -1},
        {"max_files": 1.5},
        {"max_file_bytes": 0},
        {"concurrency": 0},
        {"concurrency": True},
        {"timeout": 0},
        {"timeout": -1},
        {"rate": "often"},
        {"guard": "member"},
    ],
)
async def test_options_that_do_not_fit(options):
    """A limit that makes no sense is an error where it is written."""
    with pytest.raises(ConfigError, match="@action"):
        ActionOptions(**options)


async def test_places_are_given_back():
    """A place is free again however the call ended."""
    places = Places(2)
    with anyio.move_on_after(0.01):
        async with places:
            await anyio.sleep_forever()
    with pytest.raises(ValueError, match="no"):
        async with places:
            raise ValueError("no")

    async with places, places:
        pass
