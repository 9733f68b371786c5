"""An object type of TypeScript -> what Python may send for it: a dict, or an instance of a class with these fields."""

from __future__ import annotations

import json
import keyword
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from jetbridge.html import attributes
from jetbridge.typegen.props_types import MODULES, Described, TypeText


def name_objects(objects: Iterable[Described], taken: Iterable[str]) -> dict[int, str]:
    """What each object is called in the file, by its id. taken: names that the file has for other things."""
    used = {*taken, *_RESERVED}
    names: dict[int, str] = {}
    for entry in objects:
        wanted = name = entry["name"] if _is_field_name(entry["name"]) else "Value"
        number = 1
        while used & set(_names(name)):
            number += 1
            name = f"{wanted}{number}"
        used |= set(_names(name))
        names[entry["id"]] = name
    return names


def object_text(entry: Described, types: TypeText) -> str:
    """The alias of an object's type, and the classes that it stands for.

    A dict may lack what is optional: as a literal it is checked against the TypedDict of all keys, as a variable of
    another TypedDict against that of the required ones. An instance of any class needs just these as attributes.
    """
    name, names = types.names[entry["id"]], _names(types.names[entry["id"]])
    required = [member for member in entry["members"] if not member["optional"]]
    types.used |= {"TypeAlias", "TypedDict"}
    fields = {member["name"]: _field(member, types) for member in entry["members"]}
    parts = {names.whole: _typed_dict(names.whole, fields, entry["doc"])}
    if len(required) < len(fields):
        parts[names.base] = _typed_dict(names.base, {one["name"]: fields[one["name"]] for one in required}, "")
    attributes = [member for member in required if _is_field_name(member["name"])]
    if attributes:
        parts[names.object] = _protocol(names.object, attributes, types)
    others = [] if attributes else [types.use("Model")]
    if attributes and not all(_is_usual(member["name"]) for member in entry["members"]):
        # A Pydantic model has names of its own, and these as aliases.
        others = [types.use("BaseModel")]
    return f"\n{name}: TypeAlias = {' | '.join([*parts, *others])}\n{''.join(parts.values())}"


class _Names(NamedTuple):
    """Of the alias, of the TypedDict of all keys, of that of the required keys, of the protocol."""

    alias: str
    whole: str
    base: str
    object: str


def _names(name: str) -> _Names:
    return _Names(name, f"{name}Dict", f"{name}Base", f"{name}Object")


def _field(member: Described, types: TypeText) -> str:
    text = f"{types.use('ReadOnly')}[{types.value(member['type'], inside=True)}]"
    return f"{types.use('NotRequired')}[{text}]" if member["optional"] else text


def _protocol(name: str, members: Iterable[Described], types: TypeText) -> str:
    properties = [
        f"    @property\n    def {member['name']}(self) -> {types.value(member['type'], inside=True)}: ...\n"
        for member in members
    ]
    return f"\nclass {name}({types.use('Protocol')}):\n{''.join(properties)}"


def _is_field_name(name: str) -> bool:
    """Whether it can be written as a name in the body of a class."""
    return name.isidentifier() and not keyword.iskeyword(name)


def _is_usual(name: str) -> bool:
    """Whether a Python class would have its field by this name."""
    return _is_field_name(name) and name.islower()


def _typed_dict(name: str, fields: Mapping[str, str], doc: str) -> str:
    if not all(map(_is_field_name, fields)):
        items = "".join(f"        {json.dumps(key)}: {text},\n" for key, text in fields.items())
        return f'\n{name} = TypedDict(\n    "{name}",\n    {{\n{items}    }},\n)\n'
    if not fields:
        return f"\nclass {name}(TypedDict): ...\n"
    lines = [*quoted(doc.splitlines()), *([""] if doc else []), *(f"{key}: {text}" for key, text in fields.items())]
    body = "".join(f"    {line}\n" if line else "\n" for line in lines)
    return f"\nclass {name}(TypedDict):\n{body}"


def quoted(lines: list[str]) -> list[str]:
    """The lines of a docstring with this text."""
    if not lines:
        return []
    safe = [line.rstrip().replace("\\", "\\\\").replace('"""', "'''") for line in lines]
    if len(safe) == 1:
        end = " " if safe[0].endswith('"') else ""
        return [f'"""{safe[0]}{end}"""']
    return [f'"""{safe[0]}', *safe[1:], '"""']


_RESERVED: Final = (
    frozenset(MODULES)
    | frozenset(vars(attributes))
    | frozenset(
        (
            "ClientExport",
            "ClientValue",
            "Component",
            "DataArgument",
            "ElementType",
            "Exception",
            "FormArgument",
            "MayTake",
        )
    )
    | frozenset(("Model", "ServerAction", "Takes", "Text", "TextArgument"))
)
"""Names that the file may import."""
