"""What the TypeScript compiler says of a client module -> the text of its `.pyi`."""

from __future__ import annotations

import keyword
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from jetbridge.html.names import prop_name, snake_case
from jetbridge.typegen.props_attributes import AttributeGroup, group_attributes
from jetbridge.typegen.props_objects import name_objects, object_text, quoted
from jetbridge.typegen.props_types import Described, TypeText

ANY_NAME: Final = "..."
"""Stands for the names that an index signature lets in."""

LEFT_OUT: Final = frozenset(("key", "ref", "children", ANY_NAME))


@dataclass(slots=True)
class PropsStub:
    """text: of the `.pyi`. problems: what Python's types cannot say, as (place, what it is about, reason)."""

    text: str
    problems: list[tuple[str, str, str]] = field(default_factory=list)


def props_stub(name: str, module: Mapping[str, Any], names: Collection[str]) -> PropsStub:
    """The stub of a client module.

    name: of its file. module: as client/src/props-components.ts describes it. names: what Python can import of it.
    """
    return _StubWriter(name, module, names).write(name)


def untyped_stub(name: str, names: Iterable[str]) -> str:
    """The stub of a client module of which only the names of its exports are known."""
    lines = "".join(f"{export}: ClientComponent\n" for export in names)
    return _head(name) + (f"\nfrom jetbridge.html import ClientComponent\n\n{lines}" if lines else "")


class _StubWriter:
    def __init__(self, file: str, module: Mapping[str, Any], names: Collection[str]) -> None:
        described = {export["name"]: export for export in module["exports"]}
        self._exports = [described.get(name) or _undescribed(file, name) for name in names]
        self._objects = module["objects"]
        self._problems: list[tuple[str, str, str]] = []
        self._place = ("", "")
        self._types = TypeText(self._objects, self._note_inexpressible)
        self._variables: dict[str, str] = {}
        taken = {name for export in self._exports for name in (export["name"], _class_name(export))}
        self._types.names = name_objects(self._objects, taken)

    def write(self, name: str) -> PropsStub:
        exports = [self._export(export) for export in self._exports]
        objects = [self._object(entry) for entry in self._objects]
        variables = [f"{line}\n" for _, line in sorted((self._types.variables | self._variables).items())]
        imports = [f"from {module} import {', '.join(names)}\n" for module, names in self._types.imports().items()]
        head = _head(name)
        if imports:
            head += "\n# pyright: reportInvalidTypeVarUse=false\n# ruff: noqa\n\n"
        body = "".join([*imports, *(["\n"] if variables else []), *variables])
        return PropsStub(head + body + "".join([*objects, *exports]), self._problems)

    def _note_inexpressible(self, text: str) -> None:
        self._note(f"Python has no type for {text}, so it is Any there: give it a simpler one")

    def _object(self, entry: Described) -> str:
        self._place = (entry["where"], self._types.names[entry["id"]])
        return object_text(entry, self._types)

    def _note(self, text: str) -> None:
        if (*self._place, text) not in self._problems:
            self._problems.append((*self._place, text))

    def _export(self, export: Mapping[str, Any]) -> str:
        where = f"{export['file']}:{export['line']}"
        self._place = (where, export["name"])
        if keyword.iskeyword(export["name"]) or not export["name"].isidentifier():
            return ""
        if export["variants"] is None:
            return f"\n{export['name']}: {self._types.use('ClientExport')}  # {where}\n"
        if export["variants"] == "unknown":
            self._note("nothing is known of its props: give them a type")
            return f"\n{export['name']}: {self._types.use('ClientComponent')}  # {where}\n"
        name = _class_name(export)
        body = self._methods(export, where)
        return f"\nclass {name}({self._types.use('ComponentFactory')}):\n{body}\n{export['name']}: {name}  # {where}\n"

    def _methods(self, export: Mapping[str, Any], where: str) -> str:
        self._types.parameters = self._type_variables(export)
        variants = export["variants"]
        calls = [self._call(export, props, where) for props in variants]
        prefix = f"    @{self._types.use('overload')}\n" if len(calls) > 1 else ""
        text = "".join(prefix + call for call in calls)
        if any(_takes_nodes(props) and _needs_nothing(props) for props in variants):
            node, element = self._types.use("Node"), self._types.use("Element")
            text += f"\n    def __getitem__(self, children: {node}, /) -> {element}: ...\n"
        return text

    def _type_variables(self, export: Mapping[str, Any]) -> dict[str, str]:
        found: dict[str, str] = {}
        for parameter in export["parameters"]:
            name = parameter["name"]
            bound = f", bound={self._bound(parameter['bound'])}" if parameter["bound"] else ""
            if self._variables.get(name, "") not in ("", f'{name} = {self._types.use("TypeVar")}("{name}"{bound})'):
                name = f"{_class_name(export)}{name}"
            self._variables[name] = f'{name} = {self._types.use("TypeVar")}("{name}"{bound})'
            found[parameter["name"]] = name
        return found

    def _bound(self, bound: Described) -> str:
        text = self._types.value(bound, inside=True)
        # A dict that is written where a type variable stands is no TypedDict for type checkers.
        if bound["kind"] != "ref":
            return text
        return f"{text} | {self._types.use('Mapping')}[str, {self._types.use('Any')}]"

    def _call(self, export: Mapping[str, Any], props: list[Described], where: str) -> str:
        self._types.start_call()
        children = next((prop for prop in props if prop["name"] == "children"), None)
        own = {prop["name"] for prop in props if "type" in prop}
        group = group_attributes([prop for prop in props if "from" in prop], own)
        lines = [f"key: {self._types.use('Key')} = None,"]
        comments: list[str] = []
        for prop in props:
            if "type" in prop and prop["name"] not in LEFT_OUT:
                self._place = (where, f"{export['name']}.{prop['name']}")
                lines.extend(self._parameter(prop, comments))
        lines += self._attributes(group, "others" if "attributes" in own else "attributes")
        others = [prop["type"] for prop in props if prop["name"] == ANY_NAME]
        if others and not group.typed_dict:
            lines.append(f"**others: {self._types.value(others[0])},")
        result, opening = self._children(children)
        inner = "".join(f"        {line}\n" for line in [*opening, *lines, *comments])
        doc = "".join(f"        {line}\n" if line else "\n" for line in _docstring(export, props, where))
        return f"    def __call__(\n        self,\n{inner}    ) -> {result}:\n{doc}"

    def _children(self, children: Described | None) -> tuple[str, list[str]]:
        """What a call gives, and the parameters for children."""
        if children is None:
            return self._types.use("Element"), ["*,"]
        if children["type"]["kind"] in ("node", "any", "unknown"):
            return self._types.use("OpenElement"), [f"*children: {self._types.use('Node')},"]
        text = self._types.value(children["type"])
        return f"{self._types.use('MayTake' if children['optional'] else 'Takes')}[{text}]", ["*,"]

    def _parameter(self, prop: Described, comments: list[str]) -> Iterator[str]:
        name = python_name(prop["name"])
        if name is None:
            comments.append(f"# {prop['name']}: its name cannot be written as a keyword.")
            if not prop["optional"]:
                self._note("it is required, and Python cannot write its name as a keyword: rename it")
            return
        text = self._prop_type(prop)
        yield f"{name}: {text}{' = ...' if prop['optional'] else ''},"

    def _prop_type(self, prop: Described) -> str:
        kind = prop["type"]["kind"]
        if prop["name"] == "className" and kind == "string":
            return self._types.use("ClassName")
        return self._types.value(prop["type"])

    def _attributes(self, group: AttributeGroup, name: str) -> Iterator[str]:
        """The parameters for what goes on to an element."""
        yield from group.single
        self._types.used |= group.used
        if group.typed_dict:
            self._types.used |= {"Unpack", group.typed_dict}
            yield f"**{name}: Unpack[{group.typed_dict}],"


