"""Which pages are kept and under which keys; who renders them while others wait."""

from __future__ import annotations

import hashlib
import logging
import sys
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote, urlencode

import anyio
import anyio.lowlevel

from jetbridge import wire
from jetbridge.cache.cached import as_life
from jetbridge.cache.store import path_names
from jetbridge.errors import ConfigError
from jetbridge.profiles import CacheProfile
from jetbridge.routing.match import RouteMatch
from jetbridge.routing.scan import RouteTree
from jetbridge.server.kept_page import Asked, KeptPage, PageKind
from jetbridge.server.parameters import SearchParams

logger = logging.getLogger("jetbridge.cache")

VARIANTS: Final = 32
"""So many queries of one path are kept besides the one without. More take turns, so nobody can fill the store."""

MAX_NAMES: Final = 50
"""A page that reads more names of its query lets visitors choose them: then the whole query counts."""

MAX_PATH: Final = 1024
"""Longer paths are rendered each time."""

PAUSE: Final = 5.0
"""For how many seconds a page that could not be kept is not tried again."""

_MAX_PAUSED: Final = 1000
_SAFE: Final = ":@!$&'()*+,;=~-._"
"""Without the slash: an encoded one is part of a parameter, and leads to another page than one that parts folders."""


@dataclass(frozen=True, slots=True)
class PageLife:
    """How long a page is kept; no profile: until it is expired."""

    profile: CacheProfile | None


Slot = tuple[str, object]
"""What is rendered only once at a time: path with query, and the event loop. Not the place for the query: others that
take turns in it would wait for this one and get nothing from it."""


@dataclass(slots=True, eq=False)
class Rendering:
    """One page that is being rendered for all who ask for it. version: the store's before it began.

    pages: what may be given to those who wait. tags: of all data in it.
    refused: why it cannot be shared; "" as long as it can.
    """

    slot: Slot
    version: int
    done: anyio.Event = field(default_factory=anyio.Event)
    pages: dict[PageKind, KeptPage] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    refused: str = ""


@dataclass(slots=True)
class PageRequest:
    """A request for a page that may be kept.

    path: percent-encoded in one spelling. query: raw. names: see `path_names`. shown: path and query that the page is
    rendered for. variant: 0, or the number of the place for this query.
    """

    path: str
    query: str
    pattern: str
    names: tuple[str, ...]
    shown: str
    variant: int
    _search: SearchParams | None = None

    @property
    def search(self) -> SearchParams:
        """The query, taken apart. Raises: BadRequest."""
        if self._search is None:
            self._search = SearchParams(self.query)
        return self._search

    def takes(self, page: KeptPage) -> bool:
        """Whether what the page has read of its query is the same in this one."""
        return page.asked.names == frozenset() or page.asked.fits(self.search)


