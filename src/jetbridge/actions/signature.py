"""What an action's signature says about its arguments: read, checked and prepared once, when the registry is built."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from jetbridge.actions.form_model import FormModel, form_model_of
from jetbridge.actions.plain import check_inside
from jetbridge.actions.returned import Shape, result_shape
from jetbridge.annotations import resolve_annotations, type_adapter
from jetbridge.errors import ConfigError
from jetbridge.flight.model import File, FormData, Map, Set

PASSED_AS_THEY_ARE: Final = (FormData, File, Map, Set)
"""Annotations that are only checked, never converted."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One positional parameter.

    exact: the class its argument must be of, for those that are never converted.
    validate: checks and converts other annotated arguments. None and no `exact`: the argument passes as decoded.
    form: how a FormData becomes the model that the annotation asks for.
    """

    name: str
    annotation: Any
    required: bool
    default: Any
    exact: type | None
    validate: Callable[[Any], Any] | None
    form: FormModel | None


@dataclass(frozen=True, slots=True)
class Signature:
    """The positional parameters of an action; `rest` stands for `*args`. returns: Any where nothing is said of it.

    shape: what makes the result travel as `returns` says, where it does not do so by itself.
    """

    parameters: tuple[Parameter, ...]
    rest: Parameter | None
    returns: Any
    shape: Shape | None = None

    @property
    def required(self) -> int:
        return sum(parameter.required for parameter in self.parameters)


def read_signature(func: Callable[..., Any], namespace: Mapping[str, Any], where: str) -> Signature:
    """Prepare a function's parameters. namespace: where its annotations are looked up, if they are text.

    Raises: ConfigError for a parameter that a browser could never fill, and for an annotation that cannot be checked.
    """
    found = inspect.signature(func).parameters.values()
    annotations = _resolve({p.name: p.annotation for p in found if p.annotation is not p.empty}, namespace, where)
    parameters: list[Parameter] = []
    rest = None
    for one in found:
        if one.kind is one.KEYWORD_ONLY and one.default is one.empty:
            raise ConfigError(
                f"{where}: `{one.name}` can only be given by keyword, and a browser gives arguments by position: "
                "remove the `*` before it, or give it a default."
            )
        if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD):
            parameters.append(_parameter(one, annotations, where))
        elif one.kind is one.VAR_POSITIONAL:
            rest = _parameter(one, annotations, where)
    returns = _returned(func, namespace)
    return Signature(tuple(parameters), rest, returns, result_shape(returns))


def _returned(func: Callable[..., Any], namespace: Mapping[str, Any]) -> Any:
    """What comes back is not checked, so it may be a type that exists only for type checkers."""
    found = inspect.signature(func).return_annotation
    try:
        return Any if found is inspect.Signature.empty else resolve_annotations({"return": found}, namespace)["return"]
    except Exception:
        return Any


def _resolve(annotations: dict[str, Any], namespace: Mapping[str, Any], where: str) -> dict[str, Any]:
    try:
        return resolve_annotations(annotations, namespace)
    except Exception as error:
        raise ConfigError(
            f"{where}: its annotations cannot be resolved, so its arguments could not be checked ({error}). Types used "
            "there must be importable at run time: at module level, and not under `if TYPE_CHECKING:`."
        ) from error


def _parameter(one: inspect.Parameter, annotations: Mapping[str, Any], where: str) -> Parameter:
    annotation = annotations.get(one.name, Any)
    exact = annotation if annotation in PASSED_AS_THEY_ARE else None
    validate = None
    if exact is None and annotation not in (Any, object):
        try:
            # Of the validator itself: the adapter's own method does nothing but ask it, and takes its time.
            validate = type_adapter(check_inside(annotation)).validator.validate_python
        except Exception as error:
            reason = str(error).partition("\n")[0]
            raise ConfigError(
                f"{where}: arguments for `{one.name}` cannot be checked against its annotation. Annotate it with data "
                f"that a browser can send, such as int, str, a dataclass, a Pydantic model or FormData. ({reason})"
            ) from error
    required = one.default is one.empty and one.kind is not one.VAR_POSITIONAL
    return Parameter(one.name, annotation, required, one.default, exact, validate, form_model_of(annotation))
