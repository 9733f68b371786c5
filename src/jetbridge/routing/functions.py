"""The functions that page.py, route.py and their kin must have, and the parameters these may ask for."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any, Final

from jetbridge.errors import ConfigError

METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

_GIVEN: Final = frozenset({"params", "search_params"})


def find_function(file: Path, module: ModuleType, kind: str, names: frozenset[str]) -> Callable[..., Any]:
    """The function `kind` of a module, for example page() of page.py.

    names: the dynamic segments above it, each of which it may take as a parameter.
    Raises: ConfigError when it is missing or has a parameter that nothing is given for.
    """
    function: Callable[..., Any] | None = getattr(module, kind, None)
    if not callable(function):
        others = [name for name, value in vars(module).items() if inspect.isfunction(value) and name[:1] != "_"]
        near = difflib.get_close_matches(kind, others, 1, 0.5) or others[:1]
        hint = f" Is {near[0]}() meant? Rename it." if near else ""
        raise ConfigError(f"{file} has no function {kind}().{hint}")
    _check_parameters(file, function, kind, _GIVEN | names | ({"children"} if kind == "layout" else set()))
    return function


def find_handlers(file: Path, module: ModuleType) -> Mapping[str, Callable[..., Any]]:
    """The handlers of a route.py by method. Raises: ConfigError when there is none."""
    handlers = {method: getattr(module, method) for method in METHODS if callable(getattr(module, method, None))}
    if not handlers:
        small = [name for name in vars(module) if name.upper() in METHODS]
        hint = f" Rename {small[0]}() to {small[0].upper()}()." if small else ""
        raise ConfigError(f"{file} has no handler: define one of {', '.join(METHODS)}.{hint}")
    return MappingProxyType(handlers)


def _check_parameters(file: Path, function: Callable[..., Any], kind: str, allowed: frozenset[str]) -> None:
    code = getattr(inspect.unwrap(function), "__code__", None)
    place = f"{file}:{code.co_firstlineno}" if code is not None and code.co_filename == str(file) else str(file)
    parameters = inspect.signature(function).parameters.values()
    for parameter in parameters:
        if parameter.kind is parameter.VAR_KEYWORD:
            continue
        if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.VAR_POSITIONAL):
            raise ConfigError(f"{place}: {kind}() is called with keywords only; {parameter} cannot be given.")
        if parameter.name not in allowed:
            near = difflib.get_close_matches(parameter.name, allowed, 1)
            hint = f"Is {near[0]!r} meant?" if near else f"It may ask for {', '.join(sorted(allowed))}."
            raise ConfigError(f"{place}: {kind}() has a parameter {parameter.name!r} that nothing is given for. {hint}")
    if kind == "layout" and not any(p.name == "children" or p.kind is p.VAR_KEYWORD for p in parameters):
        raise ConfigError(f"{place}: layout() needs a parameter `children`, and must show it: it is the page inside.")
