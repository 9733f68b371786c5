"""Server actions, from a reference to an outcome; nothing here knows HTTP."""

from jetbridge.actions.action import Action, ActionOptions, BoundAction, ServerAction, action, bind, slot
from jetbridge.actions.arguments import BoundCall, bind_arguments
from jetbridge.actions.dispatch import ActionOutcome, run_action
from jetbridge.actions.encryption import KeyRing
from jetbridge.actions.registry import ActionRegistry, OpenedCall

__all__ = [
    "Action",
    "ActionOptions",
    "ActionOutcome",
    "ActionRegistry",
    "BoundAction",
    "BoundCall",
    "KeyRing",
    "OpenedCall",
    "ServerAction",
    "action",
    "bind",
    "bind_arguments",
    "run_action",
    "slot",
]
