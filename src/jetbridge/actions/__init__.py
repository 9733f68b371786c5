"""Server actions, from a reference to an outcome; nothing here knows HTTP."""

from jetbridge.actions.action import Action, BoundAction, ServerAction, action, bind, slot
from jetbridge.actions.arguments import BoundCall, bind_arguments, check_field
from jetbridge.actions.dispatch import ActionOutcome, run_action, run_guard
from jetbridge.actions.encryption import KeyRing
from jetbridge.actions.form_state import FormErrors, FormState, ParseFailure, ParseSuccess, safe_parse
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
    "FormErrors",
    "FormState",
    "Guard",
    "KeyRing",
    "OpenedCall",
    "ParseFailure",
    "ParseSuccess",
    "ServerAction",
    "action",
    "bind",
    "bind_arguments",
    "check_field",
    "public",
    "run_action",
    "run_guard",
    "safe_parse",
    "slot",
]
