"""A form that was refused, as a value: what is wrong, by field, and what was typed."""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Generic, Literal, NotRequired, TypedDict, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError
from typing_extensions import is_typeddict

from jetbridge.actions.form_model import FormModel, form_model_of
from jetbridge.actions.form_shape import joined
from jetbridge.actions.signature import Parameter, Signature
from jetbridge.actions.wording import label_of, word
from jetbridge.annotations import type_adapter
from jetbridge.errors import ConfigError, FieldError
from jetbridge.flight.model import FormData

T = TypeVar("T")

MAX_MESSAGES: Final = 100
"""How many messages are told about one form."""

STATE_NAMES: Final = frozenset({"prev_state", "previous_state", "state"})


class FormState(TypedDict):
    """What `useActionState` holds for a form. An action whose form was accepted returns `{"error": None}`.

    error: the first message. fields: messages by field; what is about no field is under "".
    values: what was typed, by field, without files and secrets; only after a refusal.
    """

    error: str | None
    fields: NotRequired[dict[str, list[str]]]
    values: NotRequired[dict[str, str | list[str]]]


@dataclass(frozen=True, slots=True)
class FormErrors:
    """What is wrong with a form. first: the first message. fields: messages by field, in the order of the model."""

    first: str
    fields: Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class ParseSuccess(Generic[T]):
    """A form that fits its model."""

    data: T
    values: Mapping[str, str | list[str]] = field(default_factory=dict, repr=False)
    success: Literal[True] = True
    error: None = None


@dataclass(frozen=True, slots=True)
class ParseFailure:
    """A form that does not fit its model. values: what was typed, without files and secrets."""

    error: FormErrors
    values: Mapping[str, str | list[str]] = field(default_factory=dict, repr=False)
    success: Literal[False] = False
    data: None = None

    @property
    def state(self) -> FormState:
        """The failure as the state of a form."""
        return {"error": self.error.first, "fields": dict(self.error.fields), "values": dict(self.values)}


def safe_parse(model: type[T], form: FormData | Mapping[str, Any]) -> ParseSuccess[T] | ParseFailure:
    """Validate a form against a Pydantic model, a dataclass or a TypedDict; what does not fit is a value, not an error.

    Raises: InvalidArguments for a form that is out of all proportion; TypeError where `model` is none.
    """
    found = form_model_of(model)
    if found is None:
        raise TypeError(f"safe_parse wants a Pydantic model, a dataclass or a TypedDict, not {model!r}.")
    values = found.values(form) if isinstance(form, FormData) else {}
    try:
        return ParseSuccess(type_adapter(model).validate_python(_readable(found, form)), values)
    except ValidationError as error:
        return describe_failure(found, form, error)


def _readable(model: FormModel, form: Any) -> Any:
    return model.read(form) if isinstance(form, FormData) else form


def describe_failure(model: FormModel, form: object, error: ValidationError) -> ParseFailure:
    """Put Pydantic's errors in words, under the names that the form has. form: FormData, or an object instead."""
    sent = form if isinstance(form, FormData) else FormData()
    entries = model.entries(sent)
    fields: dict[str, list[str]] = {}
    for one in error.errors(include_url=False)[:MAX_MESSAGES]:
        path, title = model.locate(one["loc"], entries)
        messages = fields.setdefault(joined(path), [])
        text = word(one, label_of(path, title))
        if text not in messages:
            messages.append(text)
    first = next(iter(fields.values()))[0]
    return ParseFailure(FormErrors(first, fields), model.values(sent))


def describe_field_error(model: FormModel, form: object, error: FieldError) -> ParseFailure:
    """A FieldError of the action's body, as if validation had found it."""
    sent = form if isinstance(form, FormData) else FormData()
    path, _ = model.locate(tuple(error.field.split(".")) if error.field else (), model.entries(sent))
    return ParseFailure(FormErrors(error.message, {joined(path): [error.message]}), model.values(sent))


@dataclass(frozen=True, slots=True)
class StateMaker:
    """How an action answers a form that does not fit. annotation: the type of the answer. model: of the form."""

    annotation: Any
    make: Callable[[ParseFailure], Any]
    model: FormModel


def state_maker(
    signature: Signature,
    invalid: Callable[[ParseFailure], Any] | None,
    module_invalid: Callable[[ParseFailure], Any] | None,
    where: str,
) -> StateMaker | None:
    """How the failures of an action become its state; None for one that has no state, or no place for them in it.

    invalid: what `@action` says. Otherwise the action must take a previous state; what makes the new one is then
    `module_invalid`, or the type that the action returns: of `error`, `fields` and `values` it gets those it has.
    Raises: ConfigError for a type that has some of them and cannot be made of them.
    """
    parameters = signature.parameters
    if len(parameters) < 2 or parameters[-1].form is None or signature.rest is not None:
        return None
    state, form = parameters[-2], parameters[-1].form
    if invalid is None and not _is_state(state):
        return None
    make = invalid or module_invalid
    if make is not None:
        return StateMaker(_returned(make), make, form)
    for annotation in (signature.returns, state.annotation):
        filled = _fill(annotation, where)
        if filled is not None:
            return StateMaker(FormState if annotation in _ANYTHING else annotation, filled, form)
    return None


_ANYTHING: Final = (Any, object, dict)


def _is_state(parameter: Parameter) -> bool:
    """Whether the previous state of `useActionState` is meant: by its name, or because it is a FormState."""
    if parameter.name.lstrip("_") in STATE_NAMES:
        return True
    return any(set(_KEYS) <= set(_fields(member)) for member in _members(parameter.annotation))


_KEYS: Final = tuple(FormState.__annotations__)
_SAMPLE: Final[FormState] = {"error": "x", "fields": {"a": ["x"]}, "values": {"a": "x", "b": ["x"]}}


def _fill(annotation: Any, where: str) -> Callable[[ParseFailure], Any] | None:
    """What makes a value of this type out of a FormState; None if the type has no place for any of it."""
    if annotation in _ANYTHING or get_origin(annotation) is dict:
        return lambda failure: failure.state
    has = {name for member in _members(annotation) for name in _fields(member)} & set(_KEYS)
    if not has:
        return None
    adapter = type_adapter(annotation)

    def make(state: FormState) -> Any:
        return adapter.validate_python({name: value for name, value in state.items() if name in has})

    try:
        make(_SAMPLE)
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors(include_url=False))
        raise ConfigError(
            f"{where}: a form that does not fit is answered by the state that the action returns, and "
            f"{getattr(annotation, '__name__', annotation)} cannot be made of error, fields and values ({wrong}). "
            "Give its other fields a default or NotRequired, use the types of jetbridge.FormState, or say with "
            "@action(invalid=...) what is returned."
        ) from None
    return lambda failure: make(failure.state)


def _members(annotation: Any) -> tuple[Any, ...]:
    origin = get_origin(annotation)
    if origin is typing.Annotated:
        return _members(get_args(annotation)[0])
    if origin in (typing.Union, types.UnionType):
        return tuple(member for one in get_args(annotation) for member in _members(one))
    return (annotation,)


def _fields(kind: Any) -> tuple[str, ...]:
    if is_typeddict(kind):
        return tuple(kind.__required_keys__ | kind.__optional_keys__)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return tuple(kind.model_fields)
    return tuple(getattr(kind, "__dataclass_fields__", ()))


def _returned(function: Callable[..., Any]) -> Any:
    try:
        return typing.get_type_hints(function, include_extras=True).get("return", Any)
    except Exception:
        return Any
