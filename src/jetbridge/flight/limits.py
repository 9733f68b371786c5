"""How much a body from a browser may ask of the server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Limits:
    """Each is enforced in time linear to the body; breaking one is a ReplyDecodeError that names it.

    max_characters: of all models together. max_parts: entries of the form, files included.
    max_depth: nested containers, also through references. max_containers: lists and objects that are made.
    max_codes: strings that stand for something else.
    max_digits: of a BigInt. max_bound: arguments bound to one server reference.
    max_references: steps of references to references, or of promises for promises.
    max_slots: React's measure for arrays nested in each other; an array that is referred to counts each time.
    memory_per_byte: bytes of memory that a byte of the body may become, by an estimate from above.
    steps_per_byte: steps of about 10 ns that a byte of the body may cost.
    free_bytes: as if every body had so many bytes more, so that small ones may hold what they like.
    """

    max_characters: int = 50_000_000
    max_parts: int = 200_000
    max_depth: int = 400
    max_containers: int = 100_000
    max_codes: int = 100_000
    max_digits: int = 300
    max_bound: int = 1_000
    max_references: int = 100
    max_slots: int = 1_000_000
    memory_per_byte: int = 8
    steps_per_byte: int = 4
    free_bytes: int = 250_000


DEFAULT_LIMITS: Final = Limits()
