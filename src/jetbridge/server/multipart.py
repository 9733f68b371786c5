"""multipart/form-data, read piece by piece as it arrives; large files go to disk."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO, Final

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from jetbridge.errors import BodyTooLarge, ReplyDecodeError
from jetbridge.flight.model import File

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

Part = tuple[str, str | File]
"""One entry of a form: its name, and text or a file."""

MAX_PARTS: Final = 10_000
MAX_PART_NAME_BYTES: Final = 2_000
MEMORY_BYTES: Final = 256 * 1024
"""A file that is larger goes to disk."""


class MultipartReader:
    """Makes entries of the pieces of a body.

    uploads: gets every file on disk, to be closed when the request has ended. on_text: sees each entry that is text as
    soon as it is complete. max_files, max_file_bytes may change while the body arrives; None is no limit.
    Raises: ReplyDecodeError, BodyTooLarge.
    """

    def __init__(
        self, boundary: bytes, uploads: list[BinaryIO], on_text: Callable[[str, str], None] | None = None
    ) -> None:
        if not boundary:
            raise ReplyDecodeError("multipart/form-data without a boundary.")
        self.parts: list[Part] = []
        self.max_files: int | None = None
        self.max_file_bytes: int | None = None
        self._uploads = uploads
        self._on_text = on_text
        self._ended = False
        self._field = bytearray()
        self._value = bytearray()
        self._headers: dict[bytes, bytes] = {}
        self._name = ""
        self._filename: str | None = None
        self._memory: list[bytes] = []
        self._disk: BinaryIO | None = None
        self._size = 0
        self._files = 0
        try:
            self._parser = MultipartParser(boundary, self._callbacks())
        except FormParserError:
            raise ReplyDecodeError("The boundary of the multipart body is malformed.") from None

    def feed(self, data: bytes) -> None:
        """Take the next piece."""
        try:
            self._parser.write(data)
        except FormParserError:
            raise ReplyDecodeError("The multipart body is malformed.") from None

    def finish(self) -> list[Part]:
        """The entries, in their order, when the body has ended."""
        try:
            self._parser.finalize()
        except FormParserError:
            raise ReplyDecodeError("The multipart body is malformed.") from None
        if not self._ended:
            raise ReplyDecodeError("The multipart body ends too early.")
        return self.parts

    def _callbacks(self) -> MultipartCallbacks:
        return {
            "on_part_begin": self._begin_part,
            "on_header_field": self._extend_field,
            "on_header_value": self._extend_value,
            "on_header_end": self._end_header,
            "on_headers_finished": self._end_headers,
            "on_part_data": self._extend_data,
            "on_part_end": self._end_part,
            "on_end": self._end,
        }

    def _begin_part(self) -> None:
        if len(self.parts) >= MAX_PARTS:
            raise ReplyDecodeError(f"The form has more than {MAX_PARTS} parts.")
        self._headers = {}
        self._memory, self._disk, self._size = [], None, 0

    def _extend_field(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]

    def _extend_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        self._headers[bytes(self._field).lower()] = bytes(self._value)
        self._field.clear()
        self._value.clear()

    def _end_headers(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        name, filename = options.get(b"name"), options.get(b"filename")
        if name is None or len(name) > MAX_PART_NAME_BYTES:
            raise ReplyDecodeError("A part of the form has no name, or one that is too long.")
        self._name = _decode(name)
        self._filename = None if filename is None else _decode(filename)

    def _extend_data(self, data: bytes, start: int, end: int) -> None:
        self._size += end - start
        if self._filename is not None:
            check_file_size(self._size, self.max_file_bytes)
            if self._disk is None and self._size > MEMORY_BYTES:
                self._move_to_disk()
        if self._disk is None:
            self._memory.append(data[start:end])
        else:
            # Not in a thread: what is written here lies in the page cache, and the pieces are small.
            self._disk.write(data[start:end])

    def _move_to_disk(self) -> None:
        self._disk = tempfile.TemporaryFile()  # noqa: SIM115  # closed with the request
        self._uploads.append(self._disk)
        self._disk.writelines(self._memory)
        self._memory = []

    def _end_part(self) -> None:
        data = b"".join(self._memory)
        if self._filename is None:
            text = _decode(data, escaped=False)
            self.parts.append((self._name, text))
            if self._on_text is not None:
                self._on_text(self._name, text)
            return
        kind = self._headers.get(b"content-type", b"").decode("latin-1")
        self.parts.append((self._name, File(self._disk or data, self._filename, kind)))
        # A field in which no file was chosen comes as an empty one without a name.
        self._files += bool(self._filename or self._size)
        check_file_count(self._files, self.max_files)

    def _end(self) -> None:
        self._ended = True


def check_file_size(size: int, limit: int | None) -> None:
    """Refuse a file that is too large. Raises: BodyTooLarge."""
    if limit is not None and size > limit:
        raise BodyTooLarge(f"A file is larger than {limit} bytes (max_file_bytes).")


def check_file_count(count: int, limit: int | None) -> None:
    """Refuse too many files. Raises: BodyTooLarge."""
    if limit is not None and count > limit:
        raise BodyTooLarge(f"The form has more than {limit} files (max_files).")


def _decode(data: bytes, *, escaped: bool = True) -> str:
    """Text; names as the page wrote them: browsers escape three characters (HTML, multipart/form-data encoding)."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise ReplyDecodeError("A part of the form is not UTF-8.") from None
    return text.replace("%22", '"').replace("%0D", "\r").replace("%0A", "\n") if escaped else text
