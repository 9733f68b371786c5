import pytest

from jetbridge.components import ErrorBoundary, ErrorMessage, Form, Link, RetryButton
from jetbridge.flight.model import ClientReference
from jetbridge.html import p


def post(form):
    """A server action as far as elements know."""


@pytest.mark.parametrize(
    ("element", "name", "props"),
    [
        (Link(href="/posts")["Posts"], "Link", {"href": "/posts", "children": "Posts"}),
        (
            Link(href="/", replace=True, scroll=False, prefetch=True, class_name="x"),
            "Link",
            {"href": "/", "replace": True, "scroll": False, "prefetch": True, "className": "x"},
        ),
        (Form(action="/search", aria_label="Search"), "Form", {"action": "/search", "aria-label": "Search"}),
        (Form(action=post, key=1), "Form", {"action": post}),
        (ErrorMessage["Sync failed."], "ErrorMessage", {"children": "Sync failed."}),
        (ErrorMessage(), "ErrorMessage", {}),
        (RetryButton(class_name="x")["Again"], "RetryButton", {"className": "x", "children": "Again"}),
        (ErrorBoundary(fallback="Failed")["x"], "ErrorBoundary", {"fallback": "Failed", "children": "x"}),
        (ErrorBoundary("x", fallback="Failed"), "ErrorBoundary", {"fallback": "Failed", "children": "x"}),
    ],
)
def test_component(element, name, props):
    """The built-in components are exports of the runtime module, and take attributes like the elements they show."""
    assert element.type == ClientReference("jetbridge", name)
    assert element.props == props


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Link(), "Link needs href"),
        (lambda: Link["x"], "Link needs href"),
        (lambda: Form[p["x"]], "Form needs action"),
        (lambda: ErrorBoundary[p["x"]], "ErrorBoundary needs fallback"),
        (lambda: Link(href="/", prefech=True), "<Link> has no attribute prefech. Did you mean prefetch"),
        (lambda: Link(href="/", on_click=post), "Event handlers belong in a client component"),
    ],
)
def test_mistakes(make, message):
    """What a component needs is asked for where it is written."""
    with pytest.raises(TypeError, match=message):
        make()
