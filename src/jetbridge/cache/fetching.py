"""`fetch`: HTTP requests whose answers are kept like the values of cached functions."""

from __future__ import annotations

import functools
import hashlib
import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import anyio
import orjson

from jetbridge.cache.cached import Revalidate, as_life, checked_tags
from jetbridge.cache.http_client import make_client, shared_client
from jetbridge.cache.reading import Reader, Recipe, do_not_keep
from jetbridge.cache.stored import Unreadable
from jetbridge.errors import ConfigError, JetbridgeError
from jetbridge.visitor import Headers

if TYPE_CHECKING:
    from httpx2 import AsyncClient, Request

MIB: Final = 1024 * 1024

_KEPT: Final = frozenset({301, 308, 404, 410})
"""What is kept besides 2xx."""

_DROPPED: Final = frozenset({"set-cookie", "content-encoding", "content-length", "transfer-encoding", "connection"})
"""Headers that are for one visitor, or about bytes that have been unpacked."""


_CREDENTIALS: Final = re.compile(r"//[^/?#]*@")


class FetchError(JetbridgeError):
    """There is no answer: no connection, too late, too large; or `raise_for_status` has refused it.

    response: the answer that was refused; None where there is none.
    """

    def __init__(self, message: str, response: FetchResponse | None = None) -> None:
        super().__init__(message)
        self.response = response


