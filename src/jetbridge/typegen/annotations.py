"""Python annotations -> TypeScript types, as the values travel by Flight."""

from __future__ import annotations

import collections
import collections.abc
import enum
import json
import re
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import typing_extensions
from pydantic import BaseModel

from jetbridge.actions.action import Action, BoundAction
from jetbridge.typegen.atoms import atom, literal, other_class, refusal, shown
from jetbridge.typegen.declarations import Declaration, Declarations, Mention, Written, mark
from jetbridge.typegen.inspection import (
    MAPPINGS,
    QUALIFIERS,
    has_key_variable,
    inherited_variables,
    is_alias,
    is_bare,
    is_hashable,
    key_and_value,
    label,
    tag_in,
    unwrapped,
    value_of,
)
from jetbridge.typegen.problems import Refused
from jetbridge.typegen.records import NOTHING, Field, Mode, evaluate, is_record, shape_of

_ABC: Final = collections.abc
_ARRAYS: Final = (list, collections.deque, _ABC.Sequence, _ABC.MutableSequence, _ABC.ValuesView)
_ONCE: Final = (_ABC.Iterator, _ABC.Generator)
_ITERABLES: Final = (_ABC.Iterable, _ABC.Collection, _ABC.Reversible)
_SETS: Final = (set, frozenset, _ABC.Set, _ABC.MutableSet, _ABC.KeysView)
_ASYNC: Final = (_ABC.AsyncIterable, _ABC.AsyncIterator, _ABC.AsyncGenerator)
_AWAITABLES: Final = (_ABC.Awaitable, _ABC.Coroutine)
_UNIONS: Final = (typing.Union, types.UnionType)

_SIMPLE: Final = re.compile(r"[\w$\ue000\ue001]+(<[^|&=]*>)?(\[\])*")
_NODES: Final = frozenset({"string", "number", "boolean", "null", "undefined", "bigint", "ReactElement", "ReactNode[]"})
"""What a ReactNode may be anyway."""


class TypeWriter:
    """Writes annotations as TypeScript with marks, for a `declarations.Module` to put names in place of."""

    def __init__(self) -> None:
        self.declarations = Declarations()

    def write(self, *annotations: Any, mode: Mode, generic: Sequence[Any] = ()) -> Written:
        """The type of a value of one of these annotations. generic: type variables that stand for themselves."""
        scope = _Scope(self.declarations, mode, {}, frozenset(generic))
        return scope.finish(scope.union(annotations))

    def write_result(self, *annotations: Any, generic: Sequence[Any] = ()) -> Written:
        """The type of what an action returns: nothing at all where it returns None."""
        scope = _Scope(self.declarations, "given", {}, frozenset(generic))
        return scope.finish(scope.result(annotations))


