"""How the functions of the segments become one tree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from jetbridge.errors import ActionError, Forbidden, NotFound
from jetbridge.flight.model import Boundary, ClientReference, Element
from jetbridge.html import div, main
from jetbridge.rendering.compose import Failed, compose_page, failed_level
from jetbridge.rendering.failures import Failure, describe_failure


@dataclass(frozen=True)
class Folder:
    """A segment as the router would match it."""

    key: str = ""
    layout: Callable[..., Any] | None = None
    loading: Callable[..., Any] | None = None
    error: Callable[..., Any] | None = None
    not_found: Callable[..., Any] | None = None


def no_props(component: object) -> dict[str, Any]:
    return {}


def failure(error: BaseException) -> Failure:
    return describe_failure(error, "a test", debug=False)


def outline(node: Any) -> Any:
    """A tree as nested lists of names, to be compared at a glance."""
    if isinstance(node, Boundary):
        return [f"level {node.key}", outline(node.child)]
    if isinstance(node, Element):
        name = node.type if isinstance(node.type, str) else getattr(node.type, "name", None) or node.type.key
        fallback = [{"fallback": outline(node.props["fallback"])}] if "fallback" in node.props else []
        return [f"{name}#{node.key}" if node.key else name, *fallback, outline(node.props.get("children"))]
    return [outline(item) for item in node] if isinstance(node, list) else node


ROOT = Folder("", lambda children: main[children], error=lambda: "root error")
POSTS = Folder("posts", lambda children: div[children], lambda: "loading", lambda: "posts error", lambda: "no post")


def test_layouts_wrap_boundaries_wrap_the_page():
    """From the outside in: layout, error boundary, loading, next segment; each segment is an instance of its own."""
    tree = compose_page([ROOT, POSTS], lambda: "the page", no_props)

    page = ["SegmentBoundary#/posts", "the page"]
    posts = ["ErrorBoundary", {"fallback": "posts error"}, ["react.suspense", {"fallback": "loading"}, page]]
    inner = ["react.fragment#posts", ["div", ["level 1", posts]]]
    assert outline(tree) == ["main", ["level 0", ["ErrorBoundary", {"fallback": "root error"}, inner]]]


def test_another_parameter_is_another_instance():
    """/posts/1 and /posts/2 do not share state in the browser; the folder above them does."""
    one = compose_page([ROOT, Folder("posts"), Folder("id=1")], lambda: "", no_props)
    two = compose_page([ROOT, Folder("posts"), Folder("id=2")], lambda: "", no_props)

    assert "react.fragment#posts" in str(outline(one))
    assert "react.fragment#id=1" in str(outline(one))
    assert "react.fragment#id=2" in str(outline(two))


def test_what_a_function_raises_fails_its_own_place():
    """compose_page does not raise: the place of the function does when it is rendered."""

    def broken() -> str:
        raise ValueError("broken")

    tree = compose_page([ROOT], broken, no_props)

    page = tree.props["children"].child.props["children"]
    assert page.type == ClientReference("jetbridge", "SegmentBoundary")
    with pytest.raises(ValueError, match="broken"):
        page.props["children"].__await__().send(None)


def test_a_failure_replaces_what_is_below_one_layout():
    """The page is not called again, and the layouts above stay."""
    called = []
    tree = compose_page([ROOT, POSTS], lambda: called.append(1), no_props, Failed(1, failure(ActionError("Closed"))))

    shown = ["ErrorBoundary", {"fallback": "posts error"}, None]
    inner = ["react.fragment#posts", ["div", ["level 1", shown]]]
    assert outline(tree) == ["main", ["level 0", ["ErrorBoundary", {"fallback": "root error"}, inner]]]
    assert called == []


@pytest.mark.parametrize(
    ("error", "raised_at", "below", "expected"),
    [
        (ValueError(), 1, None, 1),
        (ValueError(), 0, None, 0),
        (ValueError(), 1, 1, 0),
        (ValueError(), 0, 0, -1),
        (ValueError(), None, None, -1),
        (NotFound(), 1, None, 1),
        (NotFound(), 0, None, 0),
        (Forbidden(), 1, None, 1),
    ],
)
def test_which_boundary_answers(error, raised_at, below, expected):
    """The nearest one of its kind above the place of the error; each failing fallback hands over to the next one up."""
    assert failed_level([ROOT, POSTS], raised_at, failure(error), below) == expected


@pytest.mark.parametrize(
    ("error", "text"),
    [(NotFound(), "Page not found"), (Forbidden(), "Not allowed"), (ValueError("secret"), "Something went wrong")],
)
def test_without_a_fallback_of_its_own_an_application_has_plain_ones(error, text):
    """Every failure says something useful in the application's layout, and nothing secret."""
    plain = Folder("", lambda children: main[children])

    shown = str(outline(compose_page([plain], None, no_props, Failed(0, failure(error)))))

    assert text in shown
    assert "secret" not in shown
