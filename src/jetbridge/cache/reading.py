"""One read of the cache: look, or compute once for all who wait, and keep."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Final, Generic, Protocol, TypeVar

import anyio
import anyio.lowlevel

from jetbridge.cache.background import start_in_background
from jetbridge.cache.store import CacheStore, covers, current_store, path_name, path_names
from jetbridge.cache.stored import Unreadable
from jetbridge.context import (
    MAX_CACHE_EVENTS,
    CacheEvent,
    CacheOutcome,
    check_tag,
    current_request_or_none,
    without_request,
)
from jetbridge.errors import ContextError, Signal
from jetbridge.profiles import CacheProfile, find_profile

R = TypeVar("R")

Slot = tuple[int, str, object]
"""What is computed only once at a time: the store, the key, and the event loop."""

PAUSE: Final = 5.0
"""For how many seconds stale data is not tried again after it could not be made anew."""

NO_REQUEST: Final = (
    "A cached function has no request: its value is kept for other visitors too. Read cookies, headers and the session "
    "outside, and pass in what it needs as arguments."
)


class Format(Protocol[R]):
    """How values become bytes and come back."""

    def dump(self, value: R) -> bytes: ...

    def load(self, data: bytes) -> R:
        """Raises: Unreadable for bytes that are no value of today's code."""
        ...


@dataclass(frozen=True, slots=True)
class Recipe(Generic[R]):
    """A value that may be kept. name: for people. tags, life: those known before it is computed; no life: no limit."""

    key: str
    name: str
    tags: tuple[str, ...]
    life: CacheProfile | None
    compute: Callable[[], Awaitable[R]]
    form: Format[R]


@dataclass(slots=True)
class Reads:
    """What was read on the way to something that is kept itself.

    tags: of all of it. stale: some of it was. fresh_only: stale data is made anew before it is used here.
    life: what `cache_life` asked for. kept: whether the result may be stored at all.
    """

    tags: set[str] = field(default_factory=set)
    stale: bool = False
    fresh_only: bool = False
    life: CacheProfile | None = None
    kept: bool = True


@dataclass(slots=True)
class _View:
    """For whom a value is read.

    paths: names of what is being rendered, see `path_names`. expired, expired_paths: what this request has expired
    and the store does not know yet. events, read_tags: of the request, if there is one. running: the computations that
    this read is part of.
    """

    paths: tuple[str, ...] = ()
    expired: Collection[str] = ()
    expired_paths: Collection[str] = ()
    reads: Reads = field(default_factory=Reads)
    events: list[CacheEvent] | None = None
    read_tags: set[str] = field(default_factory=set)
    running: frozenset[Slot] = frozenset()

    def hides(self, tags: Iterable[str]) -> bool:
        """Whether this request must not see what is stored with these tags."""
        if not self.expired and not self.expired_paths:
            return False
        return any(tag in self.expired for tag in tags) or any(name in self.expired_paths for name in self.paths)

    def inside(self, reads: Reads, *slots: Slot) -> _View:
        """The view of what is computed here."""
        running = self.running.union(slots)
        return _View(self.paths, self.expired, self.expired_paths, reads, self.events, self.read_tags, running)


_around: ContextVar[_View | None] = ContextVar("jetbridge_cached_view", default=None)


def _current_view() -> _View:
    around = _around.get()
    if around is not None:
        return around
    context = current_request_or_none()
    if context is None:
        return _View()
    view = _View(path_names(context.path, context.pattern), events=context.cache_events, read_tags=context.read_tags)
    if context.phase != "render":
        view.expired = context.expired_tags
        view.expired_paths = [path_name(path, kind) for path, kind in context.expired_paths]
    return view


@contextmanager
def collect_reads(*, fresh_only: bool) -> Iterator[Reads]:
    """Learn what is read inside, by this task and those it starts: for a page or subtree that is kept."""
    view = _current_view()
    reads = Reads(fresh_only=fresh_only or view.reads.fresh_only)
    token = _around.set(view.inside(reads))
    try:
        yield reads
    finally:
        _around.reset(token)
        view.reads.tags |= reads.tags
        view.reads.stale |= reads.stale


def cache_tag(*tags: str) -> None:
    """Add tags to the value that is being computed: for a function with `@cached`, when the data itself says them.

    Raises: ContextError elsewhere; ValueError for text that cannot be a tag.
    """
    for tag in tags:
        check_tag(tag)
    _current_reads("cache_tag").tags.update(tags)


def cache_life(profile: str | CacheProfile) -> None:
    """Say how long the value that is being computed is kept, instead of `revalidate=`. Of several the shortest counts.

    Raises: ContextError outside of a function with `@cached`; ConfigError for an unknown profile.
    """
    asked = find_profile(profile)
    reads = _current_reads("cache_life")
    if reads.life is None or asked.revalidate < reads.life.revalidate:
        reads.life = asked


def do_not_keep() -> None:
    """Say that the value which is being computed is only for those who wait for it."""
    _current_reads("do_not_keep").kept = False


