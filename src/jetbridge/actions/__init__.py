"""Server actions, from a reference to an outcome; nothing here knows HTTP."""

from jetbridge.actions.action import Action, BoundAction, ServerAction, action, bind, slot
from jetbridge.actions.arguments import BoundCall, bind_arguments
from jetbridge.actions.dispatch import ActionOutcome, run_action, run_guard
from jetbridge.actions.encryption import KeyRing
from jetbridge.actions.guards import Guard, public
from jetbridge.actions.options import ActionOptions
from jetbridge.actions.registry import ActionRegistry, OpenedCall

__all__ = [
    "Action",
    "ActionOptions",
    "ActionOutcome",
    "ActionRegistry",
    "BoundAction",
    "BoundCall",
    "Guard",
    "KeyRing",
    "OpenedCall",
    "ServerAction",
    "action",
    "bind",
    "bind_arguments",
    "public",
    "run_action",
    "run_guard",
    "slot",
]
