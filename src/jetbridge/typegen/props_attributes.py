"""Props that a component passes on to an element: their types are those of jetbridge.html."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from jetbridge.html import attributes
from jetbridge.html.names import prop_name


@dataclass(slots=True)
class AttributeGroup:
    """typed_dict: the one that has most of them, or "". single: the parameters of the others. used: names in these."""

    typed_dict: str = ""
    single: list[str] = field(default_factory=list)
    used: set[str] = field(default_factory=set)


def group_attributes(props: Iterable[Mapping[str, Any]], own: Collection[str]) -> AttributeGroup:
    """Sort the props that React's types declare. Event handlers are left out.

    props: each with its React name, whether it is optional, and the interface it is from. own: React names of the
    component's other props.
    """
    found = {prop["name"]: prop for prop in props if prop["name"] in _types()}
    free = {name for name, prop in found.items() if prop["optional"]} - set(own)
    likely = {"AriaProps", "CommonProps", *(_typed_dict_name(prop["from"]) for prop in found.values())}
    fitting = [(name, fields) for name, fields in _typed_dicts().items() if name in likely and fields <= free]
    group = AttributeGroup()
    taken: frozenset[str] = frozenset()
    if fitting:
        group.typed_dict, taken = max(fitting, key=lambda entry: len(entry[1]))
    for name, prop in found.items():
        if name not in taken:
            text = _own_type(name, prop["from"])
            group.used |= set(re.findall(r"\b[A-Z]\w+", re.sub(r'"[^"]*"', "", text))) - {"None"}
            group.single.append(f"{_types()[name][0]}: {text}{' = ...' if prop['optional'] else ''},")
    return group


@cache
def _typed_dicts() -> dict[str, frozenset[str]]:
    """The React names of each TypedDict for components."""
    found = {name: cls for name, cls in vars(attributes).items() if name.endswith("Props")}
    return {name: frozenset(map(prop_name, cls.__annotations__)) for name, cls in found.items()}


@cache
def _types() -> dict[str, tuple[str, str]]:
    """React name -> its name in Python, and the text of its type in the first TypedDict that has it."""
    found: dict[str, tuple[str, str]] = {}
    for name in _typed_dicts():
        for attribute, annotation in getattr(attributes, name).__annotations__.items():
            found.setdefault(prop_name(attribute), (attribute, _text(annotation)))
    return found


def _own_type(name: str, interface: str) -> str:
    """The type where this interface declares it: `type` of a button is another than that of a link."""
    cls = getattr(attributes, _typed_dict_name(interface), None)
    attribute, text = _types()[name]
    annotation = cls.__annotations__.get(attribute) if cls is not None else None
    return text if annotation is None else _text(annotation)


def _text(annotation: Any) -> str:
    return str(annotation.__forward_arg__).replace("'", '"')


def _typed_dict_name(interface: str) -> str:
    """ButtonHTMLAttributes -> ButtonProps; the attributes of every element are GlobalProps."""
    special = {"HTMLAttributes": "GlobalProps", "SVGAttributes": "SvgProps"}
    return special.get(interface) or interface.replace("HTMLAttributes", "Props").replace("Attributes", "Props")
