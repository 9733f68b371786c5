"""Finding the actions of a module, without running anything in it."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any

from jetbridge.actions.action import OPTIONS_ATTRIBUTE
from jetbridge.actions.directives import docstring_of, has_directive, is_function


def is_action_module(module: ModuleType) -> bool:
    """Whether the directive stands at the top of the module, so that every public function in it is an action."""
    return has_directive(module.__doc__, str(getattr(module, "__file__", module.__name__)))


def top_level_actions(module: ModuleType) -> dict[str, FunctionType]:
    """The actions at module level, by name. What is imported from elsewhere is none; an alias is no second one."""
    everything = is_action_module(module)
    found: dict[str, FunctionType] = {}
    seen: set[int] = set()
    for name, value in sorted(vars(module).items(), key=_own_name_first):
        if not isinstance(value, FunctionType) or value.__module__ != module.__name__ or id(value) in seen:
            continue
        if value.__name__ == "<lambda>":
            continue
        if (everything and not name.startswith("_")) or _is_marked(value):
            seen.add(id(value))
            found[name] = value
    return found


def _own_name_first(item: tuple[str, Any]) -> bool:
    """Sorts a function under its own name before its aliases; the order is otherwise that of the source."""
    name, value = item
    return getattr(value, "__name__", None) != name


def _is_marked(func: FunctionType) -> bool:
    if OPTIONS_ATTRIBUTE in vars(func):
        return True
    code = func.__code__
    return has_directive(func.__doc__, f"{func.__qualname__} ({code.co_filename}:{code.co_firstlineno})")


def nested_actions(module: ModuleType) -> list[CodeType]:
    """The code of every function with the directive that is defined inside another one, in the order of the source."""
    found: dict[int, CodeType] = {}
    seen: set[int] = set()
    for value in list(vars(module).values()):
        for func in _functions(value, module, seen):
            found.update((id(code), code) for code in _marked_inside(func.__code__))
    return sorted(found.values(), key=lambda code: code.co_firstlineno)


def _marked_inside(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            if is_function(constant):
                where = f"{constant.co_qualname} ({constant.co_filename}:{constant.co_firstlineno})"
                if has_directive(docstring_of(constant), where):
                    yield constant
            yield from _marked_inside(constant)


def _functions(value: Any, module: ModuleType, seen: set[int]) -> Iterator[FunctionType]:
    """The module's own functions in one of its values: also in classes, and behind decorators."""
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, FunctionType):
        if value.__globals__ is vars(module):
            yield value
        for cell in value.__closure__ or ():
            yield from _functions(_content(cell), module, seen)
        yield from _functions(vars(value).get("__wrapped__"), module, seen)
    elif isinstance(value, type):
        if value.__module__ == module.__name__:
            for member in list(vars(value).values()):
                yield from _functions(member, module, seen)
    elif isinstance(value, staticmethod | classmethod):
        yield from _functions(value.__func__, module, seen)
    elif isinstance(value, property):
        for accessor in (value.fget, value.fset, value.fdel):
            yield from _functions(accessor, module, seen)
    elif isinstance(value, functools.partial | functools.cached_property):
        yield from _functions(value.func, module, seen)
    elif isinstance(value, functools._lru_cache_wrapper):
        yield from _functions(value.__wrapped__, module, seen)


def _content(cell: Any) -> Any:
    """What a cell holds if it is a function or a class, else None: data is not looked into."""
    try:
        content = cell.cell_contents
    except ValueError:
        return None
    return content if isinstance(content, FunctionType | type) else None