class _Scope:
    """One type that is being written.

    variables: what type variables stand for. generic: those that stand for themselves. in_alias: of a type that may
    mention itself only inside of something that TypeScript reads later.
    """

    def __init__(
        self,
        declarations: Declarations,
        mode: Mode,
        variables: Mapping[Any, Any],
        generic: frozenset[Any],
        *,
        in_alias: bool = False,
        own: Any = None,
    ) -> None:
        self._declarations = declarations
        self._mode: Mode = mode
        self._variables = variables
        self._generic = generic
        self._in_alias = in_alias
        self._own = own
        self._trail: list[str] = []
        self._written = Written("")

    def finish(self, text: str, fields: Sequence[str] = ()) -> Written:
        self._written.text = text
        self._written.fields = list(fields)
        return self._written

    def write(self, annotation: Any, step: str = "") -> str:
        """One annotation. step: what leads to it from what is around it, such as ".due"."""
        self._trail.append(step)
        text = self._one(annotation)
        self._trail.pop()
        return text

    def union(self, annotations: Sequence[Any]) -> str:
        """What is one of these."""
        texts: dict[str, None] = {}
        for text in self._members(annotations, None):
            texts[f"({text})" if "=>" in text else text] = None
        if "unknown" in texts:
            return "unknown"
        if "ReactNode" in texts:
            texts = {text: None for text in texts if text not in _NODES}
        if len(texts) > 1:
            texts.pop("never", None)
        return (
            " | ".join(sorted(texts, key=lambda text: text in ("null", "undefined")))
            if len(texts) > 1
            else _bare(*texts)
        )

    def result(self, annotations: Sequence[Any]) -> str:
        """What a call gives, whether it is awaited in Python or not."""
        plain = [typing.get_args(one)[-1] if typing.get_origin(one) in _AWAITABLES else one for one in annotations]
        return "void" if all(one in (None, type(None)) for one in plain) else self.union(plain)

    def _one(self, annotation: Any) -> str:
        if isinstance(annotation, Refused):
            return self._refuse(annotation.reason, "")
        if annotation is typing_extensions.Self or annotation is typing.Self:
            annotation = self._own
        if is_bare(annotation):
            annotation = typing.get_origin(annotation)
        word = atom(annotation, self._mode)
        if word is not None:
            return word
        if isinstance(annotation, (str, typing.ForwardRef)):
            return self._one(evaluate(annotation, {}))
        origin, args = typing.get_origin(annotation), typing.get_args(annotation)
        if origin in QUALIFIERS or origin in _UNIONS or origin is typing.Literal:
            return self.union((annotation,))
        return self._container(origin or annotation, args) or self._named(annotation, origin, args)

    def _members(self, annotations: Sequence[Any], tag: str | None) -> Iterator[str]:
        """The texts of the members of unions within unions. tag: the field that tells them apart."""
        for annotation in annotations:
            origin, args = typing.get_origin(annotation), typing.get_args(annotation)
            if origin in QUALIFIERS:
                yield from self._members(args[:1], tag_in(annotation) or tag)
            elif origin in _UNIONS:
                yield from self._members(args, tag)
            elif origin is typing.Literal:
                yield from (self._literal(value, annotation) for value in args)
            else:
                text = self.write(annotation)
                yield text if tag is None else self._tagged(text, annotation, tag)

    def _tagged(self, text: str, annotation: Any, tag: str) -> str:
        """Pydantic wants the field that tells members apart even where it has a default."""
        cls = typing.get_origin(annotation) or annotation
        if self._mode == "sent" and isinstance(cls, type) and is_record(cls):
            for one in shape_of(cls, "sent").fields:
                if one.python == tag and one.optional:
                    return f"({text} & {{ {_key(one.name)}: {self.write(one.annotation, f'.{one.name}')} }})"
        return text

    def _literal(self, value: Any, annotation: Any) -> str:
        if self._mode == "sent" and isinstance(value, enum.Enum) and not isinstance(value, (str, int, float)):
            # Pydantic compares what was sent with the member, and not with its value.
            name = type(value).__name__
            return self._refuse(f"{value} in a Literal cannot be sent. Make {name} a StrEnum, or write the text.", name)
        text = literal(value)
        if text is not None:
            return text
        return self._refuse(f"{shown(annotation)} has a value that TypeScript cannot write. Use text.", "Literal")

    # Containers

    def _container(self, kind: Any, args: Sequence[Any]) -> str | None:
        if kind is tuple:
            return self._tuple(args)
        if kind in _ARRAYS or (kind in _ONCE and self._mode != "sent"):
            return self._array(args[0] if args else Any)
        if kind in _ITERABLES or kind in _ONCE:
            return f"Iterable<{self.write(args[0] if args else Any, '[]')}>"
        if kind in _SETS:
            return f"Set<{self.write(args[0] if args else Any, '[]')}>"
        if kind is _ABC.ItemsView:
            return f"Set<[{', '.join(self.write(arg, '[]') for arg in args or (Any, Any))}]>"
        if kind in MAPPINGS:
            return self._mapping(*key_and_value(kind, args))
        if kind in _ASYNC:
            return f"AsyncIterable<{self.write(args[0] if args else Any, '[]')}>"
        if kind in _AWAITABLES:
            return f"Promise<{self.write(args[-1] if args else Any)}>"
        if kind is _ABC.Callable or kind is Action:
            return self._function(args[0], args[1])
        if kind is BoundAction:
            return self._function(Ellipsis, args[0] if args else Any)
        return None

    def _tuple(self, args: Sequence[Any]) -> str:
        if len(args) == 2 and args[1] is Ellipsis:
            return self._array(args[0])
        texts = []
        for index, arg in enumerate(args):
            inner = typing.get_args(arg)[:1] if typing.get_origin(arg) is typing.Unpack else (arg,)
            is_rest = typing.get_origin(arg) is typing.Unpack or getattr(arg, "__unpacked__", False)
            if getattr(arg, "__unpacked__", False):
                inner = (tuple[typing.get_args(arg)],)  # type: ignore[misc]
            texts.append(f"{'...' if is_rest else ''}{self.write(inner[0], f'[{index}]')}")
        return f"[{', '.join(texts)}]"

    def _array(self, item: Any) -> str:
        text = self.write(item, "[]")
        return f"{text}[]" if _SIMPLE.fullmatch(text) else f"({text})[]"

    def _mapping(self, key: Any, value: Any) -> str:
        kind = self._kind_of_key(key)
        keys, values = self.write(key, "{key}"), self.write(value, "{}")
        if kind == "other":
            return f"Map<{keys}, {values}>"
        if kind == "some":
            return f"Partial<Record<{keys}, {values}>>"
        return f"{{ [key: string]: {values} }}" if self._in_alias else f"Record<string, {values}>"

    def _kind_of_key(self, key: Any) -> str:
        """Whether keys are any text, some texts, or something else, for which JavaScript has the Map."""
        key = unwrapped(self._variables.get(key, key) if is_hashable(key) else key)
        if key is Any or key is str or key is typing.LiteralString:
            return "text"
        if typing.get_origin(key) in _UNIONS:
            kinds = {self._kind_of_key(member) for member in typing.get_args(key)}
            return next(kind for kind in ("other", "text", "some") if kind in kinds)
        if typing.get_origin(key) is typing.Literal:
            return "some" if all(isinstance(value, str) for value in typing.get_args(key)) else "other"
        if isinstance(key, type) and issubclass(key, str):
            return "some" if issubclass(key, enum.Enum) else "text"
        return "other"

    def _function(self, parameters: Any, result: Any) -> str:
        """An action, which is called from the browser, or from Python as if from there: in either direction alike."""
        before, self._mode = self._mode, "sent"
        known = isinstance(parameters, (list, tuple))
        taken = [
            f"arg{index}: {self.write(one, f'(arg{index})')}" for index, one in enumerate(parameters if known else ())
        ]
        self._mode = "given"
        self._trail.append("()")
        returned = self.result((result,))
        self._trail.pop()
        self._mode = before
        return f"({', '.join(taken) if known else '...args: any[]'}) => Promise<{returned}>"

    # Names

    def _named(self, annotation: Any, origin: Any, args: Sequence[Any]) -> str:
        if isinstance(annotation, (typing.NewType, typing_extensions.NewType)):
            return self._one(annotation.__supertype__)
        if isinstance(annotation, typing.TypeVar):
            return self._variable(annotation)
        cls = origin or annotation
        if is_alias(cls):
            return self._alias(cls, args)
        if isinstance(cls, type) and issubclass(cls, enum.Enum):
            return self._mention(self._declarations.declare(cls, cls.__name__, lambda mode: self._enum(cls, mode), cls))
        if isinstance(cls, type) and is_record(cls):
            return self._record(cls, args)
        return (
            self._inherited(cls) or other_class(cls, self._mode) or self._refuse(refusal(annotation), shown(annotation))
        )

    def _variable(self, variable: typing.TypeVar) -> str:
        if variable in self._generic:
            return variable.__name__
        if variable in self._variables:
            return self._one(self._variables[variable])
        default = getattr(variable, "__default__", typing_extensions.NoDefault)
        if default not in (None, typing_extensions.NoDefault, getattr(typing, "NoDefault", None)):
            return self._one(default)
        if variable.__constraints__:
            return self.union(variable.__constraints__)
        return "unknown" if variable.__bound__ is None else self._one(variable.__bound__)

    def _enum(self, cls: type[enum.Enum], mode: Mode) -> Written:
        scope = _Scope(self._declarations, mode, {}, frozenset())
        if issubclass(cls, enum.Flag):
            return scope.finish("number")
        members = list(cls)
        texts = dict.fromkeys(literal(member) for member in members)
        if None in texts:
            wrong = next(member for member in members if literal(member) is None)
            reason = f"{cls.__name__}.{wrong.name} has a value that TypeScript cannot write. Use text or numbers."
            return scope.finish(scope._refuse(reason, cls.__name__))
        return scope.finish(" | ".join(text for text in texts if text) or "never")

    def _alias(self, alias: Any, args: Sequence[Any]) -> str:
        parameters = tuple(alias.__type_params__)

        def make(mode: Mode) -> Written:
            scope = _Scope(self._declarations, mode, {}, frozenset(parameters), in_alias=True)
            return scope.finish(scope.write(value_of(alias)))

        return self._generic_mention(alias, alias.__name__, parameters, args, make)

    def _record(self, cls: Any, args: Sequence[Any]) -> str:
        generic: Mapping[str, Any] = getattr(cls, "__pydantic_generic_metadata__", None) or {}
        if generic.get("origin") is not None:
            cls, args = generic["origin"], generic["args"]
        parameters = tuple(generic.get("parameters", ()) or getattr(cls, "__parameters__", ()))
        if parameters and has_key_variable(cls):
            return self._concrete(cls, parameters, args)

        def make(mode: Mode) -> Written:
            return _Scope(self._declarations, mode, inherited_variables(cls), frozenset(parameters), own=cls)._body(cls)

        return self._generic_mention(cls, cls.__name__, parameters, args, make)

    def _concrete(self, cls: Any, parameters: Sequence[Any], args: Sequence[Any]) -> str:
        """A generic class written out for its arguments: only they say whether a mapping is an object or a Map."""
        given = [self._variables.get(arg, arg) if is_hashable(arg) else arg for arg in args]
        variables = {**inherited_variables(cls), **dict(zip(parameters, given, strict=False))}
        name = cls.__name__ + "".join(label(arg) for arg in given)
        key = (cls, tuple(map(str, given)))
        return self._mention(
            self._declarations.declare(
                key,
                name,
                lambda mode: _Scope(self._declarations, mode, variables, frozenset(), own=cls)._body(cls),
                cls,
            )
        )

    def _generic_mention(
        self, subject: Any, name: str, parameters: Sequence[Any], args: Sequence[Any], make: Any
    ) -> str:
        shown_parameters = f"<{', '.join(one.__name__ for one in parameters)}>" if parameters else ""
        text = self._mention(self._declarations.declare(subject, name, make, subject, shown_parameters))
        if not parameters:
            return text
        filled = [*args, *parameters[len(args) :]]
        return f"{text}<{', '.join(self.write(arg) for arg in filled)}>"

    def _mention(self, declaration: Declaration) -> str:
        self._written.mentions.append(Mention(declaration.number, self._mode, "".join(self._trail)))
        return mark(declaration.number, self._mode)

    def _inherited(self, cls: Any) -> str | None:
        """A class made from a container, such as `class Tags(list[str])`, which nothing else is known of."""
        for base in getattr(cls, "__orig_bases__", ()):
            if typing.get_origin(base) in (*_ARRAYS, *_SETS, *MAPPINGS, tuple):
                return self._one(base)
        return None

    # Records

    def _body(self, cls: Any) -> Written:
        shape = shape_of(cls, self._mode)
        if issubclass(cls, BaseModel) and self._mode == "given":
            self._mode = "dumped"
        if shape.instead is not NOTHING:
            self._in_alias = True
            return self.finish(self.write(shape.instead))
        if shape.is_array:
            parts = [f"{one.name}{'?' if one.optional else ''}: {self._field(one)}" for one in shape.fields]
            return self.finish(f"[{', '.join(parts)}]")
        lines = [f"  {_head(one)}: {self._field(one)}\n" for one in shape.fields]
        if shape.has_others:
            lines.append("  [name: string]: unknown\n")
        return self.finish("{\n" + "".join(lines) + "}", [one.python for one in shape.fields])

    def _field(self, one: Field) -> str:
        return self.write(one.annotation, f".{one.name}")

    def _refuse(self, reason: str, what: str) -> str:
        self._written.problems.append(("".join(self._trail), reason))
        return f"unknown /* {_comment(what)} */" if what else "unknown"


def _bare(text: str) -> str:
    """One member of a union alone needs no parentheses."""
    return text[1:-1] if text.startswith("(") and "=>" in text else text


def _head(one: Field) -> str:
    return f"{'readonly ' if one.readonly else ''}{_key(one.name)}{'?' if one.optional else ''}"


def _key(name: str) -> str:
    return name if name.isidentifier() else json.dumps(name)


def _comment(text: str) -> str:
    return re.sub(r"[^\w.,|\[\] ]", "", text)
