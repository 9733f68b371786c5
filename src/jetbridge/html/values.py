"""What attributes take, where Python has a better form than JavaScript: class lists, style, data, aria."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, Final, TypeAlias, TypedDict
from uuid import UUID

from jetbridge.flight.model import ClientReference, ServerReference
from jetbridge.html.names import ARIA_ATTRIBUTES, camel_case, unknown_aria, unknown_attribute

Key: TypeAlias = str | int | UUID | None
ClassName: TypeAlias = str | Iterable[str | bool | None] | None
"""One text, or a list whose falsy entries are dropped: ["card", is_new and "new"]."""

Style: TypeAlias = Mapping[str, str | float | None]
"""{"background_color": "red", "--gap": "4px"}; a number is in px where CSS wants a length."""

DataValues: TypeAlias = Mapping[str, str | float | bool | None]
"""{"post_id": 3} becomes data-post-id="3"."""

AriaValues: TypeAlias = Mapping[str, str | float | bool | None]
"""{"label": "Close"} becomes aria-label="Close"."""

VerbatimValues: TypeAlias = Mapping[str, str | float | bool | None]
"""Attributes that React does not know, by their names in HTML: {"hx-get": "/posts"}."""

FormAction: TypeAlias = Callable[..., object] | ServerReference | ClientReference
"""A server action, for `action=` and `form_action=`."""

InnerHtml = TypedDict("InnerHtml", {"__html": str})

FIELDS: Final = frozenset(("input", "select", "textarea"))

_FIXED_INPUTS = frozenset(("button", "checkbox", "hidden", "image", "radio", "reset", "submit"))
_ACTION_PROPS = ("action", "formAction")
_LIST_PROPS = ("value", "defaultValue")


def set_attribute(tag: str, names: Mapping[str, str], props: dict[str, Any], name: str, value: object) -> None:
    """Put one attribute into `props` under React's name. None leaves it out.

    Raises: TypeError for a name that the element does not have, and for a value that HTML cannot hold.
    """
    react_name = names.get(name)
    if react_name is None:
        _set_special(tag, names, props, name, value)
    elif value is None:
        return
    elif react_name == "className":
        set_class(tag, props, value)
    elif react_name in _ACTION_PROPS and (callable(value) or isinstance(value, ServerReference | ClientReference)):
        props[react_name] = value
    elif react_name in _LIST_PROPS and isinstance(value, list | tuple):
        props[react_name] = [plain_value(tag, name, item) for item in value]
    else:
        props[react_name] = plain_value(tag, name, value)


def check_field(tag: str, props: Mapping[str, Any]) -> None:
    """Refuse `value` and `checked` where React would make a field of it that nobody can change.

    In React a field with `value` shows just that, until an event handler changes it; there are none on the server.
    """
    if props.get("readOnly") or props.get("disabled"):
        return
    if "value" in props and not (tag == "input" and props.get("type") in _FIXED_INPUTS):
        raise TypeError(
            f"<{tag} value> could not be edited in the browser: write default_value=, or add read_only=True."
        )
    if "checked" in props:
        raise TypeError(f"<{tag} checked> could not be changed in the browser: write default_checked=.")


def as_key(value: object) -> str | None:
    """React's key: a text that is unique among its siblings."""
    if value is None:
        return None
    if not isinstance(value, str | int | UUID):
        raise TypeError(f"key is a str, an int or a UUID, not {type(value).__name__}: {value!r:.80}")
    return str(value)


def plain_value(tag: str, name: str, value: object) -> str | int | float | bool:
    """The value if HTML can hold it, as a plain Python type. Raises: TypeError, with what to write instead."""
    if value.__class__ in (str, int, float, bool):
        return value
    for plain in (str, int, float):
        if isinstance(value, plain):
            return plain.__str__(value) if isinstance(value, str) else plain(value)
    kind = type(value).__name__
    if hasattr(value, "__await__"):
        hint = "await it first"
    elif callable(value):
        hint = "functions go into action= and form_action= only; other behaviour belongs in a client component"
    else:
        hint = "HTML attributes hold text, numbers and booleans; convert it, for example by str()"
    raise TypeError(f"{name} of <{tag}> cannot be of type {kind}: {hint}.")