def _head(name: str) -> str:
    return f'"""The client components of {name}. Generated; changes are lost."""\n'


def _undescribed(file: str, name: str) -> Mapping[str, Any]:
    """An export that the compiler does not see, as in a file with a syntax error."""
    return {"name": name, "file": file, "line": 1, "doc": "", "variants": "unknown", "parameters": []}


def python_name(name: str) -> str | None:
    """How a prop is written as a keyword in Python; None when no keyword arrives under this name."""
    for candidate in () if name == "self" else (snake_case(name), name):
        if candidate.isidentifier() and not keyword.iskeyword(candidate) and prop_name(candidate) == name:
            return candidate
    return None


def _class_name(export: Mapping[str, Any]) -> str:
    name = export["name"]
    return "DefaultExportComponent" if name == "default" else f"{name[:1].upper()}{name[1:]}Component"


def _takes_nodes(props: list[Described]) -> bool:
    return any(prop["name"] == "children" and prop["type"]["kind"] in ("node", "any", "unknown") for prop in props)


def _needs_nothing(props: list[Described]) -> bool:
    return all(prop["optional"] or prop["name"] == "children" for prop in props)


def _docstring(export: Mapping[str, Any], props: list[Described], where: str) -> list[str]:
    documented = [(python_name(prop["name"]), prop["doc"]) for prop in props if prop.get("doc")]
    described = [f"{name}: {doc}" for name, doc in documented if name]
    lines = [*export["doc"].splitlines(), *([""] if export["doc"] and described else [])]
    for text in described:
        lines += text.splitlines()
    return quoted([*lines, *([""] if lines else []), where])
