"""What protects an action: its own guard, or that of its module; for one inside a function, read from the source."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any, Final

from jetbridge.actions.action import action
from jetbridge.actions.guards import MODULE_GUARD, USER, GuardPlan, UserParameter, plan_guard, public
from jetbridge.actions.options import ActionOptions
from jetbridge.actions.source import Function
from jetbridge.errors import ConfigError

_NOTHING: Final = object()


def protection(
    module: ModuleType, options: ActionOptions, func: Callable[..., Any], where: str
) -> tuple[GuardPlan | None, bool]:
    """The guard of an action, and whether it is public. func: with the parameters that the browser fills.

    Raises: ConfigError for a guard that cannot be called.
    """
    if options.public:
        return None, True
    guard = options.guard if options.guard is not None else vars(module).get(MODULE_GUARD)
    if guard is None or guard is public:
        return None, guard is public
    return plan_guard(guard, tuple(inspect.signature(func).parameters), where), False


def require_guard_for_user(user: UserParameter | None, guard: GuardPlan | None, where: str) -> None:
    """Raise ConfigError where a parameter waits for a user and nobody says who that is.

    Were it an ordinary argument then, an action that loses its guard would take any user the browser names.
    """
    if user is not None and guard is None:
        raise ConfigError(
            f"{where} takes `{USER}`, which a guard fills and never the browser, and it has no guard: give it one, "
            "or give the parameter another name."
        )
    if user is not None and user.has_default:
        raise ConfigError(
            f"{where}: the guard fills `{USER}`, also with None, so its default value would never be used."
        )


def require_async_for_timeout(options: ActionOptions, is_async: bool, where: str) -> None:
    """Raise ConfigError for a `timeout` that could not end what it is set on: a thread cannot be cancelled."""
    if options.timeout is not None and not is_async:
        raise ConfigError(
            f"{where}: @action(timeout=...) cannot stop a plain `def`, which runs in a thread: make it async."
        )


def read_options(node: Function, namespace: Mapping[str, Any], where: str) -> ActionOptions:
    """What `@action(...)` above a function inside a function says; no code runs to find out.

    namespace: of the module. Raises: ConfigError for another decorator, and for what only running code could tell.
    """
    options = ActionOptions()
    for decorator in node.decorator_list:
        call = decorator if isinstance(decorator, ast.Call) else None
        if _look_up(decorator if call is None else call.func, namespace) is not action or (call and call.args):
            raise ConfigError(
                f"{where}: an action inside a function cannot have decorators but @action(...), for a call from the "
                "browser would bypass them. Move it to module level, or call the checks in its body."
            )
        if call is not None:
            options = ActionOptions(**{_keyword(one, where): _setting(one, namespace, where) for one in call.keywords})
    return options


def _keyword(one: ast.keyword, where: str) -> str:
    if one.arg is None:
        raise ConfigError(f"{where}: write the options of @action one by one, without **.")
    return one.arg


def _setting(one: ast.keyword, namespace: Mapping[str, Any], where: str) -> Any:
    value = _look_up(one.value, namespace)
    if value is _NOTHING:
        raise ConfigError(
            f"{where}: @action({one.arg}={ast.unparse(one.value)}) inside a function is read before that function "
            "runs: use a constant, or the name of something at module level."
        )
    return value


def _look_up(node: ast.expr, namespace: Mapping[str, Any]) -> Any:
    """The value of a constant or of a dotted name at module level; _NOTHING for anything else."""
    if isinstance(node, ast.Name):
        return namespace.get(node.id, _NOTHING)
    if isinstance(node, ast.Attribute):
        owner = _look_up(node.value, namespace)
        return _NOTHING if owner is _NOTHING else getattr(owner, node.attr, _NOTHING)
    try:
        return ast.literal_eval(node)
    except ValueError:
        return _NOTHING
