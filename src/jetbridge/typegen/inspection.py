"""Questions about annotations that hang on nothing but the annotation."""

from __future__ import annotations

import collections
import re
import sys
import typing
from collections.abc import Hashable, Sequence
from typing import Any, Final

import typing_extensions
from pydantic import Discriminator
from pydantic.fields import FieldInfo

from jetbridge.typegen.problems import Refused
from jetbridge.typegen.records import evaluate, is_record, shape_of

QUALIFIERS: Final = (
    *(typing.Annotated, typing.Required, typing.NotRequired, typing.Final, typing.ClassVar),
    *(typing_extensions.ReadOnly, typing_extensions.Required, typing_extensions.NotRequired),
)

MAPPINGS: Final = (
    *(dict, collections.OrderedDict, collections.defaultdict, collections.Counter, collections.ChainMap),
    *(collections.abc.Mapping, collections.abc.MutableMapping),
)


def is_alias(annotation: Any) -> bool:
    """Whether it has a name of its own, as `type` statements make them."""
    return type(annotation).__name__ == "TypeAliasType"


def is_bare(annotation: Any) -> bool:
    """Whether it is a name of `typing` for a class, without arguments: List, Tuple, Callable."""
    return type(annotation).__name__ in ("_SpecialGenericAlias", "_TupleType", "_CallableType")


def value_of(alias: Any) -> Any:
    """What an alias stands for; Refused where that cannot be evaluated."""
    namespace = vars(sys.modules.get(alias.__module__, typing))
    try:
        return evaluate(alias.__value__, namespace)
    except Exception as error:
        return Refused(f"the alias {alias.__name__} cannot be resolved ({error}).")


def unwrapped(annotation: Any) -> Any:
    """What an annotation is below Annotated, NewType and aliases."""
    while True:
        if typing.get_origin(annotation) in QUALIFIERS:
            annotation = typing.get_args(annotation)[0]
        elif isinstance(annotation, (typing.NewType, typing_extensions.NewType)):
            annotation = annotation.__supertype__
        elif is_alias(annotation):
            annotation = value_of(annotation)
        else:
            return annotation


def tag_in(annotation: Any) -> str | None:
    """The field that tells the members of a union apart, as `Annotated` says it."""
    for note in getattr(annotation, "__metadata__", ()):
        if isinstance(note, (FieldInfo, Discriminator)) and note.discriminator is not None:
            tag = note.discriminator
            tag = tag.discriminator if isinstance(tag, Discriminator) else tag
            return tag if isinstance(tag, str) else None
    return None


def key_and_value(kind: Any, args: Sequence[Any]) -> tuple[Any, Any]:
    """What a mapping maps to what."""
    if kind is collections.Counter:
        return (args[0] if args else Any), int
    return (args[0], args[1]) if len(args) == 2 else (Any, Any)


def has_key_variable(cls: Any, seen: frozenset[Any] = frozenset()) -> bool:
    """Whether a class has a mapping whose keys are of a type that it leaves open."""
    if cls in seen:
        return False
    fields = (*shape_of(cls, "sent").fields, *shape_of(cls, "given").fields)
    return any(_has_key_variable(one.annotation, seen | {cls}) for one in fields)


def _has_key_variable(annotation: Any, seen: frozenset[Any]) -> bool:
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    metadata = getattr(annotation, "__pydantic_generic_metadata__", None)
    if metadata and metadata["origin"] is not None:
        origin, args = metadata["origin"], metadata["args"]
    if origin in MAPPINGS and args and isinstance(args[0], typing.TypeVar):
        return True
    if isinstance(origin, type) and is_record(origin) and any(isinstance(arg, typing.TypeVar) for arg in args):
        return has_key_variable(origin, seen)
    return any(_has_key_variable(arg, seen) for arg in args if not isinstance(arg, list))


def inherited_variables(cls: Any) -> dict[Any, Any]:
    """What the type variables of generic base classes stand for, as in `class Users(Page[User])`."""
    found: dict[Any, Any] = {}
    own = getattr(cls, "__parameters__", ())
    for base in getattr(cls, "__orig_bases__", ()):
        origin = typing.get_origin(base)
        if origin is not None and origin is not typing.Generic:
            found.update(inherited_variables(origin))
            found.update(zip(getattr(origin, "__parameters__", ()), typing.get_args(base), strict=False))
    return {variable: value for variable, value in found.items() if variable not in own}


def label(annotation: Any) -> str:
    """A word for an annotation, as part of a name."""
    name: str = getattr(annotation, "__name__", None) or str(annotation)
    inner = "" if name == str(annotation) else "".join(label(arg) for arg in typing.get_args(annotation))
    return re.sub(r"\W", "", name[:1].upper() + name[1:] + inner)


def is_hashable(value: Any) -> bool:
    """Whether an annotation can be looked up."""
    return isinstance(value, Hashable) and not isinstance(value, list)