def _set_special(tag: str, names: Mapping[str, str], props: dict[str, Any], name: str, value: object) -> None:
    setter = _SPECIAL.get(name)
    if setter is not None:
        if value is not None:
            setter(tag, props, value)
    elif name == "children":
        raise TypeError(f"The children of <{tag}> go into brackets: {tag}(...)[child, child].")
    elif name == "ref":
        raise TypeError(
            f"<{tag}> takes no ref here: a ref points at a node of the browser's page, and this code runs on the "
            'server. Put the element into a client component, a .tsx file that starts with "use client".'
        )
    else:
        raise unknown_attribute(tag, name, names)


def set_class(tag: str, props: dict[str, Any], value: object) -> None:
    """Join a list of classes, without its falsy entries."""
    if "className" in props:
        raise TypeError(f"<{tag}> has class_name and class_: they are the same attribute.")
    if isinstance(value, str):
        props["className"] = str.__str__(value)
        return
    if isinstance(value, Mapping) or not isinstance(value, Iterable):
        raise TypeError(f"class_name of <{tag}> is a str or a list of them, not {type(value).__name__}.")
    classes = [entry for entry in value if entry]
    for entry in classes:
        if not isinstance(entry, str):
            raise TypeError(f"class_name of <{tag}> lists str and falsy values, not {type(entry).__name__}.")
    if classes:
        props["className"] = " ".join(classes)


def set_style(tag: str, props: dict[str, Any], value: object) -> None:
    """Give the properties of a style dict their names in JavaScript."""
    props["style"] = {
        _css_name(name): plain_value(tag, f"style {name}", entry)
        for name, entry in _entries(tag, "style", value, '{"color": "red"}').items()
        if entry is not None
    }


def _set_data(tag: str, props: dict[str, Any], value: object) -> None:
    entries = _entries(tag, "data", value, '{"id": 3}; the URL of object_ is data_=')
    for name, entry in entries.items():
        if entry is not None:
            props[f"data-{name.replace('_', '-')}"] = plain_value(tag, f"data {name}", entry)


def _set_aria(tag: str, props: dict[str, Any], value: object) -> None:
    for name, entry in _entries(tag, "aria", value, '{"label": "Close"}').items():
        react_name = f"aria-{name.replace('_', '').replace('-', '')}"
        if react_name not in ARIA_ATTRIBUTES:
            raise unknown_aria(tag, name)
        if entry is not None:
            props[react_name] = plain_value(tag, f"aria {name}", entry)


def _set_verbatim(tag: str, props: dict[str, Any], value: object) -> None:
    for name, entry in _entries(tag, "attributes", value, '{"hx-get": "/posts"}').items():
        if name.lower().startswith("on"):
            raise unknown_attribute(tag, name, {})
        if entry is not None:
            props[name] = plain_value(tag, name, entry)


def _set_inner_html(tag: str, props: dict[str, Any], value: object) -> None:
    html = value.get("__html") if isinstance(value, Mapping) and len(value) == 1 else None
    if not isinstance(html, str):
        raise TypeError('dangerously_set_inner_html is {"__html": text}; raw_html(text) writes it for you.')
    props["dangerouslySetInnerHTML"] = {"__html": str.__str__(html)}


def _entries(tag: str, name: str, value: object, example: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise TypeError(f"{name} of <{tag}> is a dict, such as {example}; not {type(value).__name__}.")
    return value


@lru_cache(maxsize=1024)
def _css_name(name: str) -> str:
    """background_color, background-color -> backgroundColor; --gap stays; -webkit-line-clamp -> WebkitLineClamp."""
    if name.startswith("--"):
        return name
    text = camel_case(name.replace("-", "_").strip("_"))
    vendor = text.startswith(("webkit", "moz")) or (text.startswith("o") and text[1:2].isupper())
    return text[:1].upper() + text[1:] if vendor else text


_SPECIAL: dict[str, Callable[[str, dict[str, Any], object], None]] = {
    "class_": set_class,
    "style": set_style,
    "data": _set_data,
    "aria": _set_aria,
    "attributes": _set_verbatim,
    "dangerously_set_inner_html": _set_inner_html,
}
