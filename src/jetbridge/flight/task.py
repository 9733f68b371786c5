"""What is to be written, and where it stands: shared by the encoder and the writers of rows."""

from __future__ import annotations

from collections.abc import Hashable, MutableMapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from jetbridge.errors import Signal
from jetbridge.flight.hints import Hint
from jetbridge.flight.model import ClientReference, Element, ServerReference, Stream, Symbol, TypedArray
from jetbridge.flight.temporary import TemporaryReferences

FAILURES: Final = (Exception, Signal)
"""What fails one part of the answer. Other BaseExceptions (cancellation, Ctrl-C) pass through."""


@dataclass(frozen=True, slots=True)
class Where:
    """Where a part of the answer stands.

    path: from the innermost element, such as "props.card.due", or from the value itself; "" for the value.
    boundary: key of the innermost model.Boundary. suspended: whether a Suspense element is above.
    element: name of the innermost element, "" if there is none.
    """

    path: str
    boundary: Hashable | None
    suspended: bool
    element: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands in its row.

    ref: the row's id and the path to the value, or None below a property that no path can lead through.
    node, key_path, implicit_slot: as in Task. static: one of the children that were written out side by side.
    """

    ref: str | None
    node: bool = False
    key_path: str | None = None
    implicit_slot: bool = False
    static: bool = False


DATA: Final = Place(None)
"""A place of its own, which inherits no key."""

NODE: Final = Place(None, node=True)
"""The same where React renders."""


@dataclass(slots=True)
class Task:
    """A value that is to become row `id`.

    trail: the steps that lead to it, for messages. node: it stands where React renders, so that awaitables become
    lazy nodes. key_path, implicit_slot: keys of the components around it, as React adds them up.
    """

    id: int
    value: Any
    boundary: Hashable | None = None
    suspended: bool = False
    trail: tuple[Any, ...] = ()
    node: bool = True
    key_path: str | None = None
    implicit_slot: bool = False
    tracked: bool = True

    @property
    def where(self) -> Where:
        return Where(*locate(self.trail, self.boundary, self.suspended))


def locate(trail: Any, boundary: Hashable | None, suspended: bool) -> tuple[str, Hashable | None, bool, str]:
    """The fields of Where for a trail of elements, names and indexes."""
    path = element = ""
    for step in trail:
        if isinstance(step, Element):
            path, element = "", element_name(step)
        elif isinstance(step, int):
            path += f"[{step}]"
        else:
            path += f".{step}" if path else str(step)
    return path, boundary, suspended, element


def element_name(element: Element) -> str:
    """The name of an element's type as the developer knows it."""
    kind = element.type
    if isinstance(kind, str):
        return kind
    if isinstance(kind, Symbol):
        return {"react.suspense": "Suspense", "react.fragment": "Fragment"}.get(kind.key, kind.key)
    return getattr(kind, "name", None) or getattr(kind, "__name__", None) or type(kind).__name__


class Outliner(Protocol):
    """What a writer of rows needs of the encoder. Each method that returns an int makes a row with that id."""

    places: dict[int, tuple[str, Any]]
    """By `id` of an object: the path of its first occurrence, and the object, so that the number stays its own."""

    rows: MutableMapping[int, tuple[int, Any]]
    """By `id` of an object: the row that stands for it, whose code is repeated wherever it occurs."""

    seen: dict[int, int]
    """By `id` of every object that was written: the row it is in. Its path is found when it is needed."""

    shared: set[int]
    """By `id`: objects that are known to occur several times and have no row yet."""

    clients: dict[ClientReference, int]
    """The rows of client references."""

    temporary_references: TemporaryReferences | None
    debug: bool

    def place_of(self, value: Any) -> str | None: ...
    def new_id(self) -> int: ...
    def add_rows(self, rows: bytes) -> None: ...
    def hint(self, hint: Hint) -> None: ...
    def items(self, generator: Any) -> list[Any]: ...
    def text_row(self, text: str) -> int | None: ...
    def binary_row(self, value: TypedArray) -> int: ...
    def model_row(self, task: Task, depth: int) -> int: ...
    def shared_row(self, task: Task, depth: int) -> int: ...
    def later_row(self, task: Task) -> int: ...
    def promise_row(self, source: Any, task: Task) -> int: ...
    def stream_row(self, source: Stream, task: Task) -> int: ...
    def symbol_row(self, symbol: Symbol) -> int: ...
    def client_row(self, reference: ClientReference, where: Where) -> int: ...
    def server_row(self, reference: ServerReference, writer: Writer) -> int: ...
    def server_reference(self, value: Any) -> ServerReference | None: ...
    def error_row(self, error: BaseException, where: Where) -> int: ...
    def error_value_row(self) -> int: ...


class Writer(Protocol):
    """What the codes of special values need of whoever writes the row."""

    encoder: Outliner
    depth: int

    def where(self) -> Where: ...
    def task(self, value: Any, place: Place, *, node: bool) -> Task: ...
