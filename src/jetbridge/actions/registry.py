"""All actions of an application: found once, at start, and looked up by id from then on."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from types import CellType, CodeType, FunctionType, ModuleType
from typing import Any, Final

from jetbridge.actions.action import (
    OPTIONS_ATTRIBUTE,
    BoundAction,
    ServerAction,
    give_bind,
)
from jetbridge.actions.arguments import convert_bound
from jetbridge.actions.directives import require_docstrings
from jetbridge.actions.encryption import KeyRing
from jetbridge.actions.form_state import state_maker
from jetbridge.actions.guards import split_user
from jetbridge.actions.options import ActionOptions
from jetbridge.actions.protection import protection, read_options, require_async_for_timeout, require_guard_for_user
from jetbridge.actions.received import ReceivedAction
from jetbridge.actions.references import ResponseReferences, associated_data
from jetbridge.actions.scan import is_action_module, nested_actions, top_level_actions
from jetbridge.actions.sealing import load_action
from jetbridge.actions.signature import read_signature
from jetbridge.actions.source import ModuleSource, WrittenFunction, check_nested, check_written
from jetbridge.actions.values import Malformed
from jetbridge.annotations import namespace_of
from jetbridge.errors import BadBoundArgs, ConfigError, UnknownAction
from jetbridge.flight.model import ServerReference
from jetbridge.wire import SEALED_SUFFIX

CO_COROUTINE: Final = inspect.CO_COROUTINE

MODULE_INVALID: Final = "__invalid__"
"""The module-level name whose value is `@action(invalid=...)` for every action of the module that has none."""


@dataclass(slots=True, repr=False)
class OpenedCall:
    """An action whose function is ready to run, and its arguments: those that were sealed first."""

    action: ServerAction
    args: tuple[Any, ...]

    def __repr__(self) -> str:
        return f"<OpenedCall of {self.action.name} with {len(self.args)} arguments>"


class ActionRegistry:
    """The actions of these modules. It does not change; nothing in it grows with the number of actions per call.

    Raises: ConfigError for a function that is marked and cannot be an action, for two actions of one name, and when
    Python runs without docstrings.
    """

    def __init__(self, keys: KeyRing, modules: Iterable[ModuleType]) -> None:
        require_docstrings()
        self._keys = keys
        self._by_name: dict[str, ServerAction] = {}
        self._by_id: dict[str, ServerAction] = {}
        self._by_function: dict[FunctionType, ServerAction] = {}
        self._by_code: dict[int, ServerAction] = {}
        self._plain: dict[ServerAction, ServerReference] = {}
        for module in {module.__name__: module for module in modules}.values():
            for action in _actions_of(module, keys):
                self._add(action)
        self._refuse_exposed_guards()

    def _refuse_exposed_guards(self) -> None:
        """A guard that is a public function of an action module would be an action itself, with a forged session."""
        for action in self:
            exposed = None if action.guard is None else self.of(action.guard.func)
            if exposed is not None:
                raise ConfigError(
                    f"{exposed.where} guards {action.where} and is an action itself, which a browser could call: "
                    "define it in another module, or begin its name with an underscore."
                )

    def _add(self, action: ServerAction) -> None:
        known = self._by_name.setdefault(action.name, action)
        if known is not action:
            raise ConfigError(f"{action.where} and {known.where} have the same name, {action.name!r}: change one.")
        for key in range(len(self._keys)):
            self._by_id[self._keys.action_id(action.name, key)] = action
        self._plain[action] = ServerReference(action.id)
        if action.nested:
            self._by_code[id(action.code)] = action
        else:
            self._by_function[action.func] = action
            give_bind(action.func)

    def __iter__(self) -> Iterator[ServerAction]:
        return iter(self._by_name.values())

    def __len__(self) -> int:
        return len(self._by_name)

    def __repr__(self) -> str:
        return f"<ActionRegistry of {len(self)} actions>"

    def of(self, func: Callable[..., Any]) -> ServerAction | None:
        """The action that this very function is, at module level or made inside another function; None if none."""
        if type(func) is not FunctionType:
            return None
        return self._by_function.get(func) or self._by_code.get(id(func.__code__))

    def named(self, name: str) -> ServerAction | None:
        """The action with this name; None if there is none."""
        return self._by_name.get(name)

    def resolve(self, id: str) -> ServerAction:
        """The action with this public id, under any key, with or without the suffix for sealed values.

        Raises: UnknownAction.
        """
        action = self._by_id.get(id.removesuffix(SEALED_SUFFIX))
        if action is None:
            raise UnknownAction(f"no action has the id {id[:60]!r}")
        return action

    def references(self) -> ResponseReferences:
        """How the functions of one response are written; what they have captured is sealed in one pass."""
        return ResponseReferences(self, self._keys, self._plain)

    def reference(self, target: object) -> ServerReference | None:
        """As `ResponseReferences.reference`, for one function by itself."""
        return self.references().reference(target)

    def open(self, id: str, args: Sequence[Any]) -> OpenedCall:
        """Put together what a call needs: the function with its captured values, and all arguments.

        args: with a sealed id the first one is the token.
        Raises: UnknownAction; BadBoundArgs for a token that is missing, changed, foreign or of another version.
        """
        action = self.resolve(id)
        if not id.endswith(SEALED_SUFFIX):
            if action.needs_token:
                raise BadBoundArgs(f"{action.name} was called without its sealed values")
            return OpenedCall(action, tuple(args))
        if not args or not isinstance(args[0], str):
            raise BadBoundArgs(f"{action.name} was called without its sealed values")
        plain = self._keys.open(args[0], associated_data(id.removesuffix(SEALED_SUFFIX)))
        try:
            func, bound = load_action(plain, self)
        except Malformed as error:
            raise BadBoundArgs(f"sealed values for {action.name} are of another version: {error}") from None
        if self.of(func) is not action:
            raise BadBoundArgs(f"sealed values for {action.name} hold another action")
        return OpenedCall(replace(action, func=func) if action.nested else action, (*bound, *args[1:]))

    def load_reference(self, id: str, bound: Sequence[Any] | None) -> Callable[..., Any]:
        """The function that a reference in the arguments of a call stands for; what the browser bound is validated.

        Raises: as `open`; InvalidArguments for bound arguments that do not fit.
        """
        opened = self.open(id, bound or ())
        args = convert_bound(opened.action, opened.args) if opened.args else ()
        if opened.action.guard is not None:
            return ReceivedAction(opened.action, args)
        return BoundAction(opened.action.func, args) if args else opened.action.func


def _actions_of(module: ModuleType, keys: KeyRing) -> Iterator[ServerAction]:
    """The actions of one module, checked."""
    functions = top_level_actions(module)
    codes = nested_actions(module)
    source = ModuleSource(module)
    check_written(module, source, functions, every_public=is_action_module(module))
    exports: dict[str, str] = {}
    for name, func in functions.items():
        action = _top_level(module, name, func, keys)
        if action.export is not None and exports.setdefault(action.export, name) != name:
            raise ConfigError(
                f"{action.where}: {name} and {exports[action.export]} are both `{action.export}` in TypeScript; "
                "rename one of them."
            )
        yield action
    counts: dict[str, int] = {}
    for code in codes:
        counts[code.co_qualname] = counts.get(code.co_qualname, 0) + 1
        yield _nested(module, code, source.find(code), counts[code.co_qualname], keys)


def _top_level(module: ModuleType, name: str, func: FunctionType, keys: KeyRing) -> ServerAction:
    own = inspect.unwrap(func)
    code = own.__code__ if isinstance(own, FunctionType) else func.__code__
    where = f"{name} ({code.co_filename}:{code.co_firstlineno})"
    _refuse_generators(code, where)
    options = vars(func).get(OPTIONS_ATTRIBUTE, ActionOptions())
    full_name = options.name or f"{module.__name__}:{name}"
    seen, user = split_user(func)
    guard, public = protection(module, options, seen, where)
    require_guard_for_user(user, guard, where)
    is_async = bool((code.co_flags | func.__code__.co_flags) & CO_COROUTINE)
    require_async_for_timeout(options, is_async, where)
    signature = read_signature(seen, namespace_of(own), where)
    return ServerAction(
        id=keys.action_id(full_name),
        name=full_name,
        module=module.__name__,
        qualname=name,
        func=func,
        code=code,
        file=code.co_filename,
        line=code.co_firstlineno,
        is_async=is_async,
        export=None if name.startswith("_") else to_camel_case(name),
        options=options,
        nested=False,
        needs_token=False,
        signature=signature,
        guard=guard,
        public=public,
        user=user,
        state=state_maker(signature, options.invalid, _module_invalid(module), where),
    )


def _nested(module: ModuleType, code: CodeType, written: WrittenFunction, count: int, keys: KeyRing) -> ServerAction:
    """An action inside a function. count: 1, or more if others before it have the same qualified name."""
    check_nested(written, code)
    qualname = code.co_qualname if count == 1 else f"{code.co_qualname}#{count}"
    where = f"{qualname} ({code.co_filename}:{code.co_firstlineno})"
    _refuse_generators(code, where)
    options = read_options(written.node, vars(module), where)
    name = options.name or f"{module.__name__}:{qualname}"
    template = _template(module, code, written)
    seen, user = split_user(template)
    guard, public = protection(module, options, seen, where)
    require_guard_for_user(user, guard, where)
    is_async = bool(code.co_flags & CO_COROUTINE)
    require_async_for_timeout(options, is_async, where)
    signature = read_signature(seen, vars(module), where)
    return ServerAction(
        id=keys.action_id(name),
        name=name,
        module=module.__name__,
        qualname=qualname,
        func=template,
        code=code,
        file=code.co_filename,
        line=code.co_firstlineno,
        is_async=is_async,
        export=None,
        options=options,
        nested=True,
        needs_token=bool(code.co_freevars) or written.has_defaults,
        signature=signature,
        guard=guard,
        public=public,
        user=user,
        state=state_maker(signature, options.invalid, _module_invalid(module), where),
    )


def _module_invalid(module: ModuleType) -> Callable[..., Any] | None:
    """What makes the states of forms that do not fit, where an action says nothing of its own."""
    found: Callable[..., Any] | None = vars(module).get(MODULE_INVALID)
    if found is not None and not callable(found):
        raise ConfigError(f"{module.__name__}: {MODULE_INVALID} must be a function, not {found!r}.")
    return found


def _template(module: ModuleType, code: CodeType, written: WrittenFunction) -> FunctionType:
    """The function with empty cells, and None for each default value: it has the signature, and is not to be run."""
    func = FunctionType(code, vars(module), code.co_name, None, tuple(CellType() for _ in code.co_freevars))
    arguments = written.node.args
    func.__defaults__ = (None,) * len(arguments.defaults) or None
    with_default = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    func.__kwdefaults__ = {one.arg: None for one, default in with_default if default is not None} or None
    func.__annotations__ = dict(written.annotations)
    return func


def _refuse_generators(code: CodeType, where: str) -> None:
    if code.co_flags & (inspect.CO_GENERATOR | inspect.CO_ASYNC_GENERATOR):
        raise ConfigError(
            f"{where}: an action cannot contain `yield`. To send values one after the other, return an async generator."
        )


def to_camel_case(name: str) -> str:
    """`create_post` as JavaScript spells it, `createPost`."""
    first, *others = [part for part in name.split("_") if part] or [name]
    return first + "".join(part[:1].upper() + part[1:] for part in others)
