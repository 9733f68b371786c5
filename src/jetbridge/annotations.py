"""Annotations, read and turned into validators in one way wherever values are checked or stored."""

from __future__ import annotations

import functools
import operator
import sys
import types
import typing
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Annotated, Any, NotRequired, Required, get_args, get_origin, is_typeddict

import typing_extensions
from pydantic import TypeAdapter


def resolve_annotations(annotations: Mapping[str, Any], namespace: Mapping[str, Any]) -> dict[str, Any]:
    """The types behind annotations that may be text. namespace: where their names are looked up.

    Raises: whatever the evaluation raises, most often NameError.
    """
    holder: Any = SimpleNamespace(__annotations__=dict(annotations))
    return typing.get_type_hints(holder, globalns=dict(namespace), include_extras=True)


def namespace_of(function: Any) -> Mapping[str, Any]:
    """Where the names in a function's annotations are looked up: its module, and type parameters of its own."""
    namespace: Mapping[str, Any] = getattr(function, "__globals__", {})
    own = {parameter.__name__: parameter for parameter in getattr(function, "__type_params__", ())}
    return {**namespace, **own} if own else namespace


def type_adapter(annotation: Any) -> TypeAdapter[Any]:
    """Pydantic's validator for an annotation. Raises: what Pydantic raises for a type that is no data."""
    return _shared_adapter(annotation) if isinstance(annotation, type) else TypeAdapter(_with_known_dicts(annotation))


@functools.lru_cache(maxsize=256)
def _shared_adapter(annotation: type) -> TypeAdapter[Any]:
    """Most annotations of an application are of a few classes: they share one validator."""
    return TypeAdapter(_with_known_dicts(annotation))


def _with_known_dicts(annotation: Any, outer: tuple[Any, ...] = ()) -> Any:
    """Before Python 3.12 Pydantic takes only the TypedDict of typing_extensions: put that in place of the other.

    outer: the ones that are being replaced. One that contains itself stays, and Pydantic says what to do.
    """
    if sys.version_info >= (3, 12) or annotation in outer:
        return annotation
    if is_typeddict(annotation):
        return _known_dict(annotation, outer)
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is None or origin is typing.Literal:
        return annotation
    if origin is Annotated:
        return Annotated[(_with_known_dicts(args[0], outer), *args[1:])]
    inner = tuple(_with_known_dicts(one, outer) for one in args)
    if inner == args:
        return annotation
    return functools.reduce(operator.or_, inner) if origin is types.UnionType else origin[inner]


def is_required(typed_dict: Any, name: str, field: Any) -> bool:
    """Whether a TypedDict must have this key. field: its annotation, resolved, with Required or NotRequired.

    `__required_keys__` alone does not see what an annotation says that was text when the class was made.
    """
    origin = get_origin(field)
    return origin is Required or (origin is not NotRequired and name in typed_dict.__required_keys__)


def _known_dict(annotation: Any, outer: tuple[Any, ...]) -> Any:
    fields: dict[str, Any] = {}
    for name, field in typing.get_type_hints(annotation, include_extras=True).items():
        plain = get_args(field)[0] if get_origin(field) in (Required, NotRequired) else field
        known = _with_known_dicts(plain, (*outer, annotation))
        fields[name] = known if is_required(annotation, name, field) else NotRequired[known]
    replacement: Any = typing_extensions.TypedDict(annotation.__name__, fields)  # type: ignore[misc]
    replacement.__module__ = annotation.__module__
    return replacement
