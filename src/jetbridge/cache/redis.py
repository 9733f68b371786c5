"""The cache of several machines: Redis or Valkey."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from weakref import WeakKeyDictionary

from jetbridge.cache.redis_scripts import EXPIRE, READ, WRITE
from jetbridge.cache.store import EntryInfo, Lookup, PathKind, StoreError, path_name, tag_name
from jetbridge.errors import ConfigError

try:
    from redis.asyncio import ConnectionPool
    from redis.asyncio.connection import AbstractConnection
    from redis.exceptions import ConnectionError as ConnectionClosed
    from redis.exceptions import NoScriptError, OutOfMemoryError, RedisError, ResponseError
except ImportError as missing:
    raise ConfigError("A cache in Redis needs the package redis: pip install 'jetbridge[redis]'.") from missing

logger = logging.getLogger("jetbridge.cache")

DAY: Final = 24 * 3600
FOR_EVER: Final = 1e12
CONNECTIONS: Final = 32

_SCHEMES: Final = {"valkey": "redis", "valkeys": "rediss"}


class RedisStore:
    """Keeps entries in Redis or Valkey, where everything that has the same prefix belongs to one application.

    url: "redis://host:6379/0", "rediss://" with TLS, "unix://path", "valkey://"; `?prefix=shop` gives the prefix.
    longest: for how many seconds an entry is kept at most. max_names: how many expired tags and paths are remembered
    one by one; beyond that, what was computed before the older half of them is gone.
    The server's clock counts; clock: another one, in seconds.
    Connections belong to the event loop that uses them. Raises: StoreError, from every method, when the server cannot
    be used; ConfigError for a URL that is none.
    """

    def __init__(
        self,
        url: str,
        *,
        prefix: str = "jetbridge",
        longest: float = 30 * DAY,
        max_names: int = 100_000,
        clock: Callable[[], float] | None = None,
    ) -> None:
        self._url, prefix = _split_prefix(url, prefix)
        self._where = _without_password(self._url)
        # The braces make a cluster keep all keys of one application together.
        self._prefix = f"{{{prefix}}}:entry:"
        self._names = (f"{{{prefix}}}:names", f"{{{prefix}}}:older-names")
        self._longest = longest
        self._max_names = max_names
        self._clock = clock
        self._was_full = False
        self._loops: WeakKeyDictionary[asyncio.AbstractEventLoop, _Connections] = WeakKeyDictionary()
        _Connections(self._url)

    def __repr__(self) -> str:
        return f"<RedisStore at {self._where}>"

    async def get(self, key: str, paths: Sequence[str] = ()) -> Lookup:
        """The entry, if it may be used."""
        answer = await self._run(_READ, key, *map(_line, paths))
        if answer[1] is None:
            return Lookup(None, int(answer[0]))
        try:
            tags = _tags(answer[3])
        except UnicodeDecodeError:
            # Not written by us.
            return Lookup(None, int(answer[0]))
        return Lookup(answer[1], int(answer[0]), tags, answer[2] == b"stale")

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
        """Keep a value, unless a newer one is there or the server has no room and may not make any."""
        listed = "\n".join(map(_line, tags))
        age = "" if max_age is None else max_age
        stale = "" if stale_for is None else stale_for
        try:
            await self._run(_WRITE, key, version, value, listed, age, stale, self._longest)
        except StoreError as error:
            if not isinstance(error.__cause__, OutOfMemoryError):
                raise
            if not self._was_full:
                self._was_full = True
                logger.warning(
                    "%r is full and keeps nothing new: set its maxmemory-policy to allkeys-lru, or maxmemory higher.",
                    self,
                )

    async def expire_tags(self, tags: Iterable[str], *, stale_for: float = 0) -> None:
        """Expire all entries with one of these tags, at once or softly."""
        await self._expire([tag_name(tag) for tag in tags], stale_for)

    async def expire_paths(self, paths: Iterable[tuple[str, PathKind]]) -> None:
        """Expire what pages at these paths read."""
        await self._expire([path_name(path, kind) for path, kind in paths], 0)

    async def _expire(self, names: Sequence[str], stale_for: float) -> None:
        most = max(self._max_names // 2, 1)
        await self._run(_EXPIRE, None, min(stale_for, FOR_EVER), most, self._longest, *map(_line, names))

    async def entries(self, prefix: str = "", limit: int = 1000) -> list[EntryInfo]:
        """The entries that may be used, in no order."""
        found: list[EntryInfo] = []
        async for name in self._scan(prefix):
            key = name.removeprefix(self._prefix)
            look = await self.get(key)
            made, gone = await self._command("HMGET", name, "made", "gone")
            if look.value is None or made is None:
                continue
            if len(found) == limit:
                break
            now = await self._now()
            left = float(gone) - now if gone else None
            found.append(EntryInfo(key, look.tags, len(look.value), now - float(made), left, look.stale))
        return found

    async def clear(self, prefix: str = "") -> int:
        """Remove entries; without a prefix also what is being computed now does not count."""
        if not prefix:
            await self._expire([path_name("/", "layout")], 0)
        removed = 0
        async for name in self._scan(prefix):
            removed += int(await self._command("UNLINK", name))
        return removed

    async def _scan(self, prefix: str) -> AsyncIterator[str]:
        """The names of all entries whose key begins with `prefix`, each once."""
        pattern = re.sub(r"([*?\[\]\\])", r"\\\1", self._prefix + prefix) + "*"
        cursor = "0"
        seen: set[str] = set()
        while True:
            following, names = await self._command("SCAN", cursor, "MATCH", pattern, "COUNT", 1000)
            for raw in names:
                name = raw.decode("utf-8", "surrogatepass")
                if name not in seen:
                    seen.add(name)
                    yield name
            cursor = following.decode()
            if cursor == "0":
                return

    async def _now(self) -> float:
        if self._clock is not None:
            return self._clock()
        seconds, micros = await self._command("TIME")
        return int(seconds) + int(micros) / 1_000_000

    async def _run(self, script: _Script, key: str | None, *arguments: Any) -> Any:
        """Run a script: one round trip."""
        keys = self._names if key is None else (*self._names, self._prefix + key)
        now = "" if self._clock is None else self._clock()

        async def call(connection: _Connection) -> Any:
            rest = (len(keys), *keys, connection.run, now, *arguments)
            try:
                return await connection.call("EVALSHA", script.digest, *rest)
            except NoScriptError:
                return await connection.call("EVAL", script.text, *rest)

        return await self._use(call)

    async def _command(self, *words: Any) -> Any:
        return await self._use(lambda connection: connection.call(*words))

    async def _use(self, call: Callable[[_Connection], Awaitable[Any]]) -> Any:
        """Run `call` with a connection; once more if an idle one turns out to be closed. All calls may run twice."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            raise StoreError(f"{self._where}: the Redis client needs a server that runs on asyncio") from None
        connections = self._loops.get(loop)
        if connections is None:
            connections = self._loops[loop] = _Connections(self._url)
        try:
            try:
                async with connections.one() as connection:
                    return await call(connection)
            except ConnectionClosed:
                async with connections.one() as connection:
                    return await call(connection)
        except (RedisError, OSError) as error:
            raise StoreError(f"{self._where}: {error or type(error).__name__}") from error

    async def aclose(self) -> None:
        """Close the connections of this event loop. The next use opens others."""
        with suppress(RuntimeError):
            connections = self._loops.pop(asyncio.get_running_loop(), None)
            if connections is not None:
                await connections.close()


