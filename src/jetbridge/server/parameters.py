"""Keyword arguments for pages, layouts and route handlers, by the names and annotations of their parameters."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import parse_qsl

from pydantic import TypeAdapter, ValidationError

from jetbridge.errors import BadRequest, NotFound

MAX_QUERY_FIELDS: Final = 1000

Plan = Mapping[str, TypeAdapter[Any] | None]


@cache
def _plan(function: Callable[..., Any]) -> Plan | None:
    """By parameter: what converts its value, None for as it is. None for a function that takes everything."""
    try:
        hints = typing.get_type_hints(function, include_extras=True)
    except (NameError, TypeError):
        hints = {}
    plan: dict[str, TypeAdapter[Any] | None] = {}
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind is parameter.VAR_KEYWORD:
            return None
        annotation = hints.get(name, str)
        converts = name not in ("params", "search_params", "children", "request") and annotation not in (str, Any)
        plan[name] = TypeAdapter(annotation) if converts else None
    return plan


def bind_parameters(function: Callable[..., Any], available: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the available values that the function names, converted to their annotation.

    Raises: NotFound for a part of the URL that does not convert: /posts/abc is no post when its id is an int.
    """
    plan = _plan(function)
    if plan is None:
        return dict(available)
    values: dict[str, Any] = {}
    for name, adapter in plan.items():
        if name not in available:
            continue
        try:
            values[name] = available[name] if adapter is None else adapter.validate_python(available[name])
        except ValidationError:
            raise NotFound from None
    return values


class SearchParams(Mapping[str, str]):
    """The query of a URL: the last value of each name, `get_all(name)` for every one.

    asked: the names that were looked up. asked_all: whether the rest was looked at, too.
    Raises: BadRequest for a query of more than MAX_QUERY_FIELDS fields.
    """

    __slots__ = ("_pairs", "_values", "asked", "asked_all")

    def __init__(self, query: str) -> None:
        try:
            self._pairs = parse_qsl(query, keep_blank_values=True, errors="replace", max_num_fields=MAX_QUERY_FIELDS)
        except ValueError:
            raise BadRequest(f"The query has more than {MAX_QUERY_FIELDS} fields.") from None
        self._values = dict(self._pairs)
        self.asked: set[str] = set()
        self.asked_all = False

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        return self._values[name]

    def __iter__(self) -> typing.Iterator[str]:
        self.asked_all = True
        return iter(self._values)

    def __len__(self) -> int:
        self.asked_all = True
        return len(self._values)

    def __repr__(self) -> str:
        self.asked_all = True
        return f"SearchParams({self._values!r})"

    def get_all(self, name: str) -> list[str]:
        """Every value of one name, in order."""
        self.asked.add(name)
        return [value for key, value in self._pairs if key == name]


def pairs_of(search: SearchParams) -> list[tuple[str, str]]:
    """Names and values as they came, for those who only compare: it does not count as asked."""
    return search._pairs


def page_values(params: Mapping[str, str | list[str]], search: SearchParams) -> Mapping[str, Any]:
    """What a page or layout may ask for: each part of the URL by name, `params` and `search_params`."""
    return MappingProxyType({**params, "params": dict(params), "search_params": search})
