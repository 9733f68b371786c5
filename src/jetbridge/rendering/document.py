"""A Flight stream as an HTML document: React's markup, with the rows inlined between its pieces."""

from __future__ import annotations

import base64
import html
import logging
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, Self

import orjson

from jetbridge import wire
from jetbridge.errors import WorkerError

logger = logging.getLogger("jetbridge.html")

_CLOSING: Final = b"</body></html>"


@dataclass(frozen=True, slots=True)
class DocumentOptions:
    """What a document loads, as URLs: the runtime, modules to preload, stylesheets; and scripts' CSP nonce.

    head: markup for the start of <head> when the browser renders the page itself (development tools).
    """

    bootstrap_modules: Sequence[str]
    preload_modules: Sequence[str] = ()
    stylesheets: Sequence[str] = ()
    nonce: str | None = None
    head: str = ""


class HtmlRenderer(Protocol):
    """Makes HTML of Flight rows: `node.worker.Worker`."""

    @property
    def available(self) -> bool: ...

    def render_html(self, flight: AsyncIterable[bytes], options: DocumentOptions) -> AsyncIterator[bytes]:
        """HTML in complete pieces. Raises: WorkerError."""


async def render_document(
    next_chunk: Callable[[], Awaitable[bytes]],
    renderer: HtmlRenderer | None,
    options: DocumentOptions,
    on_fallback: Callable[[], None] = lambda: None,
) -> AsyncGenerator[bytes, None]:
    """The document, piece by piece; never raises WorkerError.

    next_chunk: Flight rows, b"" at the end. Without a renderer, or when it fails before its first piece, the document
    is empty and the browser renders the page; when it fails later, the browser takes over.
    on_fallback: called when there is a renderer, and it did not make the whole document.
    """
    rows = _Rows(next_chunk, options.nonce)
    started = False
    if renderer is not None and not renderer.available:
        on_fallback()
    if renderer is not None and renderer.available:
        pieces = renderer.render_html(rows, options)
        try:
            async for piece in pieces:
                started = True
                yield piece.removesuffix(_CLOSING) + rows.take_scripts()
        except WorkerError as error:
            logger.warning("The browser renders this page: %s", error)
            on_fallback()
            if started:
                yield _script(f"self.{wire.CLIENT_RENDER_GLOBAL}=1", options.nonce)
        else:
            yield await rows.drain() + rows.end() + _CLOSING
            return
        finally:
            if (close := getattr(pieces, "aclose", None)) is not None:
                await close()
    if not started:
        yield _client_document(options)
    async for _ in rows:
        yield rows.take_scripts()
    yield rows.take_scripts() + rows.end() + _CLOSING


class _Rows:
    """The Flight rows, handed to the renderer and kept for the scripts that inline them."""

    def __init__(self, next_chunk: Callable[[], Awaitable[bytes]], nonce: str | None) -> None:
        self._next_chunk = next_chunk
        self._nonce = nonce
        self._kept: list[bytes] = []

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        chunk = await self._next_chunk()
        if not chunk:
            raise StopAsyncIteration
        self._kept.append(chunk)
        return chunk

    def take_scripts(self) -> bytes:
        """Scripts for the rows that were read since the last call."""
        scripts = b"".join(_push(chunk, self._nonce) for chunk in self._kept)
        self._kept.clear()
        return scripts

    async def drain(self) -> bytes:
        """Scripts for everything that is left."""
        async for _ in self:
            pass
        return self.take_scripts()

    def end(self) -> bytes:
        return _script(f"self.{wire.FLIGHT_GLOBAL}.push(0)", self._nonce)


def _push(chunk: bytes, nonce: str | None) -> bytes:
    try:
        chunk.decode()
    except UnicodeDecodeError:
        item = b'[1,"' + base64.b64encode(chunk) + b'"]'
    else:
        item = orjson.dumps(chunk.decode())
    name = wire.FLIGHT_GLOBAL
    # "<" never appears as such, so neither "</script" nor "<!--" can end or change the script.
    escaped = (
        item.replace(b"<", b"\\u003c").replace("\u2028".encode(), b"\\u2028").replace("\u2029".encode(), b"\\u2029")
    )
    return _script(f"(self.{name}=self.{name}||[]).push({escaped.decode()})", nonce)


def _script(code: str, nonce: str | None) -> bytes:
    attribute = f' nonce="{html.escape(nonce)}"' if nonce else ""
    return f"<script{attribute}>{code}</script>".encode()


def _client_document(options: DocumentOptions) -> bytes:
    """A document without content: the browser makes it from the rows."""
    links = [f'<link rel="stylesheet" href="{html.escape(href)}">' for href in options.stylesheets]
    links += [f'<link rel="modulepreload" href="{html.escape(href)}">' for href in options.preload_modules]
    nonce = f' nonce="{html.escape(options.nonce)}"' if options.nonce else ""
    links += [
        f'<script type="module" async src="{html.escape(src)}"{nonce}></script>' for src in options.bootstrap_modules
    ]
    flag = _script(f"self.{wire.CLIENT_RENDER_GLOBAL}=1", options.nonce).decode()
    note = "<noscript>This page needs JavaScript at the moment. Please try again shortly.</noscript>"
    head = (
        f'<meta charset="utf-8"><meta name="viewport" content="width=device-width">{options.head}{flag}{"".join(links)}'
    )
    return f"<!DOCTYPE html><html><head>{head}</head><body>{note}".encode()