@dataclass(frozen=True, slots=True)
class FetchResponse:
    """An answer. url: where it came from, after redirects. body: unpacked bytes."""

    url: str
    status: int
    headers: Headers
    body: bytes

    @property
    def ok(self) -> bool:
        """Whether the status is 200 to 299."""
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        """The body as text, in the charset that the headers name, else UTF-8; what does not fit is replaced."""
        _, _, charset = self.headers.get("content-type", "").lower().partition("charset=")
        try:
            return self.body.decode(charset.partition(";")[0].strip(" \"'") or "utf-8", "replace")
        except LookupError:
            return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body as JSON. Raises: FetchError if it is none."""
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError as error:
            raise FetchError(f"{self.url} did not answer with JSON: {error}", self) from None

    def raise_for_status(self) -> FetchResponse:
        """The response itself. Raises: FetchError unless `ok`."""
        if not self.ok:
            raise FetchError(f"{self.url} answered with {self.status}", self)
        return self


async def fetch(
    url: str,
    *,
    method: str = "GET",
    params: Mapping[str, str | int | float | bool | None] | None = None,
    headers: Mapping[str, str] | None = None,
    content: str | bytes | None = None,
    json: Any = None,
    tags: Iterable[str] = (),
    revalidate: Revalidate = None,
    cache: Literal["force-cache", "no-store"] | None = None,
    timeout: float = 10,  # noqa: ASYNC109 - as every HTTP client has it
    max_bytes: int = 8 * MIB,
) -> FetchResponse:
    """Ask another server, or take its answer from the cache.

    tags, revalidate: as for `@cached`; with one of them, or `cache="force-cache"`, the answer to GET or HEAD is kept,
    for everybody who asks with the same URL and headers. "no-store": it is not.
    timeout: for all of it, in seconds. max_bytes: of the unpacked body.
    Kept are status, headers and body of 2xx, 301, 308, 404 and 410, not their cookies; never errors and other statuses.
    Raises: FetchError without an answer; ConfigError for options that do not fit, and without the package httpx2.
    """
    # What stands before the "@" is nobody's business who reads a message.
    where = f"fetch({method} {_CREDENTIALS.sub('//', url)})"
    asked = checked_tags(tags, where)
    life = as_life(revalidate, where)
    method = method.upper()
    keeps = cache == "force-cache" or (cache is None and (life is not None or bool(asked)))
    if keeps and method not in ("GET", "HEAD"):
        raise ConfigError(f"{where}: only answers to GET and HEAD can be kept.")
    shared = shared_client.get()
    client = make_client() if shared is None else shared.get()
    try:
        request = _build(client, where, method, url, params, headers, content, json)
        send = functools.partial(_send, client, request, timeout, max_bytes)
        if not keeps:
            return await send()
        recipe = Recipe(_key(request), f"{method} {request.url}", asked, life, functools.partial(_keep, send), _FORMAT)
        return await _reader.read(recipe)
    finally:
        if shared is None:
            await client.aclose()


def _build(
    client: AsyncClient,
    where: str,
    method: str,
    url: str,
    params: Any,
    headers: Mapping[str, str] | None,
    content: str | bytes | None,
    json: Any,
) -> Request:
    import httpx2

    try:
        request = client.build_request(method, url, params=params, headers=headers, content=content, json=json)
    except (httpx2.InvalidURL, UnicodeError) as error:
        raise ConfigError(f"{where}: this is no URL: {error}") from None
    if request.url.scheme not in ("http", "https") or not request.url.host:
        raise ConfigError(f"{where} needs a whole URL, such as https://example.com/posts.")
    if request.url.userinfo:
        # A header, as it is sent: the URL stands in messages, log lines and what is kept.
        credentials = f"{request.url.username}:{request.url.password}".encode()
        request.headers["authorization"] = f"Basic {b64encode(credentials).decode('ascii')}"
        request.url = request.url.copy_with(userinfo=b"")
    return request


async def _keep(send: functools.partial[Any]) -> FetchResponse:
    response: FetchResponse = await send()
    if not response.ok and response.status not in _KEPT:
        do_not_keep()
    return response


async def _send(client: AsyncClient, request: Request, seconds: float, max_bytes: int) -> FetchResponse:
    import httpx2

    try:
        with anyio.fail_after(seconds):
            answer = await client.send(request, stream=True)
            try:
                body = await _read(answer, max_bytes, request)
            finally:
                await answer.aclose()
    except (TimeoutError, httpx2.TimeoutException):
        raise FetchError(f"{request.url} did not answer within {seconds:g} s") from None
    except httpx2.HTTPError as error:
        raise FetchError(f"{request.url}: {error or type(error).__name__}") from error
    return FetchResponse(str(answer.url), answer.status_code, Headers(answer.headers.raw), body)


async def _read(answer: Any, max_bytes: int, request: Request) -> bytes:
    too_large = FetchError(f"{request.url} answered with more than {max_bytes} bytes (max_bytes)")
    said = answer.headers.get("content-length", "")
    if request.method != "HEAD" and said.isdecimal() and int(said) > max_bytes:
        raise too_large
    parts: list[bytes] = []
    size = 0
    async with aclosing(answer.aiter_bytes()) as stream:
        async for part in stream:
            size += len(part)
            if size > max_bytes:
                raise too_large
            parts.append(part)
    return b"".join(parts)


def _key(request: Request) -> str:
    """What tells one request from another: also its headers, which may say who asks."""
    digest = hashlib.sha256(f"{request.method} {request.url}\n".encode())
    for name, value in sorted(request.headers.raw):
        digest.update(b"%d %s %d %s" % (len(name), name.lower(), len(value), value))
    return f"fetch:{digest.hexdigest()}"


class _ResponseFormat:
    """One line of JSON, then the body."""

    def dump(self, value: FetchResponse) -> bytes:
        headers = [(name, text) for name, text in value.headers.items() if name not in _DROPPED]
        return orjson.dumps([value.url, value.status, headers]) + b"\n" + value.body

    def load(self, data: bytes) -> FetchResponse:
        head, _, body = data.partition(b"\n")
        try:
            url, status, headers = orjson.loads(head)
            raw = [(name.encode("latin-1"), text.encode("latin-1")) for name, text in headers]
        except (ValueError, TypeError, AttributeError) as error:
            raise Unreadable(str(error)) from None
        if type(url) is not str or type(status) is not int:
            raise Unreadable("no answer")
        return FetchResponse(url, status, Headers(raw), body)


_FORMAT: Final = _ResponseFormat()
_reader: Final[Reader[FetchResponse]] = Reader("fetch")
