"""Responses as ASGI messages."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import aclosing
from datetime import UTC
from email.utils import format_datetime

import orjson
from starlette.types import Send

from jetbridge.context import SetCookie

RawHeaders = list[tuple[bytes, bytes]]


def raw_headers(values: Mapping[str, str], cookies: Iterable[SetCookie] = ()) -> RawHeaders:
    """Headers as ASGI wants them: names in lower case, one `set-cookie` for each cookie."""
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in values.items()]
    return headers + [(b"set-cookie", format_cookie(cookie).encode("latin-1")) for cookie in cookies]


def format_cookie(cookie: SetCookie) -> str:
    """The value of one Set-Cookie header (RFC 6265)."""
    parts = [f"{cookie.name}={cookie.value}", f"Path={cookie.path}"]
    if cookie.max_age is not None:
        parts.append(f"Max-Age={cookie.max_age}")
    if cookie.expires is not None:
        parts.append(f"Expires={format_datetime(cookie.expires.astimezone(UTC), usegmt=True)}")
    if cookie.domain:
        parts.append(f"Domain={cookie.domain}")
    if cookie.secure:
        parts.append("Secure")
    if cookie.http_only:
        parts.append("HttpOnly")
    parts.append(f"SameSite={cookie.same_site.capitalize()}")
    return "; ".join(parts)


async def send_bytes(send: Send, status: int, headers: RawHeaders, body: bytes) -> None:
    """A whole response."""
    headers = [*headers, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def send_stream(send: Send, status: int, headers: RawHeaders, chunks: AsyncGenerator[bytes, None]) -> None:
    """A response whose pieces go out as they are made. However it ends, `chunks` has ended too."""
    async with aclosing(chunks):
        await send({"type": "http.response.start", "status": status, "headers": headers})
        async for chunk in chunks:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


async def send_text(send: Send, status: int, text: str, headers: Mapping[str, str] | None = None) -> None:
    """A short plain answer, as for a refusal."""
    values = {"content-type": "text/plain; charset=utf-8", "cache-control": "no-store", **(headers or {})}
    await send_bytes(send, status, raw_headers(values), text.encode())


async def send_json(send: Send, status: int, value: object, headers: Mapping[str, str] | None = None) -> None:
    """A small JSON answer, as for a refused call."""
    values = {"content-type": "application/json", "cache-control": "no-store", **(headers or {})}
    await send_bytes(send, status, raw_headers(values), orjson.dumps(value))
