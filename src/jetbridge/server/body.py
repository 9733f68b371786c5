"""Reads the body of a call or form post, within its limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

import anyio
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.types import Receive

from jetbridge.errors import BadRequest, BodyTooLarge, ReplyDecodeError, RequestTimeout
from jetbridge.flight.model import File

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

Part = tuple[str, str | File]
"""One entry of a form: its name, and text or a file."""

MAX_PARTS: Final = 10_000
MAX_PART_NAME_BYTES: Final = 2_000
LINGER_SECONDS: Final = 2.0
"""How long a body that is refused is still read, so that its sender gets to read the answer."""


class ClientGone(Exception):
    """The browser closed the connection before its body was complete."""


def check_length(headers: Mapping[str, str], limit: int) -> None:
    """Refuse by Content-Length, before a byte is read. Raises: BodyTooLarge, BadRequest."""
    length = headers.get("content-length")
    if length is None:
        return
    if not (length.isascii() and length.isdigit()):
        raise BadRequest("Content-Length is not a number.")
    if len(length) > 15 or int(length) > limit:
        raise BodyTooLarge(f"Content-Length is {length[:20]}, the limit is {limit} bytes (max_body_bytes).")


async def read_bytes(receive: Receive, headers: Mapping[str, str], *, limit: int, seconds: float) -> bytes:
    """The whole body. limit in bytes; seconds: how long it may take.

    Raises: BodyTooLarge as soon as the limit is passed, RequestTimeout, ClientGone.
    """
    check_length(headers, limit)
    body = bytearray()
    with anyio.move_on_after(seconds) as scope:
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientGone
            chunk: bytes = message.get("body", b"")
            if len(body) + len(chunk) > limit:
                raise BodyTooLarge(f"The body is larger than {limit} bytes (max_body_bytes).")
            body += chunk
            if not message.get("more_body", False):
                break
    if scope.cancelled_caught:
        raise RequestTimeout(f"The body did not arrive within {seconds:g} s (body_timeout); {len(body)} bytes came.")
    return bytes(body)


async def skip_body(receive: Receive) -> None:
    """Read what is left of a body that was refused, for a moment."""
    with anyio.move_on_after(LINGER_SECONDS):
        while (await receive()).get("more_body"):
            pass


def parse_reply(content_type: str, body: bytes) -> str | list[Part]:
    """What React sent with a call: text, or the parts of a form in their order. Raises: ReplyDecodeError."""
    kind, options = parse_options_header(content_type)
    if kind == b"multipart/form-data":
        return _parse_multipart(body, options.get(b"boundary", b""))
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise ReplyDecodeError("The body is not UTF-8.") from None


def parse_form(content_type: str, body: bytes) -> list[Part]:
    """The entries of a form that a browser posted by itself. Raises: ReplyDecodeError, BadRequest."""
    kind, options = parse_options_header(content_type)
    if kind == b"multipart/form-data":
        return _parse_multipart(body, options.get(b"boundary", b""))
    if kind == b"application/x-www-form-urlencoded":
        try:
            return list(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MAX_PARTS, errors="strict"))
        except ValueError:
            raise ReplyDecodeError("The form is not UTF-8, or has too many fields.") from None
    raise BadRequest(f"A post to a page carries a form, not {content_type[:80]!r}.")


def _parse_multipart(body: bytes, boundary: bytes) -> list[Part]:
    if not boundary:
        raise ReplyDecodeError("multipart/form-data without a boundary.")
    collector = _Collector()
    try:
        parser = MultipartParser(boundary, collector.callbacks())
        parser.write(body)
        parser.finalize()
    except FormParserError:
        raise ReplyDecodeError("The multipart body is malformed.") from None
    if not collector.ended:
        raise ReplyDecodeError("The multipart body ends too early.")
    return collector.parts


class _Collector:
    """Receives the parser's callbacks and makes entries of them."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.ended = False
        self._field = bytearray()
        self._value = bytearray()
        self._headers: dict[bytes, bytes] = {}
        self._data: list[bytes] = []

    def callbacks(self) -> MultipartCallbacks:
        return {
            "on_part_begin": self._begin_part,
            "on_header_field": self._extend_field,
            "on_header_value": self._extend_value,
            "on_header_end": self._end_header,
            "on_part_data": self._extend_data,
            "on_part_end": self._end_part,
            "on_end": self._end,
        }

    def _begin_part(self) -> None:
        if len(self.parts) >= MAX_PARTS:
            raise ReplyDecodeError(f"The form has more than {MAX_PARTS} parts.")
        self._headers = {}
        self._data = []

    def _extend_field(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]

    def _extend_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        self._headers[bytes(self._field).lower()] = bytes(self._value)
        self._field.clear()
        self._value.clear()

    def _extend_data(self, data: bytes, start: int, end: int) -> None:
        self._data.append(data[start:end])

    def _end_part(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        raw_name = options.get(b"name")
        if raw_name is None or len(raw_name) > MAX_PART_NAME_BYTES:
            raise ReplyDecodeError("A part of the form has no name, or one that is too long.")
        data = b"".join(self._data)
        try:
            name = _unescape(raw_name.decode())
            if b"filename" in options:
                kind = self._headers.get(b"content-type", b"").decode("latin-1")
                self.parts.append((name, File(data, _unescape(options[b"filename"].decode()), kind)))
            else:
                self.parts.append((name, data.decode()))
        except UnicodeDecodeError:
            raise ReplyDecodeError("A part of the form is not UTF-8.") from None

    def _end(self) -> None:
        self.ended = True


def _unescape(name: str) -> str:
    """Names as the page wrote them: browsers escape three characters (HTML, multipart/form-data encoding)."""
    return name.replace("%22", '"').replace("%0D", "\r").replace("%0A", "\n")
