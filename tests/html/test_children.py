import asyncio
from collections import deque
from datetime import date
from enum import StrEnum
from types import GeneratorType

import pytest
from pydantic import BaseModel

from jetbridge.html import b, div, h1, li, p, ul


class Status(StrEnum):
    DRAFT = "draft"


class Post(BaseModel):
    title: str = "x"


class Text(str):
    """As template libraries mark text."""


async def greeting():
    return p["hello"]


@pytest.mark.parametrize(
    ("child", "expected"),
    [
        (Text("x"), "x"),
        (Status.DRAFT, "draft"),
        ([Text("x")], ("x",)),
        (["a", ["b", ("c",)]], ("a", ("b", ("c",)))),
        (False, False),
        (0, 0),
    ],
)
def test_normalised(child, expected):
    """Subclasses of str become plain str, tuples become lists."""
    children = div(child).props["children"]

    assert children == expected
    assert type(children) is type(expected)


def test_generator_is_lazy():
    """A generator runs when the page is rendered, not when it is written."""
    seen = []
    children = ul[(seen.append(n) or li[n] for n in range(2))].props["children"]

    assert isinstance(children, GeneratorType)
    assert seen == []
    assert [item.type for item in children] == ["li", "li"]
    assert seen == [0, 1]


@pytest.mark.parametrize("items", [range(2), {"a": 1, "b": 2}.values(), map(str, [1, 2]), deque([1, 2])])
def test_other_iterables(items):
    """Any other iterable is read like a generator."""
    children = ul[items].props["children"]

    assert isinstance(children, GeneratorType)
    assert len(list(children)) == 2


def test_unknown_object_in_an_iterable():
    """What an iterable gives is checked when it is read."""
    children = ul[map(dict, [[("a", 1)]])].props["children"]

    with pytest.raises(TypeError, match="Cannot show a dict in <ul>"):
        list(children)


def test_awaitables():
    """Awaitables and asynchronous generators stay what they are."""

    async def several():
        yield "a"

    async def run():
        task = asyncio.ensure_future(greeting())
        stream = several()
        children = div[task, stream].props["children"]

        assert children == [task, stream]
        await task

    asyncio.run(run())


@pytest.mark.parametrize(
    ("child", "message"),
    [
        ({"a": 1}, "Cannot show a dict in <div>: a dict has no text; pick its values"),
        ({1, 2}, "Cannot show a set in <div>: a set has no order; write sorted"),
        (b"x", "Cannot show a bytes in <div>: decode it"),
        (date(2026, 1, 1), "Cannot show a date in <div>: show one of its fields, or its text by str"),
        (Post(), "Cannot show a Post in <div>: show one of its fields"),
        (object(), "Cannot show an object in <div>"),
        (greeting, r"Cannot show greeting \(function\) in <div>: call it"),
        (h1, "Cannot show <factory of h1> .*: call it"),
        (Post, "Cannot show Post"),
        ([["ok", {"a": 1}]], "Cannot show a dict in <div>"),
        (("ok", {"a": 1}), "Cannot show a dict in <div>"),
    ],
)
def test_refused(child, message):
    """What cannot be shown is an error where it is written, with what to write instead."""
    with pytest.raises(TypeError, match=message):
        div(id="x")[child]
    with pytest.raises(TypeError, match=message):
        div[child]
    with pytest.raises(TypeError, match=message):
        div(child)


@pytest.mark.parametrize(("is_new", "shown"), [(True, "b"), (False, None)])
def test_conditions(is_new, shown):
    """`condition and element` shows the element or nothing."""
    first, *_ = div[is_new and b["new"], "x"].props["children"]

    assert getattr(first, "type", None) == shown