def _current_reads(name: str) -> Reads:
    view = _around.get()
    if view is None:
        raise ContextError(
            f"{name}() says something about a value that is kept: call it inside a function with @cached."
        )
    return view.reads


@dataclass(slots=True, eq=False)
class _Flight:
    """One computation that several readers wait for. version: the store's before it began."""

    version: int
    done: anyio.Event
    data: bytes | None = None
    tags: tuple[str, ...] = ()
    error: BaseException | None = None
    kept: bool = False


class Reader(Generic[R]):
    """Reads values of one kind. where: for error messages."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._flights: dict[Slot, _Flight] = {}
        self._paused: dict[Slot, float] = {}

    async def read(self, recipe: Recipe[R]) -> R:
        """The value, stored or new: an object of the caller's own."""
        view = _current_view()
        started = time.perf_counter()
        value, tags, outcome = await self._value(recipe, view)
        view.reads.tags.update(tags)
        view.read_tags.update(tags)
        if outcome == "stale":
            view.reads.stale = True
        if view.events is not None and len(view.events) < MAX_CACHE_EVENTS:
            milliseconds = (time.perf_counter() - started) * 1000
            view.events.append(CacheEvent(recipe.name, outcome, tags, milliseconds))
        return value

    async def _value(self, recipe: Recipe[R], view: _View) -> tuple[R, tuple[str, ...], CacheOutcome]:
        store = current_store()
        slot = (id(store), recipe.key, anyio.lowlevel.current_token())
        if slot in view.running:
            raise RecursionError(f"{self._where} waits for itself: it is called with the same arguments inside itself")
        seen: int | None = None
        while not view.hides(recipe.tags):
            found = await store.get(recipe.key, view.paths)
            if seen is None or (seen < 0) != (found.version < 0):
                seen = found.version
            if view.hides(found.tags):
                break
            # What is computed from stale data would itself count as fresh.
            if found.value is not None and not (found.stale and view.reads.fresh_only):
                # Bytes that do not fit the types of today are no value.
                with suppress(Unreadable):
                    value = recipe.form.load(found.value)
                    if found.stale:
                        self._renew(slot, store, found.version, recipe, view)
                    return value, found.tags, "stale" if found.stale else "hit"
            flight = self._flights.get(slot)
            if flight is None:
                flight = self._flights[slot] = _Flight(found.version, anyio.Event())
                data = await self._lead(slot, flight, store, recipe, view)
                return recipe.form.load(data), flight.tags, "miss"
            await flight.done.wait()
            # A flight that began before something was expired may bring what this reader must not see: look again.
            if covers(flight.version, seen):
                if flight.error is not None:
                    raise flight.error
                if flight.data is not None:
                    return recipe.form.load(flight.data), flight.tags, "shared"
        value, reads = await self._compute(slot, recipe, view)
        return recipe.form.load(recipe.form.dump(value)), tuple(sorted(reads.tags)), "miss"

    def _renew(self, slot: Slot, store: CacheStore, version: int, recipe: Recipe[R], view: _View) -> None:
        """Have stale data made anew, by one task. The old value stays until that has ended."""
        if slot in self._flights or self._paused.get(slot, 0) > time.monotonic():
            return
        flight = self._flights[slot] = _Flight(version, anyio.Event())
        own = _View(view.paths)

        async def renew() -> None:
            try:
                await self._lead(slot, flight, store, recipe, own)
            finally:
                if not flight.kept:
                    if len(self._paused) > 1000:
                        self._paused.clear()
                    self._paused[slot] = time.monotonic() + PAUSE

        start_in_background(renew, f"the cached {recipe.name}, made anew in the background,")

    async def _lead(self, slot: Slot, flight: _Flight, store: CacheStore, recipe: Recipe[R], view: _View) -> bytes:
        """Compute for all who wait. If this task is cancelled, one of them takes over."""
        try:
            value, reads = await self._compute(slot, recipe, view)
            flight.tags = tuple(sorted(reads.tags))
            flight.data = recipe.form.dump(value)
            flight.kept = reads.kept
            if reads.kept:
                life = reads.life or recipe.life
                age, stale_for = (life.revalidate, life.stale_for) if life else (None, 0)
                await store.set(
                    slot[1], flight.data, version=flight.version, tags=flight.tags, max_age=age, stale_for=stale_for
                )
        except (Exception, Signal) as error:
            flight.error = error
            raise
        finally:
            del self._flights[slot]
            flight.done.set()
        return flight.data

    async def _compute(self, slot: Slot, recipe: Recipe[R], view: _View) -> tuple[R, Reads]:
        """Run the function, without a request; collects what it reads."""
        reads = Reads(set(recipe.tags), fresh_only=True)
        token = _around.set(view.inside(reads, slot))
        try:
            with without_request(NO_REQUEST):
                value: Any = await recipe.compute()
        finally:
            _around.reset(token)
        return value, reads
