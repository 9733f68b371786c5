"""From what a browser sent to what a function takes: counted, validated and converted before anything runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from jetbridge.actions.action import ServerAction
from jetbridge.actions.form_model import FormModel
from jetbridge.actions.form_state import MAX_MESSAGES, ParseFailure, describe_failure
from jetbridge.actions.plain import to_plain
from jetbridge.actions.signature import Parameter
from jetbridge.errors import InvalidArguments
from jetbridge.flight.model import UNDEFINED, FormData

FRAMEWORK_PREFIX: Final = "$ACTION_"
"""How the names of the fields begin that React prints into a form. It sends them with a call, too."""

LOOSE: Final = "arguments"
"""Where a message stands that is about no single argument."""


@dataclass(slots=True, repr=False)
class BoundCall:
    """A call that may run: the arguments fit the signature.

    form: the form among them as it was sent, for an action that answers with the state of a form. failure: what is
    wrong with it; the body must not run then, and `args` is empty.
    """

    action: ServerAction
    args: tuple[Any, ...]
    form: Any = None
    failure: ParseFailure | None = None

    def __repr__(self) -> str:
        return f"<BoundCall of {self.action.name} with {len(self.args)} arguments>"


def bind_arguments(action: ServerAction, args: Sequence[Any]) -> BoundCall:
    """Fit arguments to the signature and its annotations.

    JavaScript's `undefined` counts as not given. The form that React adds, and the previous state before it, are
    dropped for a function that does not take them, as JavaScript drops arguments nobody asked for.
    Raises: InvalidArguments, with a message for each argument or field that does not fit, unless only the form does not
    and the action has a state that says so.
    """
    given = [_without_framework_fields(value) if isinstance(value, FormData) else value for value in args]
    _drop_surplus(given, action)
    problems: dict[str, list[str]] = {}
    if action.state is not None and _has_form(action, given):
        return _bind_form(action, given, problems)
    values = _convert(action, given, problems)
    for index, parameter in enumerate(action.signature.parameters[len(given) :], len(given)):
        if parameter.required:
            problems.setdefault(parameter.name, []).append("missing")
        else:
            values.append(_default(action, index))
    _raise_for(problems, action)
    return BoundCall(action, tuple(values))


def check_field(action: ServerAction, args: Sequence[Any], field: str) -> list[str]:
    """What the model of an action's form says about one field, while the form is being filled in. Nothing runs.

    args: as in a call; only the form at their end counts. field: its path, such as "items.0.name".
    Raises: InvalidArguments when the action takes no such form.
    """
    parameter = action.signature.parameters[-1] if action.signature.parameters else None
    if parameter is None or parameter.form is None or not args or not isinstance(args[-1], FormData):
        message = "there is no form that could be checked"
        raise InvalidArguments(f"{action.name}: {message}", {LOOSE: [message]})
    problems: dict[str, list[str]] = {}
    _, failure = _convert_form(parameter, parameter.form, args[-1], problems)
    _raise_for(problems, action)
    return [] if failure is None else failure.error.fields.get(field, [])


def _has_form(action: ServerAction, given: Sequence[Any]) -> bool:
    """Whether a form, or an object in its place, was given for the last parameter."""
    return len(given) == len(action.signature.parameters) and isinstance(given[-1], FormData | dict)


def _bind_form(action: ServerAction, given: Sequence[Any], problems: dict[str, list[str]]) -> BoundCall:
    """A call of an action that answers with a state. Only what comes before the form can make it a wrong call."""
    parameter, form = action.signature.parameters[-1], given[-1]
    values = _convert(action, given[:-1], problems)
    _raise_for(problems, action)
    if parameter.form is None:
        return BoundCall(action, (*values, form))
    value, failure = _convert_form(parameter, parameter.form, form, problems)
    _raise_for(problems, action)
    return BoundCall(action, () if failure else (*values, value), form, failure)


def _convert_form(
    parameter: Parameter, model: FormModel, form: Any, problems: dict[str, list[str]]
) -> tuple[Any, ParseFailure | None]:
    """What the form becomes, or what is wrong with it."""
    try:
        plain = model.read(form) if isinstance(form, FormData) else to_plain(form)
        return (plain if parameter.validate is None else parameter.validate(plain)), None
    except ValidationError as error:
        return None, describe_failure(model, form, error)
    except RecursionError:
        problems.setdefault(parameter.name, []).append("too deeply nested")
        return None, None


def convert_bound(action: ServerAction, args: Sequence[Any]) -> tuple[Any, ...]:
    """Validate the first arguments of an action, the others of which come later. Raises: InvalidArguments."""
    problems: dict[str, list[str]] = {}
    if action.signature.rest is None and len(args) > len(action.signature.parameters):
        problems[LOOSE] = [_too_many(action, args)]
    values = _convert(action, args, problems)
    _raise_for(problems, action)
    return tuple(values)


def _without_framework_fields(form: FormData) -> FormData:
    if not any(name.startswith(FRAMEWORK_PREFIX) for name in form):
        return form
    return FormData((name, entry) for name, entry in form.items() if not name.startswith(FRAMEWORK_PREFIX))


def _drop_surplus(given: list[Any], action: ServerAction) -> None:
    surplus = 0 if action.signature.rest is not None else len(given) - len(action.signature.parameters)
    while surplus > 0 and given[-1] is UNDEFINED:
        given.pop()
        surplus -= 1
    if surplus in (1, 2) and isinstance(given[-1], FormData):
        del given[-surplus:]
    elif surplus > 0:
        message = _too_many(action, given)
        raise InvalidArguments(f"{action.name}: {message}", {LOOSE: [message]})


def _too_many(action: ServerAction, given: Sequence[Any]) -> str:
    names = ", ".join(parameter.name for parameter in action.signature.parameters) or "none"
    return f"too many: {len(given)} given, expected at most {len(action.signature.parameters)} ({names})"


def _convert(action: ServerAction, given: Sequence[Any], problems: dict[str, list[str]]) -> list[Any]:
    """Every argument as its parameter wants it; what does not fit goes to `problems`."""
    parameters = action.signature.parameters
    rest = action.signature.rest
    values: list[Any] = []
    for index, value in enumerate(given):
        parameter = parameters[index] if index < len(parameters) else rest
        if parameter is None:
            break
        if value is UNDEFINED and not parameter.required and parameter is not rest:
            values.append(_default(action, index))
        else:
            values.append(_convert_one(parameter, value, problems))
    return values


def _default(action: ServerAction, index: int) -> Any:
    """A parameter's default value; a nested action has it in its function, which was made for this call."""
    if not action.nested:
        return action.signature.parameters[index].default
    defaults = action.func.__defaults__ or ()
    return defaults[index - len(action.signature.parameters)]


