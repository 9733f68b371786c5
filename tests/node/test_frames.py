"""The frames between Python and Node."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jetbridge.node.frames import PROTOCOL, Frame, FrameError, FrameReader, FrameType, encode_credit, encode_frame

TWIN = Path(__file__).parents[2] / "client" / "src" / "ssr-frames.ts"

FRAMES = st.lists(st.tuples(st.sampled_from(FrameType), st.integers(0, 2**32 - 1), st.binary(max_size=300)), max_size=8)


@given(FRAMES, st.integers(1, 50))
def test_frames_survive_any_split(frames, size):
    """What was encoded is read back, however the bytes were cut on the way."""
    data = b"".join(encode_frame(*frame) for frame in frames)
    reader = FrameReader()

    read = [frame for start in range(0, len(data), size) for frame in reader.feed(data[start : start + size])]

    assert read == [Frame(*frame) for frame in frames]


def test_credit_is_a_number():
    """A credit says how many bytes of HTML were taken, in four bytes."""
    assert encode_credit(7, 65536) == b"\x00\x00\x00\x04\x06\x00\x00\x00\x07\x00\x01\x00\x00"


def test_foreign_bytes_are_refused():
    """Text that something printed into the pipe is an error, not a frame of two gigabytes."""
    with pytest.raises(FrameError, match="bytes"):
        list(FrameReader().feed(b"Warning: something was printed here"))


def test_both_sides_agree():
    """The numbers are the same in TypeScript."""
    text = TWIN.read_text("utf-8")
    twin = {name: int(number) for name, number in re.findall(r"^  (\w+): (\d+),", text, re.MULTILINE)}

    assert twin == {_camel_case(kind.name): kind.value for kind in FrameType}
    assert f"export const PROTOCOL = {PROTOCOL}\n" in text


def _camel_case(name: str) -> str:
    first, *rest = name.lower().split("_")
    return first + "".join(word.title() for word in rest)
