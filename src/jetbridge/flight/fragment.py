"""A part of a response that is kept as bytes, and written into later responses under other row ids.

A fragment is a template: the rows of one value, with a place for each row id. What a response says only once (client
references, symbols, hints) is kept by its identity, so that each response says it in its own way.

Stored: one line of JSON, then the template for `%`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import orjson

from jetbridge.flight.hints import Hint
from jetbridge.flight.model import FRAGMENT, HOLE, ClientReference, Element, Splice, Symbol
from jetbridge.flight.rows import LENGTH_TAGS, Row, RowReader
from jetbridge.flight.task import NODE, Writer

_REFERENCE: Final = re.compile(rb'(?<=[\[:,])"\$([L@hQWKBiZ]?)([0-9a-f]+)(?=[:"])(?=(?:[^"\\]|\\.)*+"(?!:))', re.DOTALL)
"""A string value that refers to a row, up to the row's id. Keys of objects, which a colon follows, never do.

A quote that starts a string has a bracket, colon or comma before it; one inside a string has a backslash.
"""

_SYMBOL: Final = re.compile(rb'"\$S[^"\\]*"')
_KEYED: Final = re.compile(rb'\["\$",(?:"[^"]*"),(?!null)')


class NoFragment(Exception):
    """These bytes cannot be used: they are no fragment, or rows of which one is missing or tells of an error."""


@dataclass(frozen=True, slots=True, eq=False)
class Fragment:
    """The rows of one value, ready to be written into any response.

    template: for `%`, with a number for each of `slots`. slots: indexes into its own rows, root first, followed by
    those of `clients` and of `symbols`. own: how many rows are its own. symbols: also the places left open, see
    `model.Hole`. keyed: the root is an element with a key.
    """

    template: bytes
    slots: tuple[int, ...]
    own: int
    clients: tuple[ClientReference, ...]
    symbols: tuple[Symbol, ...]
    hints: tuple[Hint, ...]
    keyed: bool

    def dump(self) -> bytes:
        """The bytes to be stored."""
        head = {
            "own": self.own,
            "slots": self.slots,
            "clients": [(one.module, one.name) for one in self.clients],
            "symbols": [one.key for one in self.symbols],
            "hints": [(one.code, one.model) for one in self.hints],
            "keyed": self.keyed,
        }
        return orjson.dumps(head) + b"\n" + self.template

    @classmethod
    def load(cls, data: bytes) -> Fragment:
        """What `dump` wrote. Raises: NoFragment for other bytes."""
        line, _, template = data.partition(b"\n")
        try:
            head = orjson.loads(line)
            fragment = cls(
                template,
                tuple(head["slots"]),
                head["own"],
                tuple(ClientReference(module, name) for module, name in head["clients"]),
                tuple(Symbol(key) for key in head["symbols"]),
                tuple(Hint(code, model) for code, model in head["hints"]),
                head["keyed"],
            )
            fits = fragment._fits()
        except (KeyError, TypeError, ValueError):
            fits = False
        if not fits:
            raise NoFragment("bytes of something else")
        return fragment

    def _fits(self) -> bool:
        """Whether it can be written: who finds out in the middle of a response cannot go back."""
        count = self.own + len(self.clients) + len(self.symbols)
        # Each of its rows has a slot.
        if set(map(type, (self.own, *self.slots))) != {int} or not 0 < self.own <= len(self.slots):
            return False
        if min(self.slots) < 0 or max(self.slots) >= count:
            return False
        percents = self.template.count(b"%")
        if percents != len(self.slots) or self.template.count(b"%x") != percents:
            places = self.template.replace(b"%%", b"")
            if not len(self.slots) == places.count(b"%x") == places.count(b"%"):
                return False
        texts = [one.key for one in self.symbols] + [text for one in self.clients for text in (one.module, one.name)]
        return all(type(text) is str for text in texts) and all(map(_is_hint, self.hints))

    @property
    def holes(self) -> list[str]:
        """The names of the places that are left open."""
        return [one.key.removeprefix(HOLE) for one in self.symbols if one.key.startswith(HOLE)]


def _is_hint(hint: Hint) -> bool:
    href = hint.model[0] if type(hint.model) is list and hint.model else hint.model
    return type(hint.code) is str and len(hint.code) == 1 and type(href) is str and not href.startswith("$")


def write_fragment(splice: Splice, writer: Writer) -> int:
    """Write the rows of a fragment where `writer` stands. Returns the id of its root."""
    fragment, encoder = splice.fragment, writer.encoder
    for hint in fragment.hints:
        encoder.hint(hint)
    ids = [encoder.new_id() for _ in range(fragment.own)]
    ids += [encoder.client_row(reference, writer.where()) for reference in fragment.clients]
    for symbol in fragment.symbols:
        if symbol.key.startswith(HOLE):
            # As a child, so that what is not ready becomes a lazy node and not a promise.
            filling = Element(FRAGMENT, None, {"children": splice.holes[symbol.key.removeprefix(HOLE)]})
            ids.append(encoder.model_row(writer.task(filling, NODE, node=True), writer.depth + 1))
        else:
            ids.append(encoder.symbol_row(symbol))
    encoder.add_rows(fragment.template % tuple([ids[slot] for slot in fragment.slots]))
    return ids[0]


def make_fragment(response: bytes) -> Fragment:
    """The fragment of the root of a whole response.

    response: its client rows must hold the module and the name of the reference itself.
    Raises: NoFragment for a response with errors in it, or one that is cut off.
    """
    rows = list(RowReader().feed(response))
    maker = _Maker(rows)
    return maker.make()


class _Maker:
    """Sorts rows into those of the fragment and those that a response has once."""

    def __init__(self, rows: list[Row]) -> None:
        self._rows = rows
        self._clients: dict[int, ClientReference] = {}
        self._symbols: dict[int, Symbol] = {}
        self._hints: list[Hint] = []
        self._own: dict[int, int] = {0: 0}
        self._slots: list[int] = []

    def make(self) -> Fragment:
        kept = [row for row in self._rows if not self._is_common(row)]
        for row in kept:
            self._own.setdefault(row.id, len(self._own))
        first = {id: index for index, id in enumerate(self._clients, len(self._own))}
        second = {id: index for index, id in enumerate(self._symbols, len(self._own) + len(first))}
        self._numbers = {**self._own, **first, **second}
        template = b"".join(piece for row in kept for piece in self._pieces(row))
        root = next((row.data for row in kept if row.id == 0 and not row.tag), b"")
        if not root:
            raise NoFragment("the response has no root")
        return Fragment(
            template,
            tuple(self._slots),
            len(self._own),
            tuple(self._clients.values()),
            tuple(self._symbols.values()),
            tuple(self._hints),
            _KEYED.match(root) is not None,
        )

    def _is_common(self, row: Row) -> bool:
        """Note a row that each response has once. Raises: NoFragment for an error."""
        if row.tag == "E":
            raise NoFragment("a part of the value failed")
        if row.tag == "H":
            self._hints.append(Hint(chr(row.data[0]), orjson.loads(row.data[1:])))
        elif row.tag == "I":
            module, _, name = orjson.loads(row.data)[:3]
            self._clients[row.id] = ClientReference(_unescaped(module), _unescaped(name))
        elif row.id and not row.tag and _SYMBOL.fullmatch(row.data):
            self._symbols[row.id] = Symbol(orjson.loads(row.data)[2:])
        else:
            return False
        return True

    def _pieces(self, row: Row) -> Iterator[bytes]:
        """A row as template."""
        self._slots.append(self._number(row.id))
        tag = row.tag.encode()
        if row.tag in LENGTH_TAGS and row.tag:
            yield b"%%x:%b%x," % (tag, len(row.data))
            yield row.data.replace(b"%", b"%%")
            return
        yield b"%x:" + tag
        yield _REFERENCE.sub(self._reference, b"," + row.data.replace(b"%", b"%%"))[1:]
        yield b"\n"

    def _reference(self, found: re.Match[bytes]) -> bytes:
        self._slots.append(self._number(int(found[2], 16)))
        return b'"$' + found[1] + b"%x"

    def _number(self, id: int) -> int:
        number = self._numbers.get(id)
        if number is None:
            raise NoFragment("a row is missing")
        return number


def _unescaped(text: str) -> str:
    return text[1:] if text[:1] == "$" else text
