"""`@cached`: a function whose value is kept until its tags, its path or its age say otherwise."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from types import FunctionType
from typing import Any, ParamSpec, Protocol, TypeVar, overload

import anyio.to_thread

from jetbridge.cache.keys import arguments_key, function_name
from jetbridge.cache.reading import Reader, Recipe
from jetbridge.cache.stored import ValueFormat
from jetbridge.cache.subtrees import (
    Called,
    SubtreeFormat,
    Subtrees,
    current_subtrees,
    recording,
    returns_nodes,
    split_holes,
)
from jetbridge.context import check_tag
from jetbridge.errors import ConfigError
from jetbridge.profiles import CacheProfile, find_profile

P = ParamSpec("P")
R = TypeVar("R")

Tags = Iterable[str] | Callable[..., Iterable[str]]
Revalidate = float | str | CacheProfile | None
"""Seconds, or a cache profile: see `as_life`."""


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
    *, tags: Tags = (), revalidate: Revalidate = None, key: Callable[..., Any] | None = None
) -> CachedDecorator: ...


def cached(
    func: Callable[..., Any] | None = None,
    /,
    *,
    tags: Tags = (),
    revalidate: Revalidate = None,
    key: Callable[..., Any] | None = None,
) -> Any:
    """Keep what a function or method returns, by its arguments. The result is awaited, also that of a plain `def`,
    which runs in a worker thread.

    tags: what `revalidate_tag` expires it by; a list, or a function of the arguments.
    revalidate: for how many seconds it is kept, or a profile such as "hours": then it is stale after that, still given
    out, and made anew in the background; None for no limit.
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


class _CachedFunction:
    """What is known of one function, to read its values."""

    def __init__(
        self, func: Callable[..., Any], tags: Tags, revalidate: Revalidate, key: Callable[..., Any] | None
    ) -> None:
        own = _plain_function(func)
        self._where = f"{own.__qualname__} ({own.__code__.co_filename}:{own.__code__.co_firstlineno})"
        captured = [name for name in own.__code__.co_freevars if name != "__class__"]
        if captured:
            raise ConfigError(
                f"{self._where} cannot be cached: its value depends on the captured `{captured[0]}`, "
                "which is not among its arguments. Define it at module level and pass that in."
            )
        self._func = func
        self._is_async = inspect.iscoroutinefunction(own)
        self._signature = inspect.signature(func)
        self._tags = tags if callable(tags) else checked_tags(tags, self._where)
        if not isinstance(revalidate, str):
            as_life(revalidate, self._where)
        self._revalidate = revalidate
        self._key = key
        self._name = f"{own.__module__}:{own.__qualname__}"
        self._prefix = function_name(func)
        self._format: ValueFormat | None = None
        self._is_component: bool | None = None
        self._says_data = "return" in own.__annotations__
        self._reader: Reader[Any] = Reader(self._where)

    async def read(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """The value, stored or new."""
        bound = self._signature.bind(*args, **kwargs)
        bound.apply_defaults()
        if self._is_component is None:
            self._is_component = returns_nodes(self._func)
            if self._is_component:
                self._says_data = False
            else:
                self._format = ValueFormat(self._func, self._where)
                self._prefix = f"{self._prefix}{self._format.shape}"
        subtrees = current_subtrees()
        holes: Mapping[str, Any] = {}
        if subtrees is not None and not self._says_data:
            arguments, holes = split_holes(bound.arguments)
            bound.arguments.update(arguments)
        call = functools.partial(self._func, *bound.args, **bound.kwargs)
        compute: Callable[[], Awaitable[Any]] = call if self._is_async else functools.partial(_in_thread, call)
        if self._is_component and subtrees is None:
            return await compute()
        try:
            return await self._reader.read(self._recipe(bound, compute, holes, subtrees))
        except Called as called:
            return called.value

    def _recipe(
        self,
        bound: inspect.BoundArguments,
        compute: Callable[[], Awaitable[Any]],
        holes: Mapping[str, Any],
        subtrees: Subtrees | None,
    ) -> Recipe[Any]:
        """What this call reads. holes: nodes among the arguments, which it shows without knowing them."""
        arguments = {"key": self._key(*bound.args, **bound.kwargs)} if self._key else bound.arguments
        key = f"{self._prefix}:{arguments_key(arguments, self._where)}"
        if self._is_component and subtrees is not None:
            key = f"{key}:{subtrees.fingerprint}"
        tags = self._tags
        if callable(tags):
            tags = checked_tags(tags(*bound.args, **bound.kwargs), self._where)
        return Recipe(
            key=key,
            name=self._name,
            tags=tags,
            life=as_life(self._revalidate, self._where),
            compute=recording(compute, self._name, always=bool(self._is_component)),
            form=SubtreeFormat(self._format, holes),
        )


async def _in_thread(call: Callable[[], Any]) -> Any:
    return await anyio.to_thread.run_sync(call)


def _plain_function(func: Callable[..., Any]) -> FunctionType:
    if isinstance(func, classmethod | staticmethod):
        kind = type(func).__name__
        raise ConfigError(f"{func.__qualname__}: write @{kind} above @cached, so that @cached gets the function.")
    own = inspect.unwrap(func)
    if not isinstance(own, FunctionType):
        raise ConfigError(f"@cached goes on a function, and {func!r} is none.")
    return own


def checked_tags(tags: Iterable[str], where: str) -> tuple[str, ...]:
    """Each tag once. Raises: ConfigError for what cannot be a tag."""
    if isinstance(tags, str):
        raise ConfigError(f"{where}: tags is a list, such as tags=[{tags!r}].")
    found = tuple(dict.fromkeys(tags))
    for tag in found:
        try:
            check_tag(tag)
        except ValueError as error:
            raise ConfigError(f"{where}: {error}.") from None
    return found


def as_life(revalidate: Revalidate, where: str) -> CacheProfile | None:
    """How long a value is kept. Seconds are a strict limit; a profile also says how long it may be stale after that."""
    if revalidate is None:
        return None
    if isinstance(revalidate, str | CacheProfile):
        return find_profile(revalidate)
    if revalidate <= 0:
        raise ConfigError(f"{where}: revalidate must be more than 0 seconds, or None, not {revalidate}.")
    return CacheProfile(revalidate, revalidate)
