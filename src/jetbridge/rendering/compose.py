"""From matched segments to one element: layouts around boundaries around the page.

Within a segment the order is React's custom: layout > error boundary > loading > not-found > page or next segment.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from inspect import iscoroutinefunction
from typing import Any, Final, Protocol

from jetbridge import wire
from jetbridge.errors import NotFound, Signal, captured
from jetbridge.flight.model import FRAGMENT, SUSPENSE, Boundary, ClientReference, Element
from jetbridge.rendering.failures import Failure

Component = Callable[..., Any]
"""What a page.py or layout.py defines: returns a node, or an awaitable of one."""

PropsFor = Callable[[Component], Mapping[str, Any]]
"""The keyword arguments of a component, by its signature, without `children`. It may raise as the component may."""

ERROR_BOUNDARY: Final = ClientReference(wire.RUNTIME_MODULE, "ErrorBoundary")
SEGMENT_BOUNDARY: Final = ClientReference(wire.RUNTIME_MODULE, "SegmentBoundary")
ERROR_MESSAGE: Final = ClientReference(wire.RUNTIME_MODULE, "ErrorMessage")


class Segment(Protocol):
    """One folder on the way from app/ to the page, as the router matched it."""

    @property
    def key(self) -> str:
        """The folder's name with the parameter's value: another key is another instance for React."""

    @property
    def layout(self) -> Component | None: ...
    @property
    def loading(self) -> Component | None: ...
    @property
    def error(self) -> Component | None: ...
    @property
    def not_found(self) -> Component | None: ...


@dataclass(frozen=True, slots=True)
class Failed:
    """The content of one segment, below its layout, is replaced by what is shown for a failure."""

    level: int
    failure: Failure


def compose_page(
    segments: Sequence[Segment],
    page: Component | None,
    props_for: PropsFor,
    failed: Failed | None = None,
) -> Any:
    """The tree of one page.

    segments: root first. failed: render this failure in place of what is below the layout of segment `failed.level`.
    The functions are called here; what they raise fails their own place in the tree, not this call.
    """
    keys = [segment.key for segment in segments]
    content: Any
    if page is None:
        content = _Raised(NotFound())
    elif failed is None:
        content = _call(page, props_for)
    else:
        content = None
    node: Any = Element(SEGMENT_BOUNDARY, "/".join(keys), {"children": content})
    for level in range(len(segments) - 1, -1, -1):
        segment = segments[level]
        if failed is not None and level > failed.level:
            continue
        if failed is not None and level == failed.level:
            node = _shown_failure(segment, failed.failure, props_for)
        else:
            node = _with_boundaries(segment, node, props_for)
        node = Boundary(level, node)
        if segment.layout is not None:
            node = _call(segment.layout, props_for, children=node)
        if level > 0:
            node = Element(FRAGMENT, segment.key, {"children": node})
    return node


def failed_level(segments: Sequence[Segment], raised_at: int | None, failure: Failure, below: int | None) -> int:
    """The level whose content a failure replaces: its nearest boundary; -1 when even the root layout failed.

    raised_at: the innermost level whose content it came from, None outside of all.
    below: a level that failed while showing a failure, so that only lower numbers are left.
    """
    if raised_at is None:
        return -1
    start = raised_at if below is None else min(raised_at, below - 1)
    if isinstance(failure.error, Signal) and not isinstance(failure.error, NotFound):
        return start
    for level in range(start, -1, -1):
        segment = segments[level]
        if (segment.not_found if isinstance(failure.error, NotFound) else segment.error) is not None:
            return level
    return 0 if start >= 0 else -1


def failure_document(failure: Failure) -> Element:
    """A whole document for a failure that leaves no layout to stand in."""
    body = Element("body", None, {"children": _default_fallback(failure)})
    return Element("html", None, {"lang": "en", "children": [Element("head"), body]})


def _with_boundaries(segment: Segment, node: Any, props_for: PropsFor) -> Any:
    if segment.loading is not None:
        node = Element(SUSPENSE, None, {"fallback": _call(segment.loading, props_for), "children": node})
    if segment.error is not None:
        node = Element(ERROR_BOUNDARY, None, {"fallback": _call(segment.error, props_for), "children": node})
    return node


def _shown_failure(segment: Segment, failure: Failure, props_for: PropsFor) -> Any:
    if isinstance(failure.error, NotFound) and segment.not_found is not None:
        return _call(segment.not_found, props_for)
    if isinstance(failure.error, Signal) or segment.error is None:
        return _default_fallback(failure)
    return _inside_boundary(failure, _call(segment.error, props_for))


def _inside_boundary(failure: Failure, fallback: Any) -> Element:
    """The fallback within an ErrorBoundary, so that its ErrorMessage and RetryButton know the failure."""
    return Element(ERROR_BOUNDARY, None, {"fallback": fallback, "error": failure.props(), "children": None})


def _default_texts(failure: Failure) -> tuple[str, str]:
    return {
        401: ("Sign in first", "This page is for signed-in users."),
        403: ("Not allowed", "You may not see this page."),
        404: ("Page not found", "There is nothing at this address."),
    }.get(failure.status if isinstance(failure.error, Signal) else 0, ("Something went wrong", "Please try again."))


def _default_fallback(failure: Failure) -> Any:
    title, text = _default_texts(failure)
    expected = isinstance(failure.error, Signal)
    message = text if expected else Element(ERROR_MESSAGE, None, {"children": text})
    parts = [Element("h1", None, {"children": title}), Element("p", None, {"children": message})]
    fallback = Element("main", None, {"children": [Element("title", None, {"children": title}), *parts]})
    return fallback if expected else _inside_boundary(failure, fallback)


class _Raised(Awaitable[Any]):
    """Stands where a component raised before it could return: awaiting it raises there."""

    __slots__ = ("_error",)

    def __init__(self, error: BaseException) -> None:
        self._error = error

    def __await__(self) -> Generator[Any, None, Any]:
        raise self._error
        yield


class _Started(Awaitable[Any]):
    """An async component that begins when it is awaited, so that one which nobody awaits does not run at all."""

    __slots__ = ("_component", "_props")

    def __init__(self, component: Component, props: Mapping[str, Any]) -> None:
        self._component = component
        self._props = props

    def __await__(self) -> Generator[Any, None, Any]:
        return self._component(**self._props).__await__()  # type: ignore[no-any-return]


def _call(component: Component, props_for: PropsFor, **more: Any) -> Any:
    try:
        props = {**props_for(component), **more}
        return _Started(component, props) if iscoroutinefunction(component) else component(**props)
    except BaseException as error:
        ended = captured(error)
        if ended is None:
            raise
        return _Raised(ended)
