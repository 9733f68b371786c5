"""Reads the body of a call or form post as it arrives, within its limits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Final
from urllib.parse import parse_qsl

import anyio
from python_multipart.multipart import parse_options_header
from starlette.types import Receive

from jetbridge.errors import BadRequest, BodyTooLarge, ReplyDecodeError, RequestTimeout
from jetbridge.flight.model import File
from jetbridge.rendering.cancelling import within
from jetbridge.server.multipart import MAX_PARTS, MultipartReader, Part, check_file_count, check_file_size

LINGER_SECONDS: Final = 2.0
"""How long a body that is refused is still read, so that its sender gets to read the answer."""


class ClientGone(Exception):
    """The browser closed the connection before its body was complete."""


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """What one body may be. max_bytes, max_file_bytes in bytes; None is no limit."""

    max_bytes: int
    max_files: int | None = None
    max_file_bytes: int | None = None

    def check(self, size: int, parts: Sequence[Part]) -> None:
        """Refuse a form that was read under the limits of another action. Raises: BodyTooLarge."""
        _check_size(size, self.max_bytes)
        files = [value for _, value in parts if isinstance(value, File) and (value.name or value.size)]
        check_file_count(len(files), self.max_files)
        check_file_size(max((file.size for file in files), default=0), self.max_file_bytes)


@dataclass(slots=True)
class BodySource:
    """Where a body comes from. seconds: how long it may take. uploads: gets its files on disk, to be closed later."""

    receive: Receive
    headers: Mapping[str, str]
    seconds: float
    uploads: list[BinaryIO]

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "")


async def read_reply(source: BodySource, limits: BodyLimits) -> str | list[Part]:
    """What React sent with a call: text, or the parts of a form in their order.

    Raises: BodyTooLarge as soon as a limit is passed, ReplyDecodeError, RequestTimeout, ClientGone.
    """
    check_length(source.headers, limits.max_bytes)
    boundary = _form_boundary(source.content_type)
    if boundary is not None:
        reader = MultipartReader(boundary, source.uploads)
        reader.max_files, reader.max_file_bytes = limits.max_files, limits.max_file_bytes
        await _receive(source, lambda: limits.max_bytes, reader.feed)
        return reader.finish()
    try:
        return (await _read_whole(source, limits.max_bytes)).decode()
    except UnicodeDecodeError:
        raise ReplyDecodeError("The body is not UTF-8.") from None


async def read_form(
    source: BodySource,
    limits: BodyLimits,
    *,
    ceiling: int = 0,
    limits_for: Callable[[str, str], BodyLimits | None] = lambda name, text: None,
) -> tuple[list[Part], int]:
    """The entries of a form that a browser posted by itself, and how many bytes they came in.

    limits_for: the limits that count once an entry with this name and text has come; React's fields come first.
    ceiling: the largest max_bytes among those, to refuse by Content-Length.
    Raises: as `read_reply`; BadRequest for what is no form.
    """
    check_length(source.headers, max(limits.max_bytes, ceiling))
    kind, options = parse_options_header(source.content_type)
    if kind == b"application/x-www-form-urlencoded":
        body = await _read_whole(source, limits.max_bytes)
        try:
            fields = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MAX_PARTS, errors="strict")
        except ValueError:
            raise ReplyDecodeError("The form is not UTF-8, or has too many fields.") from None
        return list(fields), len(body)
    if kind != b"multipart/form-data":
        raise BadRequest(f"A post to a page carries a form, not {source.content_type[:80]!r}.")

    def adopt(name: str, text: str) -> None:
        nonlocal limits
        limits = limits_for(name, text) or limits
        reader.max_files, reader.max_file_bytes = limits.max_files, limits.max_file_bytes

    reader = MultipartReader(options.get(b"boundary", b""), source.uploads, adopt)
    size = await _receive(source, lambda: limits.max_bytes, reader.feed)
    return reader.finish(), size


def check_length(headers: Mapping[str, str], limit: int) -> None:
    """Refuse by Content-Length, before a byte is read. Raises: BodyTooLarge, BadRequest."""
    length = headers.get("content-length")
    if length is None:
        return
    if not (length.isascii() and length.isdigit()):
        raise BadRequest("Content-Length is not a number.")
    if len(length) > 15 or int(length) > limit:
        raise BodyTooLarge(f"Content-Length is {length[:20]}, the limit is {limit} bytes (max_body_bytes).")


def _check_size(size: int, limit: int) -> None:
    if size > limit:
        raise BodyTooLarge(f"The body is larger than {limit} bytes (max_body_bytes).")


async def skip_body(receive: Receive) -> None:
    """Read what is left of a body that was refused, for a moment."""
    with anyio.move_on_after(LINGER_SECONDS):
        while (await receive()).get("more_body"):
            pass


def _form_boundary(content_type: str) -> bytes | None:
    """The boundary that a multipart form names, b"" where it names none; None for anything else."""
    if "multipart" not in content_type.lower():
        return None
    kind, options = parse_options_header(content_type)
    return options.get(b"boundary", b"") if kind == b"multipart/form-data" else None


async def _read_whole(source: BodySource, limit: int) -> bytes:
    body = bytearray()
    await _receive(source, lambda: limit, body.extend)
    return bytes(body)


async def _receive(source: BodySource, limit: Callable[[], int], feed: Callable[[bytes], None]) -> int:
    """Hand on the pieces of a body as they come; returns their size. limit: in bytes, asked for each piece."""
    size = 0

    async def take_all() -> None:
        nonlocal size
        more = True
        while more:
            message = await source.receive()
            if message["type"] == "http.disconnect":
                raise ClientGone
            chunk: bytes = message.get("body", b"")
            size += len(chunk)
            _check_size(size, limit())
            feed(chunk)
            more = message.get("more_body", False)

    try:
        await within(source.seconds, take_all)
    except TimeoutError:
        text = f"The body did not arrive within {source.seconds:g} s (body_timeout); {size} bytes came."
        raise RequestTimeout(text) from None
    return size
