"""What the annotations of a model mean for a form: which entries make a value, and what none or an empty one says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from jetbridge.actions.form_entries import Entries, Path
from jetbridge.errors import InvalidArguments

if TYPE_CHECKING:
    from jetbridge.actions.form_model import FormModel

MAX_ITEMS: Final = 1000
"""How many numbered items one list of a form may have."""

MISSING: Final = object()
"""There is no value; the model's default counts, if it has one."""

Loc = Sequence[str | int]
"""Where an error stands, as Pydantic says it."""

Place = tuple[Path, str | None]
"""The path of the entry that an error is about, and the title of its field."""


class Shape(Protocol):
    """One annotation."""

    def read(self, node: Entries | None, *, has_default: bool) -> Any:
        """The value for Pydantic, or MISSING. node: None when the form has no such name."""

    def locate(self, loc: Loc, node: Entries | None) -> Place:
        """The place of an error below this value."""

    def typed(self, node: Entries, path: Path) -> Iterator[tuple[Path, list[str], bool]]:
        """What was typed: path, texts, and whether the field takes many. Never a secret."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value that is one entry.

    text: an empty text is a value like any other. checkbox: a browser sends nothing for a box that is not ticked.
    nullable: empty means None. secret: never told back. choices: values that are no text, by the text for them.
    """

    text: bool
    checkbox: bool
    nullable: bool
    secret: bool
    choices: Mapping[str, Any]

    def read(self, node: Entries | None, *, has_default: bool) -> Any:
        entries = [] if node is None else node.chosen
        if self.checkbox:
            return self._value(entries[-1]) if entries else False
        keeps_empty = not self.nullable and (self.text or not has_default)
        if entries and (entries[0] != "" or keeps_empty):
            return self._value(entries[0])
        return None if self.nullable and node is not None and node.own else MISSING

    def _value(self, entry: Any) -> Any:
        return self.choices.get(entry, entry) if isinstance(entry, str) else entry

    def locate(self, loc: Loc, node: Entries | None) -> Place:
        return (), None

    def typed(self, node: Entries, path: Path) -> Iterator[tuple[Path, list[str], bool]]:
        if not self.secret:
            yield path, [entry for entry in node.own if isinstance(entry, str)], False


@dataclass(frozen=True, slots=True)
class Many:
    """A list: every entry of the name, then the numbered ones."""

    item: Shape
    nullable: bool

    def read(self, node: Entries | None, *, has_default: bool) -> Any:
        values = [] if node is None else [*self._plain(node), *self._numbered(node)]
        return MISSING if self.nullable and not values else values

    def _plain(self, node: Entries) -> list[Any]:
        found = (self.item.read(Entries([entry]), has_default=True) for entry in node.chosen)
        return [value for value in found if value is not MISSING]

    def _numbered(self, node: Entries) -> list[Any]:
        items = list(node.items())
        if len(items) > MAX_ITEMS:
            text = f"more than {MAX_ITEMS} items"
            raise InvalidArguments(text, {"arguments": [text]})
        found = [self.item.read(child, has_default=False) for _, child in items]
        return [None if value is MISSING else value for value in found]

    def locate(self, loc: Loc, node: Entries | None) -> Place:
        if not loc or node is None:
            return (), None
        step = loc[0]
        if isinstance(step, int):
            index = step - len(self._plain(node))
            step = next((name for place, (name, _) in enumerate(node.items()) if place == index), "")
        if step not in node.below:
            return (), None
        path, title = self.item.locate(loc[1:], node.below[step])
        return (step, *path), title

    def typed(self, node: Entries, path: Path) -> Iterator[tuple[Path, list[str], bool]]:
        if node.own:
            yield from ((at, texts, True) for at, texts, _ in self.item.typed(Entries(node.own), path))
        for step, child in node.items():
            yield from self.item.typed(child, (*path, step))


@dataclass(frozen=True, slots=True)
class Keyed:
    """A dict: whatever names are below."""

    value: Shape
    nullable: bool

    def read(self, node: Entries | None, *, has_default: bool) -> Any:
        if node is None or not node.below:
            return MISSING if self.nullable or has_default else {}
        found = {step: self.value.read(child, has_default=False) for step, child in node.below.items()}
        return {step: value for step, value in found.items() if value is not MISSING}

    def locate(self, loc: Loc, node: Entries | None) -> Place:
        if not loc:
            return (), None
        step = str(loc[0])
        path, title = self.value.locate(loc[1:], None if node is None else node.below.get(step))
        return (step, *path), title

    def typed(self, node: Entries, path: Path) -> Iterator[tuple[Path, list[str], bool]]:
        for step, child in node.below.items():
            yield from self.value.typed(child, (*path, step))


@dataclass(frozen=True, slots=True)
class Record:
    """A model, or one of several. models: found when they are needed, because a model may contain itself."""

    models: Callable[[], Sequence[FormModel]]
    nullable: bool

    def choose(self, node: Entries) -> FormModel:
        """The model that fits best: what its literals say agrees, and it knows the most of the names."""
        return max(self.models(), key=lambda model: (model.agrees(node), model.knows(node)))

    def read(self, node: Entries | None, *, has_default: bool) -> Any:
        if node is None or not node.below:
            if node is not None and node.own:
                return None if self.nullable and node.blank else node.own[0]
            model = self.choose(Entries())
            may_be_left_out = self.nullable or (has_default and not model.only_boxes)
            return MISSING if may_be_left_out else model.read_entries(Entries())
        if self.nullable and node.blank:
            return None
        return self.choose(node).read_entries(node)

    def locate(self, loc: Loc, node: Entries | None) -> Place:
        node = node or Entries()
        return self.choose(node).locate(loc, node)

    def typed(self, node: Entries, path: Path) -> Iterator[tuple[Path, list[str], bool]]:
        yield from self.choose(node).typed(node, path)


def joined(path: Iterable[str]) -> str:
    """A path as the keys of a form's state spell it: `items.0.name`."""
    return ".".join(path)
