"""Guarded actions that come as arguments of others: whoever calls them passes their guard, as from the browser."""

from __future__ import annotations

from typing import Any

from jetbridge.actions.action import BoundAction, ServerAction
from jetbridge.actions.arguments import bind_arguments
from jetbridge.actions.dispatch import run_action, run_guard
from jetbridge.context import current_request


class ReceivedAction(BoundAction[Any]):
    """An action with a guard, as an action finds it among its arguments; to be awaited when called.

    Without this, a browser could hand any action it may not call to one that calls what it is given.
    """

    __slots__ = ("_action",)

    def __init__(self, action: ServerAction, args: tuple[Any, ...]) -> None:
        super().__init__(action.func, args)
        self._action = action

    def __call__(self, *args: Any) -> Any:
        return self._run((*self.args, *args))

    def bind(self, *args: Any) -> ReceivedAction:
        return ReceivedAction(self._action, (*self.args, *args))

    async def _run(self, args: tuple[Any, ...]) -> Any:
        context, guard = current_request(), self._action.guard
        call = bind_arguments(self._action, args)
        before = context.user
        try:
            outcome = None if guard is None else await run_guard(guard, call, context)
            outcome = outcome or await run_action(call, context)
        finally:
            context.user = before
        if outcome.signal is not None:
            raise outcome.signal
        if outcome.error is not None:
            raise outcome.error
        return outcome.value
