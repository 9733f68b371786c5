"""How often and how many at once: rates by caller, in memory or in a store that processes share."""

from __future__ import annotations

import logging
import math
import re
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Protocol, Self

import anyio

from jetbridge.errors import ActionBusy, ConfigError

logger = logging.getLogger("jetbridge.actions")

MAX_CALLERS: Final = 100_000
"""How many callers of one action are remembered at most; then those who have been quiet longest are forgotten."""
_REDIS_OPTIONS: Final[dict[str, Any]] = {"implementation": "redispy", "socket_timeout": 1, "socket_connect_timeout": 1}
BUSY_SECONDS: Final = 1.0
"""How long a call waits for one of the places that `concurrency` allows."""

_UNITS: Final = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
_RATE: Final = re.compile(r"(\d+) ?(?:/|per) ?(?:(\d+) ?)?(second|minute|hour|day)s?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `amount` calls in any `seconds`."""

    amount: int
    seconds: int

    @classmethod
    @lru_cache(maxsize=1000)
    def parse(cls, text: str) -> Self:
        """Read "10/minute", "100/2 hours" or "5 per second". Raises: ConfigError."""
        found = _RATE.fullmatch(text.strip().lower()) if isinstance(text, str) else None
        amount, count = (int(found[1]), int(found[2] or 1)) if found else (0, 0)
        if found is None or not amount or not count:
            raise ConfigError(
                f'@action(rate={text!r}) is no rate: write a number and a time, such as "10/minute" or "100/2 hours".'
            )
        return cls(amount, count * _UNITS[found[3]])


class RateLimiter(Protocol):
    """Counts calls."""

    async def hit(self, action: str, rate: Rate, caller: str) -> float:
        """Count one call; 0 if it may run, else the seconds until the next one may. One that may not is not counted."""
        ...

    async def aclose(self) -> None:
        """Close what it holds open."""
        ...


class MemoryLimiter:
    """Counts in this process: each window moves with the clock, so that no moment lets twice the rate through.

    clock: in seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._callers: dict[str, OrderedDict[str, deque[float]]] = {}

    async def hit(self, action: str, rate: Rate, caller: str) -> float:
        now = self._clock()
        callers = self._callers.setdefault(action, OrderedDict())
        hits = callers.get(caller)
        if hits is None:
            hits = callers[caller] = deque(maxlen=rate.amount)
        if len(hits) == rate.amount and now - hits[0] < rate.seconds:
            return rate.seconds - (now - hits[0])
        hits.append(now)
        callers.move_to_end(caller)
        _forget_quiet(callers, now - rate.seconds)
        return 0.0

    async def aclose(self) -> None:
        """There is nothing to close."""


def _forget_quiet(callers: OrderedDict[str, deque[float]], before: float) -> None:
    """Drop callers without a hit in the window. Two at most for each call, so that none pays for all."""
    for _ in range(2):
        hits = next(iter(callers.values()))
        if hits[-1] > before and len(callers) <= MAX_CALLERS:
            return
        callers.popitem(last=False)


class SharedLimiter:
    """Counts in a store that several processes share, by the library `limits`. uri: such as "redis://localhost:6379".

    While the store cannot be reached each process counts for itself: calls are neither all refused nor all let through.
    Raises: ConfigError without the library, and for a store that it does not know.
    """

    def __init__(self, uri: str) -> None:
        scheme = uri.partition("://")[0][:40]  # the rest can hold a password, and is for no message
        try:
            from limits import RateLimitItemPerSecond
            from limits.aio.strategies import MovingWindowRateLimiter
            from limits.storage import storage_from_string
        except ImportError:
            raise ConfigError(
                f"rate_limit_store is {scheme}://..., which needs the library `limits`: pip install 'jetbridge[limits]'"
            ) from None
        options = _REDIS_OPTIONS if scheme.startswith("redis") else {}
        try:
            storage: Any = storage_from_string(f"async+{uri}", **options)
            self._limiter = MovingWindowRateLimiter(storage)
        except Exception as error:
            raise ConfigError(
                f"rate_limit_store is {scheme}://..., which cannot be used ({type(error).__name__}). Stores are "
                "memory:// and those of the library `limits`, such as redis://localhost:6379: "
                "pip install 'jetbridge[limits]'"
            ) from None
        # The library closes nothing by itself, and only its Redis storage has connections that it lets us see.
        self._connection: Any = storage.bridge.get_connection() if hasattr(storage, "bridge") else None
        self._item: Callable[..., Any] = RateLimitItemPerSecond
        self._own = MemoryLimiter()

    async def hit(self, action: str, rate: Rate, caller: str) -> float:
        item = self._item(rate.amount, rate.seconds, namespace="jetbridge")
        try:
            if await self._limiter.hit(item, action, caller):
                return 0.0
            reset = (await self._limiter.get_window_stats(item, action, caller)).reset_time
        except Exception as error:
            logger.error("rate_limit_store cannot be reached, this process counts for itself: %s", error)
            return await self._own.hit(action, rate, caller)
        return max(reset - time.time(), 0.001)

    async def aclose(self) -> None:
        if self._connection is not None:
            await self._connection.aclose()


def make_limiter(uri: str) -> RateLimiter:
    """The limiter for a store: "memory://" for this process alone. Raises: ConfigError."""
    return MemoryLimiter() if uri == "memory://" else SharedLimiter(uri)


def whole_seconds(seconds: float) -> int:
    """Seconds as `Retry-After` says them: rounded up, at least 1."""
    return max(1, math.ceil(seconds))


class Places:
    """How many calls of one action run at once in this process."""

    __slots__ = ("_limit", "_semaphore")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._semaphore = anyio.Semaphore(limit)

    async def __aenter__(self) -> None:
        """Take a place; waits a moment for one. Raises: ActionBusy."""
        with anyio.move_on_after(BUSY_SECONDS) as waiting:
            await self._semaphore.acquire()
            return
        if waiting.cancelled_caught:
            raise ActionBusy(f"{self._limit} calls are running (concurrency), and none ended in {BUSY_SECONDS:g} s")

    async def __aexit__(self, *_: object) -> None:
        self._semaphore.release()
