"""Guards: who may call an action, said next to it, and asked before its body runs."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from jetbridge.context import RequestContext
from jetbridge.errors import ConfigError

Guard = Callable[..., Any]
"""A function, async or not, that lets a call pass or refuses it.

It names what it wants to see: `session`, `request`, or arguments of the action by their names. It refuses with
`unauthorized()`, `forbidden()`, `redirect()`, an `ActionError`, or by returning False. Whatever else it returns is the
user, whom the action gets as its parameter `user`.
"""

MODULE_GUARD: Final = "__guard__"
"""The module-level name whose value guards every action of the module that says nothing of its own."""
USER: Final = "user"
"""The parameter of an action that its guard fills. It never comes from the browser."""

_FROM_REQUEST: Final = ("session", "request")


def public() -> None:
    """The guard that lets everybody pass: `@action(guard=public)` is `@action(public=True)`; also for `__guard__`."""


@dataclass(frozen=True, slots=True)
class GuardPlan:
    """A guard, and what it is called with.

    wants: the names of its parameters that are filled. needs_arguments: it asks for arguments of the action, so it
    can run only when the body has been read and validated; the others run before.
    """

    func: Guard
    wants: tuple[str, ...]
    needs_arguments: bool
    is_async: bool

    @property
    def name(self) -> str:
        """For lists and messages: "lib.auth.require_user"."""
        named = self.func if hasattr(self.func, "__qualname__") else type(self.func)
        return f"{named.__module__}.{named.__qualname__}"

    def values(self, context: RequestContext, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """What the guard is called with."""
        found: dict[str, Any] = {}
        for name in self.wants:
            if name == "session":
                found[name] = context.session
            elif name == "request":
                found[name] = context
            else:
                found[name] = arguments[name]
        return found


def plan_guard(guard: Any, arguments: Collection[str], where: str) -> GuardPlan:
    """Read once what a guard asks for. arguments: the names of the action's parameters.

    Raises: ConfigError for what is no function, and for a parameter that nothing fills.
    """
    if not callable(guard):
        raise ConfigError(f"{where}: its guard must be a function, not {guard!r}.")
    known = (*_FROM_REQUEST, *(name for name in arguments if name not in _FROM_REQUEST))
    wants: list[str] = []
    for parameter in inspect.signature(guard).parameters.values():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        if parameter.name in known and parameter.kind is not parameter.POSITIONAL_ONLY:
            wants.append(parameter.name)
        elif parameter.default is parameter.empty:
            raise ConfigError(
                f"{where}: its guard asks for `{parameter.name}`, which is neither `session`, `request` nor one of the "
                f"action's parameters ({', '.join(arguments) or 'it has none'})."
            )
    is_async = inspect.iscoroutinefunction(guard) or inspect.iscoroutinefunction(type(guard).__call__)
    return GuardPlan(guard, tuple(wants), any(name not in _FROM_REQUEST for name in wants), is_async)


@dataclass(frozen=True, slots=True)
class UserParameter:
    """Where an action takes its user. index: among the positional parameters; None for a keyword."""

    index: int | None
    has_default: bool


def split_user(func: Callable[..., Any]) -> tuple[Callable[..., Any], UserParameter | None]:
    """The action as the browser may call it, without `user`, and where `user` goes; the function itself without one."""
    signature = inspect.signature(func)
    parameters = list(signature.parameters.values())
    index = next((number for number, one in enumerate(parameters) if one.name == USER), None)
    if index is None or parameters[index].kind in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD):
        return func, None
    parameter = parameters.pop(index)

    def seen(*args: Any, **kwargs: Any) -> Any:
        return func(*args, **kwargs)

    seen.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    keyword = parameter.kind is parameter.KEYWORD_ONLY
    return seen, UserParameter(None if keyword else index, parameter.default is not parameter.empty)
