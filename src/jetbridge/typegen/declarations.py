"""Named types: one for each class and alias that an annotation mentions, or two where what is sent differs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from jetbridge.typegen.records import Mode

_MARK: Final = re.compile("\ue000(\\d+)([sgdf])\ue001")
"""Where the name of a declaration goes: its number, and in which mode it is meant."""

_LETTERS: Final[dict[Mode, str]] = {"sent": "s", "given": "g", "dumped": "d"}
_ORDER: Final[tuple[Mode, ...]] = ("given", "dumped", "sent")
_MODES: Final[dict[str, Mode]] = {letter: mode for mode, letter in _LETTERS.items()}

_TAKEN: Final = re.compile(
    "any|bigint|boolean|never|null|number|object|string|symbol|undefined|unknown|void"
    "|Array|ArrayBufferView|AsyncIterable|Blob|Date|Error|File|FormData|Iterable|Map|Partial|Promise"
    "|ReactElement|ReactNode|Record|Set|Uint8Array"
    "|break|case|catch|class|const|continue|debugger|default|delete|do|else|enum|export|extends|false|finally|for"
    "|function|if|implements|import|in|instanceof|interface|let|new|package|private|protected|public|return|static"
    "|super|switch|this|throw|true|try|typeof|var|while|with|yield"
)
"""Names that a generated type must not shadow or cannot have."""


@dataclass(frozen=True, slots=True)
class Mention:
    """That a type mentions a declaration. path: where, below the type: ".due", "[]"."""

    number: int
    mode: Mode
    path: str


@dataclass(slots=True)
class Written:
    """The TypeScript of something, with marks for the names in it. problems: (path, reason).

    fields: of an object, the name in Python of what stands in each line between its braces.
    """

    text: str
    mentions: list[Mention] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Declaration:
    """A type with a name. parameters: of a generic one, as text. subject: the class or alias that it is made from."""

    number: int
    name: str
    subject: Any
    parameters: str
    make: Callable[[Mode], Written]
    bodies: dict[Mode, Written] = field(default_factory=dict)

    def body(self, mode: Mode) -> Written:
        """The type itself; made when it is asked for, because types may mention themselves."""
        if mode not in self.bodies:
            self.bodies[mode] = self.make(mode)
        return self.bodies[mode]


class Declarations:
    """Those of one application. Which of them a module needs, and their names in it, is for `Module` to say."""

    def __init__(self) -> None:
        self._all: list[Declaration] = []
        self._known: dict[Any, Declaration] = {}
        self._same: dict[tuple[int, Mode, Mode], bool] = {}

    def __getitem__(self, number: int) -> Declaration:
        return self._all[number]

    def declare(
        self, key: Any, name: str, make: Callable[[Mode], Written], subject: Any, parameters: str = ""
    ) -> Declaration:
        """The declaration of `key`; made by `make` the first time."""
        if key not in self._known:
            self._known[key] = Declaration(len(self._all), name, subject, parameters, make)
            self._all.append(self._known[key])
        return self._known[key]

    def shown_mode(self, number: int, mode: Mode) -> Mode:
        """The mode under whose name a declaration goes: the first in which it is the same type."""
        return next(one for one in _ORDER if one == mode or self._is_same(number, one, mode))

    def _is_same(self, number: int, one: Mode, other: Mode) -> bool:
        known = self._same.get((number, one, other))
        if known is None:
            known = self._same[number, one, other] = self._compare(number, one, other)
        return known

    def _compare(self, number: int, one: Mode, other: Mode) -> bool:
        """Whether a declaration, and all that it mentions, is the same in two modes."""
        start = (number, one, other)
        seen, waiting = {start}, [start]
        while waiting:
            number, one, other = waiting.pop()
            first, second = self._all[number].body(one), self._all[number].body(other)
            if _plain(first.text) != _plain(second.text):
                return False
            for left, right in zip(first.mentions, second.mentions, strict=False):
                if left.number != right.number:
                    return False
                pair = (left.number, left.mode, right.mode)
                if left.mode != right.mode and pair not in seen:
                    seen.add(pair)
                    waiting.append(pair)
        return True


def mark(number: int, mode: Mode) -> str:
    """What stands for the name of a declaration until the module is put together."""
    return f"\ue000{number}{_LETTERS[mode]}\ue001"


def _plain(text: str) -> str:
    return _MARK.sub(r"\1", text)


class Module:
    """The declarations that one generated module needs, under names of its own."""

    def __init__(self, declarations: Declarations) -> None:
        self._declarations = declarations
        self._names: dict[tuple[int, Mode], str] = {}
        self._used: set[str] = set()
        self.named: list[tuple[int, Mode]] = []
        self.problems: list[tuple[str, str]] = []

    def add(self, written: Written, path: str) -> None:
        """Take in what a type mentions, in order of mention. path: of the type, for problems."""
        self.problems += [(path + where, reason) for where, reason in written.problems]
        for mention in written.mentions:
            mode = self._declarations.shown_mode(mention.number, mention.mode)
            if (mention.number, mode) in self._names:
                continue
            declaration = self._declarations[mention.number]
            suffix = {"sent": "Input", "given": "", "dumped": "Dumped"}[mode]
            self._names[mention.number, mode] = self._free(declaration.name + suffix)
            self.named.append((mention.number, mode))
            # Problems count where the type is used, so of the mode that was asked for.
            self.add(declaration.body(mention.mode), path + mention.path)

    def text(self, marked: str) -> str:
        """A text with names in place of its marks."""
        return _MARK.sub(lambda found: self._name(int(found[1]), _MODES[found[2]]), marked)

    def lines(self) -> Iterable[tuple[Declaration, list[str], list[str]]]:
        """The declarations in order of mention: what each is made from, its lines, and the fields in them."""
        for number, mode in self.named:
            declaration = self._declarations[number]
            name = self._names[number, mode] + declaration.parameters
            written = declaration.body(mode)
            body = self.text(written.text)
            text = f"interface {name} {body}" if body.startswith("{\n") or body == "{}" else f"type {name} = {body}"
            yield declaration, f"export {text}".split("\n"), written.fields

    def _name(self, number: int, mode: Mode) -> str:
        return self._names[number, self._declarations.shown_mode(number, mode)]

    def _free(self, wanted: str) -> str:
        base = re.sub(r"\W", "", wanted) or "Type"
        base = f"_{base}" if base[0].isdigit() else base
        name, number = f"{base}_" if _TAKEN.fullmatch(base) else base, 2
        while name in self._used:
            name, number = f"{base}{number}", number + 1
        self._used.add(name)
        return name
