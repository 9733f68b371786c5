"""The entries of a form by the paths that their names spell: `author.name`, `items[0].name`, `tags[]`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Final

from jetbridge.flight.model import File, FormData

MAX_STEPS: Final = 16
"""A name with more steps than this is no path."""

_NAME: Final = re.compile(r"[^.\[\]]+(?:\.[^.\[\]]+|\[[^.\[\]]+\])*(?:\[\])?")
_STEP: Final = re.compile(r"[^.\[\]]+")

Path = tuple[str, ...]


@dataclass(slots=True)
class Entries:
    """What a form holds at one path: the entries of this very name in their order, and what is below it."""

    own: list[str | File] = field(default_factory=list)
    below: dict[str, Entries] = field(default_factory=dict)

    @property
    def chosen(self) -> list[str | File]:
        """The entries, without what a browser sends for a file input in which nothing was chosen."""
        return [entry for entry in self.own if isinstance(entry, str) or entry.name or entry.size]

    @property
    def blank(self) -> bool:
        """Whether there is nothing but empty text."""
        return not any(self.chosen) and all(child.blank for child in self.below.values())

    def at(self, path: Path) -> Entries | None:
        """What is at a path from here; None if nothing is."""
        found: Entries | None = self
        for step in path:
            if found is None:
                break
            found = found.below.get(step)
        return found

    def items(self) -> Iterator[tuple[str, Entries]]:
        """What is below whole numbers, in their order: a number that is missing leaves no gap."""
        numbers = [step for step in self.below if step.isascii() and step.isdigit() and len(step) < 10]
        yield from ((step, self.below[step]) for step in sorted(numbers, key=lambda step: (int(step), step)))


def split_name(name: str) -> Path:
    """The path that a name spells. A name that spells none is a path of one step."""
    if _NAME.fullmatch(name) is None:
        return (name,)
    path = tuple(_STEP.findall(name))
    return path if len(path) <= MAX_STEPS else (name,)


def read_entries(form: FormData, whole: Collection[str] = ()) -> Entries:
    """The entries of a form as a tree. whole: names that are one step, whatever they look like."""
    root = Entries()
    for name, value in form.items():
        node = root
        for step in (name,) if name in whole else split_name(name):
            node = node.below.setdefault(step, Entries())
        node.own.append(value)
    return root
