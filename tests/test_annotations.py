"""Annotations as validators."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired, Optional, Required, TypedDict, TypeVar

import pytest
from pydantic import Field

from jetbridge.annotations import namespace_of, resolve_annotations, type_adapter

Variable = TypeVar("Variable")


class Part(TypedDict, total=False):
    x: int
    y: Required[str]


class Whole(TypedDict):
    parts: list[Part]
    one: Part | None
    noted: Annotated[Part, "note"]
    by_name: Optional[dict[str, Part]]  # noqa: UP045
    pair: tuple[Part, ...]
    rest: NotRequired[int]


def test_typed_dict_of_the_standard_library():
    """A TypedDict of `typing` is validated at any depth, on every Python."""
    part = {"x": "1", "y": "a"}
    sent = {"parts": [part], "one": None, "noted": part, "by_name": {"k": {"y": "b"}}, "pair": [part]}
    clean = {"x": 1, "y": "a"}

    assert type_adapter(Whole).validate_python(sent) == {
        "parts": [clean],
        "one": None,
        "noted": clean,
        "by_name": {"k": {"y": "b"}},
        "pair": (clean,),
    }


@pytest.mark.parametrize("annotation", [Whole, list[Whole], Whole | None, Annotated[Whole, Field()]])
def test_typed_dict_is_strict_about_keys(annotation):
    """A required key that is missing is an error."""
    with pytest.raises(ValueError, match="Field required"):
        type_adapter(annotation).validate_python([{}] if annotation == list[Whole] else {})


def test_other_annotations():
    """What is no TypedDict stays what it is."""
    assert type_adapter(Literal["a"] | int).validate_python("3") == 3
    assert type_adapter(Annotated[int, Field(gt=0)] | None).validate_python(None) is None


def test_names_are_looked_up():
    """Text becomes the type it names; Annotated stays."""
    names = {"a": "int | None", "b": "Annotated[int, 'x']", "c": str, "d": None}

    assert resolve_annotations(names, {"Annotated": Annotated}) == {
        "a": int | None,
        "b": Annotated[int, "x"],
        "c": str,
        "d": type(None),
    }
    with pytest.raises(NameError):
        resolve_annotations({"a": "Missing"}, {})


def test_type_parameters_of_a_function():
    """What a function calls a type parameter is found in its annotations; without some it is the module alone."""

    def first(items: list[int]) -> int:
        return items[0]

    assert namespace_of(first) is first.__globals__
    first.__type_params__ = (Variable,)
    assert resolve_annotations({"items": "list[Variable]"}, namespace_of(first)) == {"items": list[Variable]}
