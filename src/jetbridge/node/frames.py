"""Frames between Python and the Node process, as bytes. Sans-IO; the twin is client/src/ssr-frames.ts.

A frame: 4 bytes length of the payload, 1 byte type, 4 bytes stream id, big-endian, then the payload.
A stream is one render; stream 0 is the process itself.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

PROTOCOL: Final = 1
MAX_PAYLOAD: Final = 256 * 1024 * 1024

_HEADER: Final = struct.Struct(">IBI")


class FrameType(IntEnum):
    """What a frame says. Up to 8: to Node; from 17: from Node."""

    INIT = 1
    RENDER = 2
    FLIGHT = 3
    FLIGHT_END = 4
    ABORT = 5
    CREDIT = 6
    PING = 7
    NOTIFY = 8
    READY = 17
    HTML = 18
    HTML_END = 19
    ERROR = 20
    PONG = 21
    LOG = 22


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame. type: a FrameType, or a number that this version does not know."""

    type: int
    stream: int
    payload: bytes


class FrameError(ValueError):
    """The bytes are not frames: something else wrote into the pipe."""


def encode_frame(type: FrameType, stream: int = 0, payload: bytes = b"") -> bytes:
    """One frame as bytes."""
    return _HEADER.pack(len(payload), type, stream) + payload


def encode_credit(stream: int, size: int) -> bytes:
    """Tell Node that `size` bytes of HTML were taken."""
    return encode_frame(FrameType.CREDIT, stream, size.to_bytes(4, "big"))


class FrameReader:
    """Cuts a byte stream into frames, however it was split on the way."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[Frame]:
        """Take what arrived; yield each frame that is now complete. Raises: FrameError."""
        buffer = self._buffer
        buffer += data
        start = 0
        while len(buffer) - start >= _HEADER.size:
            size, type_, stream = _HEADER.unpack_from(buffer, start)
            if size > MAX_PAYLOAD:
                raise FrameError(f"a frame of {size} bytes")
            end = start + _HEADER.size + size
            if len(buffer) < end:
                break
            yield Frame(type_, stream, bytes(memoryview(buffer)[start + _HEADER.size : end]))
            start = end
        del buffer[:start]
