"""Actions -> the TypeScript modules that client components import: an id and a type for each, nothing else."""

from __future__ import annotations

import inspect
import json
import re
import typing
from collections.abc import Callable, Container, Iterable, Mapping
from types import MappingProxyType, SimpleNamespace
from typing import Any, Final

from jetbridge.actions.action import ServerAction
from jetbridge.actions.guards import USER
from jetbridge.typegen.annotations import TypeWriter

HEADER: Final = "// Written by jetbridge from the annotations of the server actions. Do not edit.\n"

_RESERVED: Final = re.compile(
    "arguments|await|break|case|catch|class|const|continue|createAction|debugger|default|delete|do|else|enum|eval"
    "|export|extends|false|finally|for|function|if|implements|import|in|instanceof|interface|let|new|null|package"
    "|private|protected|public|return|static|super|switch|this|throw|true|try|typeof|var|void|while|with|yield"
)
"""Names that no variable of the generated module can have."""


def module_text(actions: Iterable[ServerAction], id_for: Callable[[ServerAction], str]) -> str:
    """The module for the actions of one Python file. id_for: the text that stands for an action's id."""
    types = TypeWriter()
    lines = [_action_lines(action, types, id_for(action)) for action in actions]
    body = "".join(lines)
    declared = "".join(f"{declaration}\n\n" for declaration in types.declarations)
    imports = 'import { createAction } from "jetbridge/internal"\n'
    if re.search(r"\bReactNode\b", declared + body):
        imports += 'import type { ReactNode } from "react"\n'
    return f"{HEADER}{imports}\n{declared}{body}"


def signature_text(
    function: Callable[..., Any],
    types: TypeWriter,
    from_forms: Container[str] = (),
    hidden: Container[str] = (),
    states: Mapping[str, Any] = MappingProxyType({}),
) -> str:
    """The type of the function that the browser calls.

    from_forms: parameters that take a FormData as well. hidden: those that the server fills. states: the type of what
    answers a form that does not fit, by the parameter that takes it back.
    """
    hints = _hints(function)
    parameters: list[str] = []
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind not in (parameter.VAR_KEYWORD, parameter.KEYWORD_ONLY) and parameter.name not in hidden:
            annotation = hints.get(parameter.name, Any)
            several = parameter.kind is parameter.VAR_POSITIONAL
            text = types.write(list[annotation] if several else annotation, sent=True)  # type: ignore[valid-type]
            others = ["FormData"] if parameter.name in from_forms else []
            others += [types.write(state, sent=True) for name, state in states.items() if name == parameter.name]
            parameters.append(_parameter_text(parameter, _union(*others, text)))
    returned = hints.get("return", Any)
    result = "void" if returned in (None, type(None)) else types.write(returned, sent=False)
    results = [result, *(types.write(state, sent=False) for state in states.values())]
    return f"({', '.join(parameters)}) => Promise<{_union(*results)}>"


def _union(*texts: str) -> str:
    if "any" in texts:
        return "any"
    members = {member: None for text in texts for member in ([text] if "{" in text else text.split(" | "))}
    return " | ".join(member for member in members if member != "never" or len(members) == 1)


def _action_lines(action: ServerAction, types: TypeWriter, id_text: str) -> str:
    name = str(action.export)
    local = f"{name}_" if _RESERVED.fullmatch(name) else name
    # A form is always the last argument.
    from_forms = {parameter.name for parameter in action.signature.parameters[-1:] if parameter.form is not None}
    call = f"/* @__PURE__ */ createAction({json.dumps(id_text)})"
    hidden = () if action.user is None else (USER,)
    states = {} if action.state is None else {action.signature.parameters[-2].name: action.state.annotation}
    text = f"const {local}: {signature_text(action.func, types, from_forms, hidden, states)} = {call}\n"
    return f"export {text}" if local == name else f"{text}export {{ {local} as {name} }}\n"


def _parameter_text(parameter: inspect.Parameter, type_text: str) -> str:
    name = _camel(parameter.name)
    name = f"{name}_" if _RESERVED.fullmatch(name) else name
    if parameter.kind is parameter.VAR_POSITIONAL:
        return f"...{name}: {type_text}"
    return f"{name}{'?' if parameter.default is not parameter.empty else ''}: {type_text}"


def _camel(name: str) -> str:
    head, *rest = name.strip("_").split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in rest) or "arg"


def _hints(function: Callable[..., Any]) -> dict[str, Any]:
    """The annotations, evaluated one by one: one that only type checkers can resolve does not spoil the others."""
    hints: dict[str, Any] = {}
    target = inspect.unwrap(function)
    for name, annotation in getattr(target, "__annotations__", {}).items():
        alone = SimpleNamespace(__annotations__={name: annotation})
        try:
            hints.update(typing.get_type_hints(alone, _globals(target), include_extras=True))
        except Exception:
            hints[name] = annotation
    return hints


def _globals(function: Callable[..., Any]) -> dict[str, Any]:
    found: dict[str, Any] = getattr(function, "__globals__", {})
    return found