def _convert_one(parameter: Parameter, value: Any, problems: dict[str, list[str]]) -> Any:
    if parameter.exact is not None:
        if not isinstance(value, parameter.exact):
            problems.setdefault(parameter.name, []).append(f"must be a {parameter.exact.__name__}")
        return value
    if parameter.validate is None:
        return value
    form = value if parameter.form is not None and isinstance(value, FormData) else None
    try:
        plain = to_plain(value) if form is None or parameter.form is None else parameter.form.read(form)
        return parameter.validate(plain)
    except ValidationError as error:
        _add_problems(error, parameter.name if form is None else "", problems)
    except UnicodeEncodeError:
        # A validator's own text had a lone surrogate of the value in it.
        problems.setdefault(parameter.name, []).append("has characters that no encoding holds")
    except RecursionError:
        problems.setdefault(parameter.name, []).append("too deeply nested")
    return None


def _add_problems(error: ValidationError, prefix: str, problems: dict[str, list[str]]) -> None:
    for one in error.errors(include_url=False, include_input=False)[:MAX_MESSAGES]:
        path = ".".join(str(part) for part in ((prefix,) if prefix else ()) + one["loc"])
        reason = one.get("ctx", {}).get("error")
        text = str(reason) if one["type"] in ("value_error", "assertion_error") and reason else one["msg"]
        texts = problems.setdefault(path or LOOSE, [])
        if text not in texts:
            texts.append(text)


def _raise_for(problems: dict[str, list[str]], action: ServerAction) -> None:
    if problems:
        listed = "; ".join(f"{name}: {', '.join(texts)}" for name, texts in problems.items())
        raise InvalidArguments(f"{action.name}: {listed}", problems)
