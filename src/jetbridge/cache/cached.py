"""`@cached`: a function whose value is kept until its tags, its path or its age say otherwise."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Collection, Coroutine, Iterable
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from types import FunctionType
from typing import Any, Final, ParamSpec, Protocol, TypeVar, overload

import anyio
import anyio.lowlevel
import anyio.to_thread

from jetbridge.cache.keys import arguments_key, function_name
from jetbridge.cache.store import CacheStore, current_store, path_name, path_names
from jetbridge.cache.stored import Unreadable, ValueFormat
from jetbridge.context import MAX_TAG_LENGTH, current_request_or_none, without_request
from jetbridge.errors import ConfigError, Signal

P = ParamSpec("P")
R = TypeVar("R")

Tags = Iterable[str] | Callable[..., Iterable[str]]
_Slot = tuple[int, str, object]
"""What is computed only once at a time: the store, the key, and the event loop."""

NO_REQUEST: Final = (
    "A cached function has no request: its value is kept for other visitors too. Read cookies, headers and the session "
    "outside, and pass in what it needs as arguments."
)


class CachedDecorator(Protocol):
    """What `@cached(...)` returns."""

    @overload
    def __call__(self, func: Callable[P, Coroutine[Any, Any, R]], /) -> Callable[P, Coroutine[Any, Any, R]]: ...

    @overload
    def __call__(self, func: Callable[P, R], /) -> Callable[P, Coroutine[Any, Any, R]]: ...


@overload
def cached(func: Callable[P, Coroutine[Any, Any, R]], /) -> Callable[P, Coroutine[Any, Any, R]]: ...


@overload
def cached(func: Callable[P, R], /) -> Callable[P, Coroutine[Any, Any, R]]: ...


@overload
def cached(
    *, tags: Tags = (), revalidate: float | None = None, key: Callable[..., Any] | None = None
) -> CachedDecorator: ...


def cached(
    func: Callable[..., Any] | None = None,
    /,
    *,
    tags: Tags = (),
    revalidate: float | None = None,
    key: Callable[..., Any] | None = None,
) -> Any:
    """Keep what a function returns, by its arguments. The result is awaited, also that of a plain `def`, which runs
    in a worker thread.

    tags: what `revalidate_tag` expires it by; a list, or a function of the arguments.
    revalidate: for how many seconds it is kept; None for no limit.
    key: from the arguments, the data that tells one call from another; by default the arguments themselves.
    Each call gets an object of its own. Values are stored by the return annotation, or as JSON if there is none.
    Raises: ConfigError for options that do not fit, and for a function that captures variables. A call raises
    EncodeError for an argument or a value that cannot be stored.
    """

    def decorate(target: Callable[..., Any]) -> Callable[..., Any]:
        reader = _CachedFunction(target, tags, revalidate, key)

        @functools.wraps(target)
        async def read(*args: Any, **kwargs: Any) -> Any:
            return await reader.read(args, kwargs)

        return read

    return decorate if func is None else decorate(func)


@dataclass(slots=True)
class _View:
    """For whom a value is read.

    paths: names of what is being rendered, see `path_names`. expired, expired_paths: what this request has expired
    and the store does not know yet. tags: of everything read so far inside the cached function around this read.
    running: the computations that this read is part of.
    """

    paths: tuple[str, ...] = ()
    expired: Collection[str] = ()
    expired_paths: Collection[str] = ()
    tags: set[str] = field(default_factory=set)
    running: frozenset[_Slot] = frozenset()

    def hides(self, tags: Iterable[str]) -> bool:
        """Whether this request must not see what is stored with these tags."""
        if not self.expired and not self.expired_paths:
            return False
        return any(tag in self.expired for tag in tags) or any(name in self.expired_paths for name in self.paths)


_around: ContextVar[_View | None] = ContextVar("jetbridge_cached_view", default=None)


def _current_view() -> _View:
    around = _around.get()
    if around is not None:
        return around
    context = current_request_or_none()
    if context is None:
        return _View()
    view = _View(path_names(context.path, context.pattern))
    if context.phase != "render":
        view.expired = context.expired_tags
        view.expired_paths = [path_name(path, kind) for path, kind in context.expired_paths]
    return view


@dataclass(slots=True, eq=False)
class _Flight:
    """One computation that several readers wait for. version: the store's before it began."""

    version: int
    done: anyio.Event
    data: bytes | None = None
    tags: tuple[str, ...] = ()
    error: BaseException | None = None


