"""A type of TypeScript, as the compiler describes it -> the annotation of a value that Python may send for it.

The description is JSON, see client/src/props-types.ts. What has no counterpart is Any, and is noted.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from jetbridge.html import attributes

Described = Mapping[str, Any]

MODULES: Final = {
    **dict.fromkeys(("Any", "Literal", "Protocol", "TypeAlias", "TypeVar", "Unpack", "overload"), "typing"),
    **dict.fromkeys(("NotRequired", "ReadOnly", "TypedDict"), "typing_extensions"),
    **dict.fromkeys(("AsyncIterable", "Awaitable", "Mapping", "Sequence", "Set"), "collections.abc"),
    **dict.fromkeys(("BigInt", "Map", "OneShot", "Stream", "Symbol", "TypedArray", "Undefined"), "jetbridge.flight"),
    **dict.fromkeys(("Element", "File", "FormData"), "jetbridge"),
    **dict.fromkeys(("ClientComponent", "Node"), "jetbridge.html"),
    **dict.fromkeys(("ClassName", "FormAction", "Key", "Style"), "jetbridge.html.values"),
    **dict.fromkeys(("OpenElement",), "jetbridge.html.tag"),
    **dict.fromkeys(("ComponentFactory",), "jetbridge.html.client_component"),
    "BaseModel": "pydantic",
    "Enum": "enum",
    "datetime": "datetime",
}
"""Where the names stand that annotations use; the others are of jetbridge.html.typed."""

_PLAIN: Final = {
    "any": "Any",
    "arrayBuffer": "TypedArray",
    "bigint": "BigInt",
    "boolean": "bool",
    "bytes": "bytes | bytearray | memoryview",
    "component": "Component",
    "date": "datetime",
    "element": "Element",
    "elementType": "ElementType",
    "error": "Exception",
    "file": "File",
    "formData": "FormData",
    "iterator": "OneShot",
    "node": "Node",
    "null": "None",
    "number": "float",
    "readableStream": "Stream",
    "string": "Text",
    "style": "Style",
    "symbol": "Symbol",
    "typedArray": "TypedArray",
    "undefined": "Undefined",
    "unknown": "object",
}
_BUILT_IN: Final = frozenset(
    ("bool", "bytes", "bytearray", "memoryview", "float", "int", "str", "None", "Exception", "object")
)

_ARGUMENTS: Final = {
    "bigint": "int",
    "boolean": "bool",
    "bytes": "bytes",
    "date": "datetime",
    "file": "File",
    "null": "None",
    "number": "int",
}
"""What an action must at least accept for an argument of this type."""

_FORM: Final = {"kind": "formData"}


class TypeText:
    """Writes annotations, and notes what they need.

    objects: the table of named objects. names: what each is called in Python, by its id. variables: the type variables
    that the file must declare, by their names.
    """

    def __init__(self, objects: Iterable[Described], note: Callable[[str], None]) -> None:
        self.objects = {entry["id"]: entry for entry in objects}
        self.names: dict[int, str] = {}
        self.used: set[str] = set()
        self.parameters: Mapping[str, str] = {}
        self._note = note
        self._counts: dict[str, int] = {}
        self.variables: dict[str, str] = {}

    def use(self, name: str) -> str:
        """A name that the file must import."""
        self.used.add(name)
        return name

    def imports(self) -> dict[str, list[str]]:
        """Module -> the names that are used of it, both in order."""
        found: dict[str, list[str]] = {}
        for name in sorted(self.used - _BUILT_IN):
            found.setdefault(_module_of(name), []).append(name)
        return dict(sorted(found.items()))

    def start_call(self) -> None:
        """Begin a new signature: its type variables are its own."""
        self._counts.clear()

    def value(self, type_: Described, *, inside: bool = False) -> str:
        """The annotation of a value. inside: within an object, where a signature's type variables mean nothing."""
        kind = type_["kind"]
        if kind in _PLAIN:
            return self._plain(_PLAIN[kind])
        if kind == "never":
            return self.use("Any") if inside else self.use("Undefined")
        writer: Callable[[Described, bool], str] = getattr(self, f"_{kind}")
        return writer(type_, inside)

    def _plain(self, text: str) -> str:
        for name in text.split(" | "):
            self.use(name)
        return text

    def _literal(self, type_: Described, inside: bool) -> str:
        return self._union({"of": [type_]}, inside)

    def _union(self, type_: Described, inside: bool) -> str:
        literals = [part["value"] for part in type_["of"] if part["kind"] == "literal"]
        others = [part for part in type_["of"] if part["kind"] != "literal"]
        texts = [self._literals(literals)] if literals else []
        texts += sorted({self.value(part, inside=inside) for part in others}, key=lambda text: (text == "None", text))
        return " | ".join(dict.fromkeys(part for text in texts for part in _parts(text)))

    def _literals(self, values: list[Any]) -> str:
        exact = [value for value in values if not isinstance(value, float)]
        texts = list(dict.fromkeys(_literal_text(value) for value in sorted(exact, key=_literal_order)))
        found = [f"{self.use('Literal')}[{', '.join(texts)}]"] if texts else []
        if len(exact) < len(values):
            found.append("float")
        if any(not isinstance(value, bool) for value in exact):
            found.append(self.use("Enum"))
        return " | ".join(found)

    def _array(self, type_: Described, inside: bool) -> str:
        return f"{self.use('Sequence')}[{self.value(type_['of'], inside=inside)}]"

    def _set(self, type_: Described, inside: bool) -> str:
        return f"{self.use('Set')}[{self.value(type_['of'], inside=inside)}]"

    def _promise(self, type_: Described, inside: bool) -> str:
        return f"{self.use('Awaitable')}[{self.value(type_['of'], inside=inside)}]"

    def _stream(self, type_: Described, inside: bool) -> str:
        return f"{self.use('AsyncIterable')}[{self.value(type_['of'], inside=inside)}]"

    def _record(self, type_: Described, inside: bool) -> str:
        return f"{self.use('Mapping')}[str, {self.value(type_['value'], inside=inside)}]"

    def _map(self, type_: Described, inside: bool) -> str:
        """A dict with text for keys arrives as an object: a Map of these has a class of its own."""
        if type_["key"]["kind"] != "number":
            return self.use("Map")
        return f"{self.use('Mapping')}[int, {self.value(type_['value'], inside=inside)}] | {self.use('Map')}"

    def _tuple(self, type_: Described, inside: bool) -> str:
        parts = type_["of"]
        rest = [f"*tuple[{self.value(part['type'], inside=inside)}, ...]" for part in parts if part["rest"]]
        fixed = [(self.value(part["type"], inside=inside), part["optional"]) for part in parts if not part["rest"]]
        required = sum(not optional for _, optional in fixed)
        sizes = range(required, len(fixed) + 1)
        texts = [[text for text, _ in fixed[:size]] + (rest if size == len(fixed) else []) for size in sizes]
        return " | ".join(f"tuple[{', '.join(text) or '()'}]" for text in texts)

    def _ref(self, type_: Described, inside: bool) -> str:
        return self.names[type_["id"]]

    def _parameter(self, type_: Described, inside: bool) -> str:
        return self.use("Any") if inside else self.parameters.get(type_["name"]) or self.use("Any")

    def _browser(self, type_: Described, inside: bool) -> str:
        return self.use("ClientValue")

    def _inexpressible(self, type_: Described, inside: bool) -> str:
        self._note(type_["text"])
        return self.use("Any")

    def _function(self, type_: Described, inside: bool) -> str:
        result = _result(type_)
        if result is None:
            return self.use("ClientValue")
        parameters = type_["parameters"]
        returned = self.value(result, inside=inside) if result["kind"] != "undefined" else "None"
        action = self.use("ServerAction")
        if inside or any(parameter["rest"] for parameter in parameters):
            return f"{action}[..., {returned}]"
        arguments = [self._argument(parameter["type"]) for parameter in parameters]
        texts = [f"{action}[[{', '.join(arguments)}], {returned}]"]
        if parameters and parameters[-1]["type"] == _FORM and len(parameters) <= 2:
            # React adds these to the arguments of an action that takes none.
            texts.append(f"{action}[[], {returned}]")
        return " | ".join(texts)

    def _argument(self, type_: Described) -> str:
        """What an action must at least accept for an argument."""
        if type_ == _FORM:
            return self._variable("Form")
        kinds = {_argument_kind(part) for part in (type_["of"] if type_["kind"] == "union" else [type_])}
        optional = " | None" if len(kinds) > 1 and "None" in kinds else ""
        if len(kinds) > 1:
            kinds.discard("None")
        if len(kinds) > 1 or "Any" in kinds:
            return self.use("Any")
        (kind,) = kinds
        return self._variable(kind) if kind in ("Text", "Data") else self._plain(kind) + optional

    def _variable(self, family: str) -> str:
        """What an action may declare is up to it, within limits; each argument has a variable, because they differ."""
        self._counts[family] = count = self._counts.get(family, 0) + 1
        name = f"{family}{count}"
        bound = self.use(f"{family}Argument")
        self.variables[name] = f'{name} = {self.use("TypeVar")}("{name}", bound={bound})'
        return name


