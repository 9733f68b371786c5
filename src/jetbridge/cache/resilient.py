"""A store that may be away: reads fall through, expiries are made up for, nothing hangs."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Final

import anyio
import anyio.lowlevel

from jetbridge.cache.background import report_error, start_in_background
from jetbridge.cache.store import CacheStore, EntryInfo, Lookup, PathKind, StoreError

logger = logging.getLogger("jetbridge.cache")

READ_LIMIT: Final = 0.25
EXPIRE_LIMIT: Final = 1.0
FIRST_PAUSE: Final = 0.1
LONGEST_PAUSE: Final = 5.0

MAX_PENDING: Final = 10_000
"""How many tags and paths are made up for one by one. When more have to wait, everything is expired."""

_AWAY: Final = -(2**62)
"""The version that an unreachable store has at first. It grows with each look."""


class ResilientStore:
    """Another store, or for as long as that is away none.

    read_limit, expire_limit: how many seconds one operation may take before the store counts as away. Then values are
    computed and not kept, and what is expired waits. The store is asked again after a pause of 0.1 s at first, of 5 s
    later. What waits is expired before any entry is trusted again. Other processes that still reach the store do not
    learn of it until then; that is reported as an error.
    """

    def __init__(
        self, inner: CacheStore, *, read_limit: float = READ_LIMIT, expire_limit: float = EXPIRE_LIMIT
    ) -> None:
        self.inner = inner
        self._get_now: Callable[[str, Sequence[str]], Lookup | None] | None = getattr(inner, "get_now", None)
        self._read_limit = read_limit
        self._expire_limit = expire_limit
        self._away_since: float | None = None
        self._away_version = _AWAY
        self._tags: dict[str, float] = {}
        self._paths: dict[tuple[str, PathKind], None] = {}
        self._reported = False
        self._applied = 0
        self._catching_up = 0
        self._recovering: object = None

    def __repr__(self) -> str:
        return f"<ResilientStore of {self.inner!r}>"

    @property
    def is_away(self) -> bool:
        """Whether the store could not be reached lately, or still has to be told what was expired."""
        return self._away_since is not None

    async def get(self, key: str, paths: Sequence[str] = ()) -> Lookup:
        """The entry, if it may be used and the store answers in time."""
        if not self.is_away:
            if self._get_now is not None:
                found = self._get_now(key, paths)
                if found is not None:
                    return found
            try:
                with anyio.fail_after(self._read_limit):
                    return await self.inner.get(key, paths)
            except (StoreError, TimeoutError) as error:
                self._leave(error)
        self._recover()
        # What other processes expire is not known here: only what is computed from now on is new enough.
        self._away_version += 1
        return Lookup(None, self._away_version)

    async def set(
        self,
        key: str,
        value: bytes,
        *,
        version: int,
        tags: Sequence[str] = (),
        max_age: float | None = None,
        stale_for: float | None = 0,
    ) -> None:
        """Keep a value, if the store can be reached."""
        if self.is_away or version < 0:
            return
        try:
            with anyio.fail_after(self._read_limit):
                await self.inner.set(key, value, version=version, tags=tags, max_age=max_age, stale_for=stale_for)
        except TimeoutError:
            # It has much to write: that says nothing about reads.
            return
        except StoreError as error:
            self._leave(error)
            self._recover()

    async def expire_tags(self, tags: Iterable[str], *, stale_for: float = 0) -> None:
        """Expire entries now, or as soon as the store is back."""
        names = list(tags)
        if not await self._expired(lambda: self.inner.expire_tags(names, stale_for=stale_for)):
            self._postpone(dict.fromkeys(names, stale_for), ())

    async def expire_paths(self, paths: Iterable[tuple[str, PathKind]]) -> None:
        """Expire entries now, or as soon as the store is back."""
        names = list(paths)
        if not await self._expired(lambda: self.inner.expire_paths(names)):
            self._postpone({}, names)

    async def _expired(self, expire: Callable[[], Awaitable[None]]) -> bool:
        """Whether it was possible."""
        if self.is_away:
            # It may be back, and other processes may know already: what is answered from now on must hold for them.
            with anyio.move_on_after(self._expire_limit):
                await self._try_again()
        if self.is_away:
            return False
        try:
            with anyio.fail_after(self._expire_limit):
                await expire()
        except (StoreError, TimeoutError) as error:
            self._leave(error)
            return False
        return True

    def _postpone(self, tags: Mapping[str, float], paths: Iterable[tuple[str, PathKind]]) -> None:
        self._add(tags, paths)
        self._recover()
        if not self._reported:
            self._reported = True
            problem = StoreError(
                f"{self.inner!r} is away: what is revalidated meanwhile is expired when it is back, and until then "
                "other processes may show old data."
            )
            start_in_background(lambda: report_error(problem, "revalidation"), "revalidation")

    def _leave(self, error: BaseException) -> None:
        if self._away_since is None:
            self._away_since = time.monotonic()
            reason = str(error) or "it did not answer in time"
            logger.warning("%r is away (%s): values are computed and not kept until it is back.", self.inner, reason)

    def _recover(self) -> None:
        """Have this event loop look after the store, if it does not yet."""
        loop = anyio.lowlevel.current_token()
        if self._recovering != loop:
            self._recovering = loop
            start_in_background(self._wait_until_back, "the cache store")

    async def _wait_until_back(self) -> None:
        loop = anyio.lowlevel.current_token()
        pause = FIRST_PAUSE
        try:
            while self.is_away:
                await anyio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
                await self._try_again()
        finally:
            if self._recovering == loop:
                self._recovering = None

    async def _try_again(self) -> None:
        try:
            with anyio.fail_after(self._expire_limit):
                await self.inner.get("")
            await self._catch_up()
        except (StoreError, TimeoutError):
            return
        # Another event loop may be about to expire something.
        if self._tags or self._paths or self._catching_up or self._away_since is None:
            return
        seconds = time.monotonic() - self._away_since
        self._away_since, self._reported = None, False
        logger.warning("%r is back after %.1f s; %d expiries were made up for.", self.inner, seconds, self._applied)
        self._applied = 0

    async def _catch_up(self) -> None:
        """Expire what waits. What cannot be expired goes on waiting."""
        while self._tags or self._paths:
            # What is asked for again from here on waits for another round: this one may come too early for it.
            tags, self._tags = self._tags, {}
            paths, self._paths = self._paths, {}
            self._catching_up += 1
            try:
                for stale_for in sorted(set(tags.values())):
                    names = [tag for tag, seconds in tags.items() if seconds == stale_for]
                    with anyio.fail_after(self._expire_limit):
                        await self.inner.expire_tags(names, stale_for=stale_for)
                    self._applied += len(names)
                    tags = {tag: seconds for tag, seconds in tags.items() if seconds != stale_for}
                if paths:
                    with anyio.fail_after(self._expire_limit):
                        await self.inner.expire_paths(paths)
                    self._applied += len(paths)
                    paths = {}
            finally:
                self._catching_up -= 1
                self._add(tags, paths)

    def _add(self, tags: Mapping[str, float], paths: Iterable[tuple[str, PathKind]]) -> None:
        """Have tags, with how long they may be stale, and paths wait for the store."""
        for tag, stale_for in tags.items():
            self._tags[tag] = min(stale_for, self._tags.get(tag, math.inf))
        self._paths.update(dict.fromkeys(paths))
        if len(self._tags) + len(self._paths) > MAX_PENDING:
            self._tags = {}
            self._paths = {("/", "layout"): None}

    async def entries(self, prefix: str = "", limit: int = 1000) -> list[EntryInfo]:
        """As the store itself. Raises: StoreError when it is away."""
        return await self.inner.entries(prefix, limit)

    async def clear(self, prefix: str = "") -> int:
        """As the store itself. Raises: StoreError when it is away."""
        return await self.inner.clear(prefix)

    async def aclose(self) -> None:
        """Close the store. What still waits is tried once more, and is lost if that fails."""
        try:
            with anyio.fail_after(self._expire_limit):
                await self._catch_up()
        except (StoreError, TimeoutError):
            waiting = [*self._tags, *(path for path, _ in self._paths)]
            logger.error("%r was closed before these could be expired: %s", self.inner, ", ".join(waiting)[:1000])
        await self.inner.aclose()