class PageCache:
    """The pages of one application that say `revalidate`.

    lives: by pattern of the route. fingerprint: of everything besides the data that pages are made of.
    """

    def __init__(self, lives: Mapping[str, PageLife], fingerprint: str) -> None:
        self._lives = lives
        self.fingerprint = fingerprint
        self._known: dict[str, frozenset[str] | None] = {}
        self._renderings: dict[Slot, Rendering] = {}
        self._paused: dict[str, tuple[float, str]] = {}
        self._resting: dict[str, float] = {}
        self._warned: set[str] = set()

    def life(self, match: RouteMatch) -> PageLife | None:
        """How long the page of this route is kept; None for a page that is rendered each time."""
        return self._lives.get(match.pattern)

    def request(self, path: str, query: str, match: RouteMatch) -> PageRequest | None:
        """What to look for. None for a path so long that nobody has linked it."""
        if len(path) > MAX_PATH:
            return None
        if "%" in path:
            path = "/".join(quote(unquote(part), _SAFE) for part in path.split("/"))
        names = path_names(unquote(path), match.pattern)
        request = PageRequest(path, query, match.pattern, names, path, 0)
        if query:
            self._place(request)
        return request

    def _place(self, request: PageRequest) -> None:
        """Choose the place for a query, by what pages of this route have read of theirs so far."""
        known = self._known.get(request.pattern, frozenset())
        if known != frozenset():
            asked = Asked.about(known, request.search)
            if asked.pairs:
                text = urlencode(asked.pairs)
                request.shown = f"{request.path}?{text}"
                request.variant = 1 + zlib.crc32(text.encode()) % VARIANTS

    def asked(self, request: PageRequest) -> Asked:
        """What a page of this request depends on: the values of all names that pages of its route read."""
        return Asked.about(self._known.get(request.pattern, frozenset()), request.search)

    def learn(self, request: PageRequest, asked: Asked) -> bool:
        """Note what a page has read of its query. Returns whether the request has the right place."""
        known = self._known.get(request.pattern, frozenset())
        names = None if known is None or asked.names is None else known | asked.names
        self._known[request.pattern] = names if names is None or len(names) <= MAX_NAMES else None
        if not request.query:
            return True
        place = PageRequest(request.path, request.query, request.pattern, (), request.path, 0, request.search)
        self._place(place)
        right = place.shown == request.shown
        request.shown, request.variant = place.shown, place.variant
        return right

    def key(self, request: PageRequest, kind: PageKind) -> str:
        """Where the store has it."""
        return f"page:{request.path}:{request.variant}:{kind}:{self.fingerprint}"

    # Who renders

    def rendering(self, request: PageRequest) -> Rendering | None:
        """The one that is under way."""
        return self._renderings.get(self._slot(request))

    def begin(self, request: PageRequest, version: int) -> Rendering:
        """Note that this page is being rendered; to be ended by `end`."""
        slot = self._slot(request)
        rendering = self._renderings[slot] = Rendering(slot, version)
        return rendering

    def end(self, rendering: Rendering) -> None:
        """Let everybody see what has become of it. May be called again."""
        if self._renderings.get(rendering.slot) is rendering:
            del self._renderings[rendering.slot]
        rendering.done.set()

    def _slot(self, request: PageRequest) -> Slot:
        return request.shown, anyio.lowlevel.current_token()

    # What is not shared

    def paused(self, path: str) -> str:
        """Why this page is not tried now; "" when it is."""
        if not self._paused:
            return ""
        until, reason = self._paused.get(path, (0.0, ""))
        return reason if until > time.monotonic() else ""

    def pause(self, path: str, reason: str) -> None:
        """Render the page for each visitor for a while."""
        if len(self._paused) >= _MAX_PAUSED:
            self._paused.clear()
        self._paused[path] = time.monotonic() + PAUSE, reason

    def is_resting(self, path: str) -> bool:
        """Whether a stale page is left as it is for now."""
        return self._resting.get(path, 0) > time.monotonic()

    def rest(self, path: str) -> None:
        """Leave a stale page as it is for a while: it could not be made anew."""
        if len(self._resting) >= _MAX_PAUSED:
            self._resting.clear()
        self._resting[path] = time.monotonic() + PAUSE

    def warn(self, pattern: str, reads: str) -> None:
        """Say once that a page cannot be shared although it asks for it. reads: such as "cookies()"."""
        if pattern in self._warned:
            return
        self._warned.add(pattern)
        logger.warning(
            "The page %s says `revalidate` and reads %s: it is rendered for each visitor, and never shared. Take "
            "`revalidate` out of its page.py, or show what belongs to the visitor in a client component that asks an "
            "action for it.",
            pattern,
            reads,
        )


def find_lives(tree: RouteTree, profiles: Mapping[str, CacheProfile]) -> dict[str, PageLife]:
    """The pages that say `revalidate`, by the pattern of their route. profiles: the application's own.

    Raises: ConfigError naming the file.
    """
    lives: dict[str, PageLife] = {}
    for route in tree.routes:
        values = vars(tree.modules[route.file])
        if route.page is not None and "revalidate" in values:
            file = route.file.relative_to(tree.root_path).as_posix()
            value = values["revalidate"]
            life = _life(profiles.get(value, value) if isinstance(value, str) else value, file)
            if life is not None:
                lives[route.pattern] = life
    return lives


def _life(value: Any, file: str) -> PageLife | None:
    """What `revalidate` in a page.py means; None for a page that is rendered each time."""
    if value is None or value is False:
        return PageLife(None)
    if isinstance(value, str | CacheProfile) or (isinstance(value, int | float) and value is not True):
        try:
            return None if value == 0 else PageLife(as_life(value, file))
        except ConfigError as error:
            raise ConfigError(f"{file}: {error}" if file not in str(error) else str(error)) from None
    raise ConfigError(
        f"{file}: `revalidate` says how long the page is kept: seconds, the name of a cache profile, or None for until "
        f"it is expired; not {value!r:.60}."
    )


def code_fingerprint(root: Path, *parts: str) -> str:
    """Changes with the Python modules of the project that are loaded, with jetbridge itself, and with `parts`."""
    digest = hashlib.sha256("\n".join((version("jetbridge"), wire.REACT_VERSION, *parts)).encode())
    for name, module in sorted(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if file and _is_own(Path(file), root):
            digest.update(f"{name}\n".encode())
            digest.update(Path(file).read_bytes())
    return digest.hexdigest()[:16]


def _is_own(file: Path, root: Path) -> bool:
    """Whether a file belongs to the project, and not to what is installed in its folder."""
    if file.suffix != ".py" or not file.is_relative_to(root) or not file.is_file():
        return False
    parts = file.relative_to(root).parts
    return not any(part.startswith(".") or part in ("site-packages", "node_modules") for part in parts)
