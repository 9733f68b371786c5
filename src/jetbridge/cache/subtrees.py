"""Cached components: what they show is kept as bytes of Flight, which whoever renders can write and read."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from types import AsyncGeneratorType, CoroutineType, GeneratorType
from typing import Any, Final, Protocol, get_args

from jetbridge.annotations import resolve_annotations
from jetbridge.cache.reading import Format
from jetbridge.cache.stored import Unreadable
from jetbridge.flight.model import Boundary, Element, Hole, Lazy, Promise, Splice

_MARK: Final = b"\x00flight "
"""No data is stored as bytes that begin so: JSON does not."""

_NODES: Final = (
    *(Element, Splice, Hole, Boundary, Lazy, Promise),
    *(GeneratorType, AsyncGeneratorType, CoroutineType),
)


class Subtrees(Protocol):
    """Turns what a component returned into bytes, and bytes into a node: `rendering.subtrees.FlightSubtrees`."""

    @property
    def fingerprint(self) -> str:
        """Changes with everything that the bytes depend on besides the component's data."""

    async def record(self, node: Any, where: str) -> bytes:
        """The bytes of a node, when all of it is there. where: for messages. Raises: what a part of it raised."""

    def restore(self, data: bytes, holes: Mapping[str, Any]) -> Any | None:
        """A node with those parts in its holes; None for bytes that are none of ours."""


_in_use: ContextVar[Subtrees | None] = ContextVar("jetbridge_subtrees", default=None)


class use_subtrees:  # noqa: N801 - used as a function
    """Keep what cached components show, in this task and those it starts. Without it they are called each time."""

    __slots__ = ("_subtrees", "_token")

    def __init__(self, subtrees: Subtrees) -> None:
        self._subtrees = subtrees

    def __enter__(self) -> None:
        self._token = _in_use.set(self._subtrees)

    def __exit__(self, *_: object) -> None:
        _in_use.reset(self._token)


def current_subtrees() -> Subtrees | None:
    """Who keeps what components show; None outside of an application."""
    return _in_use.get()


def is_node(value: Any) -> bool:
    """Whether a value is made to be shown: an element, something that will be one, or several of them."""
    if isinstance(value, list | tuple):
        return any(map(is_node, value))
    return isinstance(value, _NODES)


def returns_nodes(func: Callable[..., Any]) -> bool:
    """Whether a function's return annotation says that it is a component, such as `Node`, `Element` or a list of it."""
    own = inspect.unwrap(func)
    annotation = own.__annotations__.get("return")
    if isinstance(annotation, str):
        # The alias `Node` is text itself, which only its own module can read.
        annotation = own.__globals__.get(annotation.strip(), annotation)
    try:
        annotation = resolve_annotations({"return": annotation}, own.__globals__)["return"]
    except Exception:
        return isinstance(annotation, str) and "Element" in annotation
    return _mentions_element(annotation)


def _mentions_element(annotation: Any) -> bool:
    if isinstance(annotation, type) and issubclass(annotation, Element):
        return True
    return any(map(_mentions_element, get_args(annotation)))


def split_holes(arguments: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Arguments of a component, in which each node is replaced by a hole; and the nodes by their names."""
    nodes = {name: value for name, value in arguments.items() if is_node(value)}
    return {name: Hole(name) if name in nodes else value for name, value in arguments.items()}, nodes


def fragment_of(data: bytes) -> bytes | None:
    """The node among stored bytes; None for data."""
    return data.partition(b"\n")[2] if data.startswith(_MARK) else None


class Called(Exception):
    """A component was called where nobody keeps what it shows. value: what it returned."""

    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = value


@dataclass(frozen=True, slots=True)
class Recorded:
    """A node on the way to the store."""

    data: bytes


def recording(call: Callable[[], Awaitable[Any]], where: str, *, always: bool) -> Callable[[], Awaitable[Any]]:
    """A call that records what it returns if that is a node; always: whatever it is. Raises: see `Called`."""

    async def compute() -> Any:
        value = await call()
        if not always and not is_node(value):
            return value
        subtrees = current_subtrees()
        if subtrees is None:
            raise Called(value)
        return Recorded(await subtrees.record(value, where))

    return compute


@dataclass(frozen=True, slots=True)
class SubtreeFormat:
    """Bytes of nodes, and of data for a function that may return that. holes: what stands in each, by name."""

    data: Format[Any] | None
    holes: Mapping[str, Any]

    def dump(self, value: Any) -> bytes:
        if isinstance(value, Recorded):
            subtrees = current_subtrees()
            fingerprint = b"" if subtrees is None else subtrees.fingerprint.encode()
            return b"%b%b\n%b" % (_MARK, fingerprint, value.data)
        if self.data is None:
            raise TypeError(f"{value!r:.60} was not recorded")
        return self.data.dump(value)

    def load(self, data: bytes) -> Any:
        """Raises: Unreadable."""
        if not data.startswith(_MARK):
            if self.data is None:
                raise Unreadable("no node")
            return self.data.load(data)
        head, _, body = data[len(_MARK) :].partition(b"\n")
        subtrees = current_subtrees()
        if subtrees is None or head != subtrees.fingerprint.encode():
            raise Unreadable("a node of another build")
        node = subtrees.restore(body, self.holes)
        if node is None:
            raise Unreadable("a node of another version")
        return node
