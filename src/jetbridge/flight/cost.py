"""What a body costs, estimated from above before the cost arises.

A list of nothing takes three bytes on the wire and 65 in memory, so a body is refused when what it stands for is out
of proportion to its size. The estimates count brackets, commas and quotes, at the speed of `memchr`. Memory is in
bytes as CPython 3.11 to 3.13 use them, work in steps of about 10 ns.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from jetbridge.errors import ReplyDecodeError
from jetbridge.flight.limits import Limits

LIST: Final = 88
"""A list with room for a few entries."""
OBJECT: Final = 80
TABLE: Final = 120
"""Of an object with up to five properties."""
PROPERTY: Final = 66
"""Each property of a larger object, while its table grows."""
TEXT: Final = 52
WIDE_TEXT: Final = 80
NUMBER: Final = 32
ENTRY: Final = 9
"""One place of a list that grows."""

CODE: Final = 24
"""Steps for any code."""
CODES: Final = dict.fromkeys((f'"${kind}' for kind in "$@-ABGIKLMNOSTUVXRghilmorsuxb"), 0) | {
    '"$n': 60,
    '"$D': 100,
    '"$h': 40,
    '"$Q': 80,
    '"$W': 80,
}
"""And for each code of this kind, also where it stands for the same as one before."""
REFERENCE: Final = 120
"""And for one that is no kind, but the number of a part, at least."""
_MANY_CODES: Final = 100_000
"""Characters from which on a text may hold more codes than its size allows."""

_SMALL_TABLE: Final = 5
_KEYS: Final = re.compile(rb'"([^"]*)":')
_NOT_STRUCTURE: Final = bytes(byte for byte in range(256) if byte not in b'"[]{},:')
_PIECE: Final = 1 << 16
_TINY: Final = 16
_TINY_MEMORY: Final = 40
"""Of each character of a text that is not worth being looked at."""


class Budget:
    """What is left of a body's allowance.

    size: of the body, in bytes. careful: whether a body of this size could use it up at all.
    """

    __slots__ = ("careful", "memory", "steps")

    MOST_MEMORY: Final = 200
    MOST_STEPS: Final = 60
    """More than any byte of a body can cost."""

    def __init__(self, size: int, limits: Limits) -> None:
        allowed = size + limits.free_bytes
        self.memory = allowed * limits.memory_per_byte
        self.steps = allowed * limits.steps_per_byte
        self.careful = size * self.MOST_MEMORY > self.memory or size * self.MOST_STEPS > self.steps

    def spend(self, memory: int, steps: int) -> None:
        """Raises: ReplyDecodeError when the allowance is used up."""
        self.memory -= memory
        self.steps -= steps
        if self.memory < 0:
            raise ReplyDecodeError("too many values for the size of the body (memory_per_byte)")
        if self.steps < 0:
            raise ReplyDecodeError("too much work for the size of the body (steps_per_byte)")

    def check_codes(self, text: str) -> None:
        """Refuse a text whose codes will certainly use up the allowance, before any of them is looked at.

        Escapes may hide what is a code and what is none: then they are paid for one by one alone.
        Raises: ReplyDecodeError.
        """
        if len(text) < _MANY_CODES or "\\" in text:
            return
        left = text.count('"$')
        steps = CODE * left
        for kind, price in CODES.items():
            count = text.count(kind)
            left -= count
            steps += price * count
        if steps + REFERENCE * left > self.steps:
            raise ReplyDecodeError("too much work for the size of the body (steps_per_byte)")

    def spend_on_object(self, value: dict[str, Any]) -> dict[str, Any]:
        """Takes the table of an object as it is made: a hook for the parser."""
        count = len(value)
        self.spend(TABLE if 0 < count <= _SMALL_TABLE else count * PROPERTY, 10)
        return value


@dataclass(frozen=True, slots=True)
class Weight:
    """What a JSON text becomes, at most: bytes of memory, values, and lists and objects among them.

    steps: of parsing. is_exact: the tables of objects are not in it, those are for Budget.spend_on_object.
    """

    memory: int
    values: int
    containers: int
    is_exact: bool = False
    extra: int = 0

    @property
    def steps(self) -> int:
        return 3 * self.values + 10 * self.containers + self.extra

    @property
    def scan_steps(self) -> int:
        """Of looking at each value in Python."""
        return 5 * self.values + 40 * self.containers


def weigh(text: str, enough: int) -> Weight:
    """The weight, more exactly when it seems to be above `enough` bytes of memory."""
    if len(text) <= _TINY:
        return Weight(_TINY_MEMORY * len(text), len(text), len(text) // 2)
    rough = weigh_roughly(text)
    return rough if rough.memory <= enough else weigh_exactly(text)


def weigh_roughly(text: str) -> Weight:
    """What is inside of strings counts as well, and each property has a name of its own."""
    lists, objects, commas = text.count("["), text.count("{"), text.count(",")
    properties = text.count('":') if objects else 0
    strings = text.count('"') // 2
    tables = min(objects, properties)
    memory = _scalars(text, commas, strings, strings - properties, 2 * (lists + objects)) + LIST * lists
    memory += OBJECT * objects + TABLE * tables + PROPERTY * (properties - tables + properties) + ENTRY * commas
    return Weight(memory, commas + lists + objects + 1, lists + objects)


def weigh_exactly(text: str) -> Weight:
    """Without what is inside of strings, and without the tables of objects: those are for Budget.spend_on_object."""
    data = text.encode("utf-8", "surrogatepass")
    if b"\\" in data:
        data = data.replace(b"\\\\", b"").replace(b'\\"', b"")
    strings = data.count(b'"') // 2
    lists, objects, commas, properties = _count_structure(data)
    keys = _count_keys(data, properties) if properties else 0
    scalars = _scalars(text, commas, strings - properties + keys, strings - properties, 2 * (lists + objects))
    memory = scalars + LIST * lists + OBJECT * objects + 2 * PROPERTY * keys + ENTRY * commas
    return Weight(memory, commas + lists + objects + 1, lists + objects, is_exact=True, extra=2 * len(text))


def count_containers(text: str, enough: int) -> int:
    """At least the number of lists and objects in a JSON text; the exact one when it seems to be above `enough`."""
    count = text.count("[") + text.count("{")
    return weigh_exactly(text).containers if count > enough else count


def _scalars(text: str, commas: int, strings: int, members: int, brackets: int) -> int:
    """Strings, names among them, and numbers. members: strings that are no names."""
    numbers = max(commas + 1 - members, 0)
    if not strings:
        # Numbers of one digit exist already, and there are no more others than further digits.
        numbers = min(numbers, max(len(text) - commas - brackets - numbers, 0))
    memory = NUMBER * numbers
    if text.isascii():
        return memory + TEXT * strings + len(text)
    return memory + WIDE_TEXT * strings + 4 * len(text)


def _count_structure(data: bytes) -> tuple[int, int, int, int]:
    """Lists, objects, commas and colons outside of strings, in a text without escapes."""
    structure = data.translate(None, _NOT_STRUCTURE).replace(b'""', b"")
    counts = [0, 0, 0, 0]
    inside = 0
    for start in range(0, len(structure), _PIECE):
        pieces = structure[start : start + _PIECE].split(b'"')
        outside = b"".join(pieces[inside::2])
        inside ^= (len(pieces) - 1) % 2
        counts = [count + outside.count(mark) for count, mark in zip(counts, (b"[", b"{", b",", b":"), strict=True)]
    return counts[0], counts[1], counts[2], counts[3]


def _count_keys(data: bytes, properties: int) -> int:
    """How many different names of properties there are, at most; a search in pieces, which ends when it is no use."""
    keys: set[bytes] = set()
    for start in range(0, len(data), _PIECE):
        keys.update(_KEYS.findall(data, start, start + _PIECE))
        if 2 * len(keys) > properties:
            return properties
    return len(keys) + len(data) // _PIECE + 1
