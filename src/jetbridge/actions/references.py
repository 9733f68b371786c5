"""How functions are written into a response: as ids, with what they have captured or are bound to sealed."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from types import FunctionType
from typing import Any

from jetbridge.actions.action import ServerAction
from jetbridge.actions.directives import DIRECTIVE, docstring_of
from jetbridge.actions.encryption import KeyRing, Sealer
from jetbridge.actions.sealing import BINDINGS, KnownActions, dump_action
from jetbridge.errors import EncodeError
from jetbridge.flight.model import ServerReference
from jetbridge.wire import SEALED_SUFFIX


class ResponseReferences:
    """The references of one response. The first one with values makes a key, and all others are sealed with it.

    plain: the references of the actions without values.
    """

    __slots__ = ("_actions", "_keys", "_plain", "_sealer")

    def __init__(self, actions: KnownActions, keys: KeyRing, plain: Mapping[ServerAction, ServerReference]) -> None:
        self._actions = actions
        self._keys = keys
        self._plain = plain
        self._sealer: Sealer | None = None

    def reference(self, target: object) -> ServerReference | None:
        """How the browser may hold this function, with what it has captured and is bound to; None if it is no action.

        Raises: EncodeError for a value that cannot travel, and for a marked function that is not in the registry.
        """
        if type(target) is FunctionType:
            action = self._actions.of(target)
            if action is None:
                _refuse_unregistered(target, self._actions)
                return None
            return self._sealed(action, target) if action.needs_token else self._plain[action]
        if isinstance(target, BINDINGS):
            action = self._actions.of(_innermost(target))
            return None if action is None else self._sealed(action, target)
        if isinstance(target, ServerAction) and not target.needs_token:
            return self._plain.get(target)
        return None

    def _sealed(self, action: ServerAction, target: object) -> ServerReference:
        data = dump_action(target, self._actions)
        if self._sealer is None:
            self._sealer = self._keys.sealer()
        return ServerReference(action.id + SEALED_SUFFIX, (self._sealer.seal(data, associated_data(action.id)),))


def associated_data(id: str) -> bytes:
    """What binds a token to its action, and to nothing else that the key ring seals."""
    return b"action:" + id.encode()


def _innermost(target: Any) -> Any:
    while isinstance(target, BINDINGS):
        target = target.func
    return target


def _refuse_unregistered(func: FunctionType, actions: KnownActions) -> None:
    """Tell a function that was meant to be an action from one that was not."""
    code = func.__code__
    where = f"{func.__qualname__} ({code.co_filename}:{code.co_firstlineno})"
    docstring = docstring_of(code) or ""
    if docstring.lstrip().partition("\n")[0].strip() == DIRECTIVE:
        raise EncodeError(
            f'{where} is marked "{DIRECTIVE}" and is not known: its module is not one of the application, or it was '
            "made by exec or hidden behind a decorator. Define it at module level under app/."
        )
    if actions.of(inspect.unwrap(func)) is not None:
        raise EncodeError(
            f"{where} is a wrapper around an action, and a call from the browser would bypass the wrapper. "
            "Decorate the action where it is defined, at module level."
        )
