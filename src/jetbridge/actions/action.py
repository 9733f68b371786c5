"""An action as the rest of the house sees it, and what a developer writes to configure or bind one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import Any, Concatenate, Final, Generic, ParamSpec, Protocol, TypeVar, cast, overload

from jetbridge.actions.form_state import ParseFailure, StateMaker
from jetbridge.actions.guards import Guard, GuardPlan, UserParameter
from jetbridge.actions.options import ActionOptions
from jetbridge.actions.signature import Signature
from jetbridge.errors import ConfigError

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
P = ParamSpec("P")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)

OPTIONS_ATTRIBUTE: Final = "__jetbridge_action__"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ServerAction:
    """One function that a browser may call.

    id: the public id under the newest key. name: "app.actions.posts:create_post", or what the options say.
    func: what runs; for a nested action (one defined inside a function) it is rebuilt for each call, see
        `ActionRegistry.open`, and here only a template without captured values.
    export: its name in TypeScript; None when it has no place in a generated module.
    needs_token: it has captured variables or default values, which come sealed with each call.
    guard: who may call, from the options or the module. public: somebody said that everybody may.
    user: where the function takes what the guard returned; None where it does not.
    state: how it answers a form that does not fit; None where such a call is refused like any other.
    """

    id: str
    name: str
    module: str
    qualname: str
    func: FunctionType
    code: CodeType
    file: str
    line: int
    is_async: bool
    export: str | None
    options: ActionOptions
    nested: bool
    needs_token: bool
    signature: Signature
    guard: GuardPlan | None
    public: bool
    user: UserParameter | None
    state: StateMaker | None

    def __repr__(self) -> str:
        return f"<ServerAction {self.name}>"

    @property
    def slot(self) -> str:
        """What stands for the id in built files, see `wire.ACTION_PLACEHOLDER`."""
        return slot(self.name)

    @property
    def where(self) -> str:
        """For messages: "create_post (app/actions/posts.py:12)"."""
        return f"{self.code.co_name} ({self.file}:{self.line})"


def slot(name: str) -> str:
    """16 hex digits that stand for the action with this name in built files. No secret is in them."""
    return hashlib.sha256(name.encode()).hexdigest()[:16]


class BoundAction(Generic[R_co]):
    """An action with its first arguments filled in. Its text never shows them."""

    __slots__ = ("args", "func")

    def __init__(self, func: Callable[..., R_co], args: tuple[Any, ...]) -> None:
        self.func = func
        self.args = args

    def __call__(self, *args: Any) -> R_co:
        return self.func(*self.args, *args)

    def __repr__(self) -> str:
        return f"<BoundAction {getattr(self.func, '__qualname__', '?')} with {len(self.args)} bound>"

    def bind(self, *args: Any) -> BoundAction[R_co]:
        """Fill in the arguments that come next."""
        return BoundAction(self.func, (*self.args, *args))


class Bindable(Protocol[P, R_co]):
    """What `bind` returns: what is left to call, and its own `bind`."""

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R_co: ...

    def bind(self, *args: Any) -> BoundAction[R_co]:
        """Fill in the first arguments; they travel sealed."""
        ...


class Action(Bindable[P, R_co], Protocol[P, R_co]):
    """What `@action` returns: the function itself, and its `bind`."""

    @property
    def __name__(self) -> str: ...


@overload
def bind(func: Callable[P, R], /) -> Bindable[P, R]: ...


@overload
def bind(func: Callable[Concatenate[A, P], R], a: A, /) -> Bindable[P, R]: ...


@overload
def bind(func: Callable[Concatenate[A, B, P], R], a: A, b: B, /) -> Bindable[P, R]: ...


@overload
def bind(func: Callable[Concatenate[A, B, C, P], R], a: A, b: B, c: C, /) -> Bindable[P, R]: ...


@overload
def bind(func: Callable[..., R], a: Any, b: Any, c: Any, d: Any, /, *args: Any) -> Bindable[..., R]: ...


def bind(func: Callable[..., Any], *args: Any) -> Any:
    """Fill in the first arguments of an action, as JavaScript's `action.bind(null, ...)`.

    The values travel sealed: the browser can neither read nor change them.
    """
    if isinstance(func, BoundAction):
        return func.bind(*args)
    return BoundAction(func, args)


@overload
def action(func: Callable[P, R], /) -> Action[P, R]: ...


@overload
def action(
    *,
    name: str | None = None,
    guard: Guard | None = None,
    public: bool = False,
    max_body_bytes: int | None = None,
    max_files: int | None = None,
    max_file_bytes: int | None = None,
    timeout: float | None = None,
    concurrency: int | None = None,
    rate: str | None = None,
    shield: bool = False,
    invalid: Callable[[ParseFailure], Any] | None = None,
    docs: bool = False,
) -> Callable[[Callable[P, R]], Action[P, R]]: ...


def action(func: Callable[..., Any] | None = None, /, **settings: Any) -> Any:
    """Make a module-level function an action, or configure one; see `ActionOptions`. The function stays what it is.

    Inside a function it configures an action that is marked "use server"; names in it are those of the module.
    Raises: ConfigError for anything but a function, and for options that do not fit.
    """
    options = ActionOptions(**settings)

    def mark(target: Callable[..., Any]) -> Callable[..., Any]:
        if not isinstance(target, FunctionType):
            raise ConfigError(f"@action goes on a function, and {target!r} is none.")
        setattr(target, OPTIONS_ATTRIBUTE, options)
        give_bind(target)
        return target

    return mark if func is None else mark(func)


def give_bind(func: FunctionType) -> None:
    """Put `.bind` on a module-level action, as every function has it in JavaScript."""

    def bind_first(*args: Any) -> BoundAction[Any]:
        return BoundAction(func, args)

    cast("Any", func).bind = bind_first
