"""Python's names for React's props: snake_case there and back, and the nearest name for a wrong one."""

from __future__ import annotations

import difflib
import keyword
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

from jetbridge.html import attribute_table as table

_HTML_SPELLING: Final = {"class": "class_name", "for": "html_for"}
"""HTML's own names, where React's differ by more than capitals."""


def camel_case(name: str) -> str:
    """post_id -> postId; one underscore at the end, as in `as_`, is dropped."""
    first, *rest = name.removesuffix("_").split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)


def snake_case(name: str) -> str:
    """postId -> post_id, itemID -> item_id; Python's keywords get an underscore at the end."""
    text = re.sub(r"(?<=[a-z0-9])([A-Z]+)", lambda match: "_" + match[1].lower(), name).replace("-", "_").lower()
    return f"{text}_" if keyword.iskeyword(text) else text


@lru_cache(maxsize=4096)
def prop_name(name: str) -> str:
    """React's name of a client component's prop: post_id -> postId, class_ -> className, aria_label -> aria-label.

    A name that is not snake_case ("data-id", "postId") stays as it is.
    """
    if name in ("class_name", "class_"):
        return "className"
    if name in _ARIA:
        return _ARIA[name]
    return camel_case(name) if name.islower() and "-" not in name else name


def names_of(tag: str) -> Mapping[str, str]:
    """Python name -> React's name of each attribute of an HTML element."""
    own = table.OWN.get(tag)
    return HTML_NAMES if own is None else HTML_NAMES | _react_names(own)


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that was most likely meant, or None. Capitals and underscores do not count."""
    by_spelling = {_spelling(candidate): candidate for candidate in known}
    if _spelling(name) in by_spelling:
        return by_spelling[_spelling(name)]
    close = difflib.get_close_matches(_spelling(name), by_spelling, n=1, cutoff=0.65)
    return by_spelling[close[0]] if close else None


def unknown_attribute(tag: str, name: str, names: Mapping[str, str]) -> TypeError:
    """The error for an attribute that the element does not have; it says what to write instead."""
    start = f"<{tag}> has no attribute {name}."
    if name.lower().startswith("on") and name not in names:
        return TypeError(
            f'{start} Event handlers belong in a client component: a .tsx file that starts with "use client". '
            "To run Python when a form is sent, give the form action=your_action."
        )
    if name.startswith("data_"):
        return TypeError(f'{start} Write data={{"{name[5:].replace("_", "-")}": ...}}.')
    owners = [f"<{owner}>" for owner, own in table.OWN.items() if name in own]
    if owners:
        return TypeError(f"{start} It belongs to {', '.join(owners)}.")
    meant = _HTML_SPELLING.get(name.strip("_").lower()) or nearest(name, [*names, "key", "style", "data", "aria"])
    if meant:
        return TypeError(f"{start} Did you mean {meant}?")
    return TypeError(f'{start} One that React does not know goes into attributes={{"{name.replace("_", "-")}": ...}}.')


def unknown_aria(tag: str, name: str) -> TypeError:
    """The error for a key of `aria={...}` that WAI-ARIA does not define."""
    meant = nearest(f"aria_{name}", _ARIA)
    hint = f' Did you mean "{_ARIA[meant].removeprefix("aria-")}"?' if meant else ""
    return TypeError(f"<{tag}> has no attribute aria-{name}.{hint}")


def _spelling(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


def _react_names(names: Iterable[str]) -> dict[str, str]:
    return {name: table.IRREGULAR.get(name) or camel_case(name) for name in names}


_ARIA: Final = {name: name.replace("_", "-", 1) for name in table.ARIA}
_COMMON: Final = {"class_name": "className", **_react_names(table.COMMON), **_ARIA}

HTML_NAMES: Final[dict[str, str]] = _COMMON | _react_names(table.HTML)
"""The attributes of every HTML element."""

SVG_NAMES: Final[dict[str, str]] = _COMMON | _react_names(table.SVG)
"""The attributes of every SVG element."""

ARIA_ATTRIBUTES: Final = frozenset(_ARIA.values())