class _CachedFunction:
    """Reads and computes the values of one function."""

    def __init__(
        self, func: Callable[..., Any], tags: Tags, revalidate: float | None, key: Callable[..., Any] | None
    ) -> None:
        own = inspect.unwrap(func)
        if not isinstance(own, FunctionType):
            raise ConfigError(f"@cached goes on a function, and {func!r} is none.")
        self._where = f"{own.__qualname__} ({own.__code__.co_filename}:{own.__code__.co_firstlineno})"
        if own.__code__.co_freevars:
            raise ConfigError(
                f"{self._where} cannot be cached: its value depends on the captured `{own.__code__.co_freevars[0]}`, "
                "which is not among its arguments. Define it at module level and pass that in."
            )
        if revalidate is not None and revalidate <= 0:
            raise ConfigError(f"{self._where}: revalidate must be more than 0 seconds, or None, not {revalidate}.")
        self._func = func
        self._is_async = inspect.iscoroutinefunction(own)
        self._signature = inspect.signature(func)
        self._tags = tags if callable(tags) else self._checked(tags)
        self._revalidate = revalidate
        self._key = key
        self._name = function_name(func)
        self._format: ValueFormat | None = None
        self._flights: dict[_Slot, _Flight] = {}

    def _checked(self, tags: Iterable[str]) -> tuple[str, ...]:
        if isinstance(tags, str):
            raise ConfigError(f"{self._where}: tags is a list, such as tags=[{tags!r}].")
        found = tuple(dict.fromkeys(tags))
        if not all(isinstance(tag, str) and 0 < len(tag) <= MAX_TAG_LENGTH for tag in found):
            raise ConfigError(f"{self._where}: a cache tag is text of 1 to {MAX_TAG_LENGTH} characters: {found!r:.80}.")
        return found

    async def read(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """The value, stored or new."""
        bound = self._signature.bind(*args, **kwargs)
        bound.apply_defaults()
        arguments = {"key": self._key(*bound.args, **bound.kwargs)} if self._key else bound.arguments
        key = f"{self._name}:{arguments_key(arguments, self._where)}"
        tags = self._checked(self._tags(*bound.args, **bound.kwargs)) if callable(self._tags) else self._tags
        view = _current_view()
        if self._format is None:
            self._format = ValueFormat(self._func, self._where)
        call = functools.partial(self._func, *bound.args, **bound.kwargs)
        value, all_tags = await self._value(key, tags, call, view, self._format)
        view.tags.update(all_tags)
        return value

    async def _value(
        self, key: str, tags: tuple[str, ...], call: Callable[[], Any], view: _View, form: ValueFormat
    ) -> tuple[Any, tuple[str, ...]]:
        """The value, an object of the caller's own, and all tags it depends on."""
        store = current_store()
        slot = (id(store), key, anyio.lowlevel.current_token())
        if slot in view.running:
            raise RecursionError(f"{self._where} waits for itself: it is called with the same arguments inside itself")
        while not view.hides(tags):
            found = await store.get(key, view.paths)
            if view.hides(found.tags):
                break
            if found.value is not None:
                # Bytes that do not fit the types of today are no value.
                with suppress(Unreadable):
                    return form.load(found.value), found.tags
            flight = self._flights.get(slot)
            if flight is None:
                data, all_tags = await self._lead(slot, store, found.version, tags, call, view, form)
                return form.load(data), all_tags
            await flight.done.wait()
            # A flight that began before something was expired may bring what this reader must not see: look again.
            if found.version <= flight.version:
                if flight.error is not None:
                    raise flight.error
                if flight.data is not None:
                    return form.load(flight.data), flight.tags
        value, all_tags = await self._compute(slot, call, tags, view)
        return form.load(form.dump(value)), all_tags

    async def _lead(
        self,
        slot: _Slot,
        store: CacheStore,
        version: int,
        tags: tuple[str, ...],
        call: Callable[[], Any],
        view: _View,
        form: ValueFormat,
    ) -> tuple[bytes, tuple[str, ...]]:
        """Compute for all who wait. If this task is cancelled, one of them takes over."""
        flight = self._flights[slot] = _Flight(version, anyio.Event())
        try:
            value, flight.tags = await self._compute(slot, call, tags, view)
            flight.data = form.dump(value)
            await store.set(slot[1], flight.data, version=version, tags=flight.tags, max_age=self._revalidate)
        except (Exception, Signal) as error:
            flight.error = error
            raise
        finally:
            del self._flights[slot]
            flight.done.set()
        return flight.data, flight.tags

    async def _compute(
        self, slot: _Slot, call: Callable[[], Any], tags: tuple[str, ...], view: _View
    ) -> tuple[Any, tuple[str, ...]]:
        """Run the function, without a request; collects the tags of the cached functions that it calls."""
        inner = _View(view.paths, view.expired, view.expired_paths, set(tags), view.running | {slot})
        token = _around.set(inner)
        try:
            with without_request(NO_REQUEST):
                value = await (call() if self._is_async else anyio.to_thread.run_sync(call))
        finally:
            _around.reset(token)
        return value, tuple(sorted(inner.tags))
