"""A page as it is kept: its bytes, what they depend on, and the headers that they are sent with."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from itertools import chain
from operator import itemgetter
from typing import Any, Final, Literal

import orjson

from jetbridge import wire
from jetbridge.errors import ConfigError
from jetbridge.flight.encoder import ClientRow
from jetbridge.profiles import CacheProfile
from jetbridge.server.parameters import SearchParams, pairs_of
from jetbridge.server.responses import RawHeaders

PageKind = Literal["flight", "html"]

CACHE_CONTROL: Final = b"public, max-age=0, must-revalidate"
"""Browsers and proxies may keep a page, and ask each time whether it is still the one: nobody can tell them otherwise
when it is expired here. The answer is mostly 304."""

_CONTENT_TYPES: Final = {"flight": wire.FLIGHT_CONTENT_TYPE.encode(), "html": b"text/html; charset=utf-8"}

_ETAG: Final = re.compile(r'"[0-9a-f]{32}"')

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page wanted to know of the query: some names, or all of it, and what it was told.

    names: None for everything. pairs: those of the query that have these names, by name; of everything as they came.
    """

    names: frozenset[str] | None
    pairs: Pairs

    @classmethod
    def of(cls, search: SearchParams) -> Asked:
        """What was read of this query so far."""
        return cls.about(None if search.asked_all else search.asked, search)

    @classmethod
    def about(cls, names: Iterable[str] | None, search: SearchParams) -> Asked:
        """What a query says about these names."""
        if names is None:
            return cls(None, tuple(pairs_of(search)))
        wanted = frozenset(names)
        return cls(wanted, tuple(sorted((one for one in pairs_of(search) if one[0] in wanted), key=itemgetter(0))))

    @classmethod
    def load(cls, names: list[str] | None, pairs: list[list[str]]) -> Asked:
        """From JSON. Raises: ValueError, TypeError for what is no such thing."""
        told = tuple((name, value) for name, value in pairs)
        if not all(type(text) is str for text in (*(names or ()), *chain.from_iterable(told))):
            raise TypeError("names and values of a query are text")
        return cls(None if names is None else frozenset(names), told)

    def fits(self, search: SearchParams) -> bool:
        """Whether another query says the same."""
        return self == Asked.about(self.names, search)


NOTHING_ASKED: Final = Asked(frozenset(), ())


@dataclass(frozen=True, slots=True)
class KeptPage:
    """One kind of one page. rendered_at: in seconds since 1970. client_rows: of the client components, for Flight."""

    kind: PageKind
    body: bytes
    etag: bytes
    rendered_at: float
    asked: Asked = NOTHING_ASKED
    life: CacheProfile | None = None
    client_rows: Sequence[ClientRow] = field(default=(), repr=False)

    @classmethod
    def make(
        cls,
        kind: PageKind,
        body: bytes,
        rendered_at: float,
        asked: Asked,
        life: CacheProfile | None,
        client_rows: Sequence[ClientRow] = (),
    ) -> KeptPage:
        etag = b'"%b"' % hashlib.sha256(body).hexdigest()[:32].encode()
        return cls(kind, body, etag, rendered_at, asked, life, client_rows)

    def times(self, now: float) -> tuple[float | None, float | None]:
        """For how many more seconds it is fresh, and for how many after that stale; None for no limit."""
        if self.life is None:
            return None, 0
        return max(self.life.revalidate - (now - self.rendered_at), 0.001), self.life.stale_for

    def dump(self) -> bytes:
        """The bytes to be stored: one line of JSON, then the body."""
        head: dict[str, Any] = {"kind": self.kind, "etag": self.etag.decode(), "at": self.rendered_at}
        if self.asked.names != frozenset():
            head["asked"] = [None if self.asked.names is None else sorted(self.asked.names), self.asked.pairs]
        if self.life is not None:
            head["life"] = [self.life.revalidate, self.life.expire]
        if self.client_rows:
            head["rows"] = [asdict(row) for row in self.client_rows]
        return orjson.dumps(head) + b"\n" + self.body

    @classmethod
    def load(cls, data: bytes) -> KeptPage | None:
        """What `dump` wrote; None for other bytes."""
        end = data.find(b"\n")
        try:
            head = orjson.loads(data[:end])
            asked = Asked.load(*head["asked"]) if "asked" in head else NOTHING_ASKED
            rows = [_client_row(**row) for row in head.get("rows", ())]
            life = CacheProfile(*head["life"]) if "life" in head else None
            kind, etag, at = head["kind"], head["etag"], head["at"]
            # What is looked up, becomes a header, and is reckoned with.
            fits = kind in _CONTENT_TYPES and _ETAG.fullmatch(etag) is not None and type(at) in (int, float)
        except (TypeError, KeyError, ValueError, AttributeError, ConfigError):
            return None
        if not fits:
            return None
        return cls(kind, data[end + 1 :], etag.encode(), at, asked, life, rows)

    def headers(self, build: str) -> RawHeaders:
        """What a response with this page says. build: the id of the build."""
        headers = [
            (b"content-type", _CONTENT_TYPES[self.kind]),
            (b"cache-control", CACHE_CONTROL),
            (b"etag", self.etag),
            (b"vary", b"accept"),
            (b"x-content-type-options", b"nosniff"),
        ]
        if self.kind == "flight":
            headers.append((wire.BUILD_HEADER.encode(), build.encode()))
        return headers

    def is_known_to(self, if_none_match: str) -> bool:
        """Whether the browser has this page already, as its header says (RFC 9110, section 13.1.2)."""
        known = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
        return "*" in known or self.etag.decode() in known


def _client_row(id: str, chunks: list[str], name: str, stylesheets: list[str], is_async: bool) -> ClientRow:
    """Raises: TypeError for what cannot be one."""
    if not all(isinstance(text, str) for text in (id, name, *chunks, *stylesheets)):
        raise TypeError("not text")
    return ClientRow(id, tuple(chunks), name, tuple(stylesheets), is_async)


@dataclass(frozen=True, slots=True)
class Collected:
    """The rows of a page that is complete: what `page_endpoint.Rows` is."""

    chunks: list[bytes]
    client_rows: list[ClientRow]

    @property
    def body(self) -> bytes:
        return b"".join(self.chunks)

    @property
    def is_complete(self) -> bool:
        return len(self.chunks) == 1

    async def next_chunk(self) -> bytes:
        return self.chunks.pop(0) if self.chunks else b""
