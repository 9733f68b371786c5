"""A fuzz target for everything that reads a body from a browser.

    pip install atheris
    python -m tests.flight.fuzz -max_total_time=1800 [folder of inputs]

The first byte chooses the entrance; the rest is a text, or parts: name, NUL, content, separated by 0xFF. A content
that starts with 0x01 is a file. Any exception but ReplyDecodeError is a finding; so is an input that takes long.
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["jetbridge.flight"]):
    from jetbridge.errors import ReplyDecodeError, UnknownAction
    from jetbridge.flight.form_action import decode_action, decode_form_state
    from jetbridge.flight.model import File
    from jetbridge.flight.reply import ReplyBody, decode_value
    from jetbridge.flight.temporary import TemporaryReferences


def load(id: str, bound: tuple[object, ...] | None) -> object:
    if id != "a":
        raise UnknownAction(id)
    return bound


def parts_of(data: bytes) -> list[tuple[str, str | File]]:
    parts: list[tuple[str, str | File]] = []
    for piece in data.split(b"\xff"):
        name, _, content = piece.partition(b"\0")
        value = File(content[1:], "f", "") if content[:1] == b"\1" else content.decode("utf-8", "surrogateescape")
        parts.append((name.decode("latin-1"), value))
    return parts


def check(data: bytes) -> None:
    entrance, data = data[:1], data[1:]
    try:
        if entrance == b"t":
            decode_value(ReplyBody(text=data.decode("utf-8", "replace")), server_reference=load)
        elif entrance == b"a":
            decode_action(parts_of(data), server_reference=load)
        elif entrance == b"s":
            decode_form_state(None, parts_of(data), server_reference=load)
        else:
            kept = TemporaryReferences() if entrance == b"k" else None
            decode_value(ReplyBody(parts=parts_of(data)), server_reference=load, temporary_references=kept)
    except ReplyDecodeError:
        pass


if __name__ == "__main__":
    atheris.Setup(sys.argv, check)
    atheris.Fuzz()
