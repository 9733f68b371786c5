"""Actions -> the modules that client components import: a script with an id for each, and a declaration of its type."""

from __future__ import annotations

import inspect
import json
import re
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from jetbridge.actions.action import ServerAction
from jetbridge.actions.guards import USER
from jetbridge.annotations import namespace_of
from jetbridge.flight.model import FormData
from jetbridge.typegen.annotations import TypeWriter
from jetbridge.typegen.declarations import Module, Written
from jetbridge.typegen.problems import Problem
from jetbridge.typegen.records import evaluate
from jetbridge.typegen.source_map import Line, Origins, source_map

_RESERVED: Final = re.compile(
    "arguments|await|break|case|catch|class|const|continue|createAction|debugger|default|delete|do|else|enum|eval"
    "|export|extends|false|finally|for|function|if|implements|import|in|instanceof|interface|let|new|null|package"
    "|private|protected|public|return|static|super|switch|this|throw|true|try|typeof|var|void|while|with|yield"
)
"""Names that no variable of the generated module can have."""

_NO_PARAMETER: Final = "it has no annotation. Say what it takes, with `Any` if that may be anything."
_NO_RETURN: Final = "nothing says what it returns. Annotate it, with `-> None` if that is nothing."


@dataclass(frozen=True, slots=True)
class Stub:
    """What is generated for one Python file: JavaScript with ids, their types, and the way back to Python.

    problems: annotations that could not be expressed; their places in `types` say unknown.
    """

    script: str
    types: str
    source_map: str
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class _Signature:
    """The type of an action that is being put together. problems: (path, reason)."""

    text: str
    parts: list[tuple[Written, str]] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)