class _Script:
    def __init__(self, text: str) -> None:
        self.text = text
        self.digest = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


_READ: Final = _Script(READ)
_WRITE: Final = _Script(WRITE)
_EXPIRE: Final = _Script(EXPIRE)


class _Connection:
    """A connection, and which start of a server it leads to."""

    def __init__(self, connection: AbstractConnection) -> None:
        self._connection = connection
        self.run = ""

    async def open(self) -> None:
        await self._connection.connect()  # type: ignore[no-untyped-call]
        # Where the server does not tell, a restart from an old snapshot cannot be seen.
        with suppress(ResponseError):
            about = await self.call("INFO", "server")
            found = re.search(rb"^run_id:(\S+)", about, re.MULTILINE)
            self.run = found[1].decode() if found else ""

    async def call(self, *words: Any) -> Any:
        await self._connection.send_command(*[_bytes(word) for word in words])
        return await self._connection.read_response()

    async def close(self) -> None:
        with suppress(RedisError, OSError, RuntimeError):
            await self._connection.disconnect(nowait=True)


class _Connections:
    """The connections of one event loop: those that are not in use, the one used last on top."""

    def __init__(self, url: str) -> None:
        try:
            self._source = ConnectionPool.from_url(url)
        except ValueError as error:
            raise ConfigError(f"{_without_password(url)} is no URL of a Redis server: {error}") from None
        self._idle: list[_Connection] = []
        self._places = asyncio.Semaphore(CONNECTIONS)

    @asynccontextmanager
    async def one(self) -> AsyncIterator[_Connection]:
        async with self._places:
            connection = self._idle.pop() if self._idle else await self._open()
            try:
                yield connection
            except ResponseError:
                self._idle.append(connection)
                raise
            except (RedisError, OSError):
                # Where one connection broke, the others most likely did.
                await self.close(connection)
                raise
            except BaseException:
                # The answer to a reader that was cancelled is still under way.
                await connection.close()
                raise
            self._idle.append(connection)

    async def _open(self) -> _Connection:
        connection = _Connection(self._source.make_connection())  # type: ignore[no-untyped-call]
        try:
            await connection.open()
        except BaseException:
            await connection.close()
            raise
        return connection

    async def close(self, *others: _Connection) -> None:
        idle, self._idle = self._idle, []
        for connection in (*idle, *others):
            await connection.close()


def _bytes(word: Any) -> bytes:
    return word if isinstance(word, bytes) else str(word).encode("utf-8", "surrogatepass")


def _line(text: str) -> str:
    """Text without line breaks, which part the tags of an entry."""
    return text.replace("%", "%25").replace("\n", "%0A")


def _tags(lines: bytes) -> tuple[str, ...]:
    text = lines.decode("utf-8", "surrogatepass")
    return tuple(one.replace("%0A", "\n").replace("%25", "%") for one in text.split("\n")) if text else ()


def _split_prefix(url: str, prefix: str) -> tuple[str, str]:
    """The URL as redis-py knows it, and the prefix that stands in it."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    prefix = options.pop("prefix", prefix)
    if not prefix or not prefix.isprintable() or any(char in prefix for char in "{}"):
        raise ConfigError(f"{prefix!r} cannot be the prefix of a cache: use letters and digits.")
    scheme = _SCHEMES.get(parts.scheme, parts.scheme)
    return urlunsplit((scheme, parts.netloc, parts.path, urlencode(options), "")), prefix


def _without_password(url: str) -> str:
    """For messages."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