def _argument_kind(type_: Described) -> str:
    """A type that an action may declare; Text and Data stand for families of them."""
    kind = type_["kind"]
    if kind == "literal":
        kind = {str: "string", bool: "boolean"}.get(type(type_["value"]), "number")
    families = {"string": "Text", "ref": "Data", "record": "Data"}
    return families.get(kind) or _ARGUMENTS.get(kind, "Any")


def _literal_text(value: str | int) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)


def _literal_order(value: str | int) -> tuple[str, int | str]:
    return (type(value).__name__, value)


def _module_of(name: str) -> str:
    of_elements = "jetbridge.html.attributes" if hasattr(attributes, name) else "jetbridge.html.typed"
    return MODULES.get(name, of_elements)


def _result(function: Described) -> Described | None:
    """What the action must return that is given for this function; None when an action cannot be given for it."""
    result: Described = function["result"]
    parameters = [parameter["type"]["kind"] for parameter in function["parameters"]]
    if function["event"] or "browser" in parameters or "function" in parameters:
        return None
    parts = result["of"] if result["kind"] == "union" else [result]
    promised = [part["of"] for part in parts if part["kind"] == "promise"]
    if promised:
        return promised[0] if len(promised) == 1 else {"kind": "union", "of": promised}
    return result if all(part["kind"] in ("undefined", "any", "unknown") for part in parts) else None


def _parts(text: str) -> list[str]:
    """The parts of a union, without those within brackets."""
    parts, depth = [""], 0
    for token in text.split(" | "):
        parts[-1] = f"{parts[-1]} | {token}" if depth else token
        depth += token.count("[") - token.count("]")
        if not depth:
            parts.append("")
    return [part for part in parts if part]