class StubWriter:
    """Writes the stubs of one application. root: its folder; sources are named from there."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._types = TypeWriter()
        self._origins = Origins(root)

    def write(
        self, actions: Sequence[ServerAction], source: Path, target: Path, id_for: Callable[[ServerAction], str]
    ) -> Stub:
        """The stub of the actions of one file. target: of the stub, without suffix. id_for: what stands for an id."""
        module = Module(self._types.declarations)
        lines: list[Line] = []
        problems: list[Problem] = []
        for action in actions:
            signature = _signature(action, self._types)
            for written, path in signature.parts:
                module.add(written, path)
            place = f"{self._shown(Path(action.file))}:{action.line}"
            problems += [Problem(place, _closed(path), reason) for path, reason in signature.problems + module.problems]
            module.problems.clear()
            lines += self._action_lines(action, module.text(signature.text))
        types = [*self._head(source, module, lines), *self._declaration_lines(module), *lines]
        types.append(Line(f"//# sourceMappingURL={target.name}.d.ts.map"))
        return Stub(
            _script(actions, id_for),
            "".join(f"{line.text}\n" for line in types),
            source_map(f"{target.name}.d.ts", target.parent, types),
            tuple(dict.fromkeys(problems)),
        )

    def _head(self, source: Path, module: Module, lines: Sequence[Line]) -> Iterator[Line]:
        yield Line(f"// Written by jetbridge from the annotations in {self._shown(source)}. Do not edit.")
        text = "\n".join([line.text for line in lines] + ["\n".join(found[1]) for found in module.lines()])
        names = [name for name in ("ReactElement", "ReactNode") if re.search(rf"\b{name}\b", text)]
        if names:
            yield Line(f'import type {{ {", ".join(names)} }} from "react"')
        yield Line("")

    def _declaration_lines(self, module: Module) -> Iterator[Line]:
        for declaration, texts, fields in module.lines():
            origin = self._origins.subject(declaration.subject)
            start = texts[0].index(" ", len("export ")) + 1
            yield Line(texts[0], () if origin is None else ((start, origin),))
            origins = self._origins.fields(declaration.subject, fields) if origin is not None else []
            for number, text in enumerate(texts[1:]):
                found = origins[number] if number < len(origins) else None
                column = len(text) - len(text.lstrip().removeprefix("readonly "))
                yield Line(text, () if found is None else ((column, found),))
            yield Line("")

    def _action_lines(self, action: ServerAction, type_text: str) -> Iterator[Line]:
        if action.options.docs:
            yield from map(Line, _comment_lines(inspect.getdoc(action.func) or ""))
        name, local = str(action.export), _local(action)
        origin = self._origins.function(Path(action.file), action.line, action.code.co_name)
        start = f"{'export ' if local == name else ''}declare const "
        yield Line(f"{start}{local}: {type_text}", () if origin is None else ((len(start), origin),))
        if local != name:
            yield Line(f"export {{ {local} as {name} }}")

    def _shown(self, file: Path) -> str:
        return file.relative_to(self._root).as_posix() if file.is_relative_to(self._root) else str(file)


def _closed(path: str) -> str:
    return path + ")" * (path.count("(") - path.count(")"))


def _script(actions: Sequence[ServerAction], id_for: Callable[[ServerAction], str]) -> str:
    lines = ["// Written by jetbridge. Do not edit.", 'import { createAction } from "jetbridge/internal"', ""]
    for action in actions:
        name, local = str(action.export), _local(action)
        call = f"/* @__PURE__ */ createAction({json.dumps(id_for(action))})"
        lines.append(f"{'export ' if local == name else ''}const {local} = {call}")
        if local != name:
            lines.append(f"export {{ {local} as {name} }}")
    return "".join(f"{line}\n" for line in lines)


def _local(action: ServerAction) -> str:
    name = str(action.export)
    return f"{name}_" if _RESERVED.fullmatch(name) else name


def _signature(action: ServerAction, types: TypeWriter) -> _Signature:
    """The type of the function that the browser calls."""
    hints = _hints(action.func)
    variables = _type_variables(action.func, hints)
    signature, texts = _Signature(""), []
    name = action.code.co_name
    for parameter in inspect.signature(action.func).parameters.values():
        hidden = action.user is not None and parameter.name == USER
        if hidden or parameter.kind in (parameter.VAR_KEYWORD, parameter.KEYWORD_ONLY):
            continue
        path = f"{name}({parameter.name}"
        if parameter.name not in hints:
            signature.problems.append((path, _NO_PARAMETER))
        annotations = _taken(action, parameter.name, hints)
        if parameter.kind is parameter.VAR_POSITIONAL:
            annotations = (list[annotations[0]],)  # type: ignore[valid-type]
        written = types.write(*annotations, mode="sent", generic=variables)
        signature.parts.append((written, path))
        texts.append(_parameter_text(parameter, written.text))
    if "return" not in hints:
        signature.problems.append((f"{name}()", _NO_RETURN))
    states = () if action.state is None else (action.state.annotation,)
    returned = (hints["return"],) if "return" in hints else () if states else (Any,)
    result = types.write_result(*returned, *states, generic=variables)
    signature.parts.append((result, f"the result of {name}()"))
    signature.text = f"{_generic_text(signature, variables, types)}({', '.join(texts)}) => Promise<{result.text}>"
    return signature


def _taken(action: ServerAction, name: str, hints: Mapping[str, Any]) -> tuple[Any, ...]:
    """What a parameter takes: a form besides its model, and before it the state that answers one that does not fit."""
    parameters = action.signature.parameters
    known = (hints[name],) if name in hints else ()
    # A form is always the last argument.
    if parameters and parameters[-1].name == name and parameters[-1].form is not None:
        return (FormData, *known)
    if action.state is not None and parameters[-2].name == name:
        return (action.state.annotation, *known)
    return known or (Any,)


def _parameter_text(parameter: inspect.Parameter, type_text: str) -> str:
    name = _camel(parameter.name)
    name = f"{name}_" if _RESERVED.fullmatch(name) else name
    if parameter.kind is parameter.VAR_POSITIONAL:
        return f"...{name}: {type_text}"
    return f"{name}{'?' if parameter.default is not parameter.empty else ''}: {type_text}"


def _camel(name: str) -> str:
    head, *rest = name.strip("_").split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in rest) or "arg"


def _comment_lines(text: str) -> Iterator[str]:
    if text:
        yield "/**"
        yield from (f" * {line}".rstrip() for line in text.replace("*/", "*\\/").splitlines())
        yield " */"


def _hints(function: Callable[..., Any]) -> dict[str, Any]:
    """The annotations, evaluated one by one: one that cannot be spoils its own place and no other."""
    target = inspect.unwrap(function)
    namespace = namespace_of(target)
    return {name: evaluate(one, namespace) for name, one in getattr(target, "__annotations__", {}).items()}


def _type_variables(function: Callable[..., Any], hints: Mapping[str, Any]) -> tuple[Any, ...]:
    """The type variables of a generic function that its arguments decide."""
    taken = [one for name, one in hints.items() if name not in ("return", USER)]
    return tuple(dict.fromkeys(variable for one in taken for variable in _variables_in(one)))


def _variables_in(annotation: Any) -> Iterator[Any]:
    if isinstance(annotation, typing.TypeVar):
        yield annotation
    found = getattr(annotation, "__parameters__", ())
    metadata = getattr(annotation, "__pydantic_generic_metadata__", None)
    if metadata:
        found = metadata["parameters"] if metadata["origin"] is not None else ()
    elif isinstance(annotation, type) and typing.get_origin(annotation) is None:
        found = ()
    yield from (one for one in found if isinstance(one, typing.TypeVar))


def _generic_text(signature: _Signature, variables: Sequence[Any], types: TypeWriter) -> str:
    names = []
    for variable in variables:
        names.append(variable.__name__)
        limits = variable.__constraints__ or (() if variable.__bound__ is None else (variable.__bound__,))
        if limits:
            written = types.write(*limits, mode="sent")
            signature.parts.append((written, variable.__name__))
            names[-1] += f" extends {written.text}"
    return f"<{', '.join(names)}>" if names else ""
