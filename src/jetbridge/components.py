"""The client components that come with jetbridge. They work in Server Components and, from "jetbridge", in TSX.

Link, Form, ErrorMessage and RetryButton also take the attributes of the element that they show.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Unpack

from jetbridge import wire
from jetbridge.flight.model import ClientReference, Element
from jetbridge.html.children import Node, as_children
from jetbridge.html.names import HTML_NAMES, names_of
from jetbridge.html.tag import ContentFactory, OpenElement, Tag
from jetbridge.html.values import Key, as_key

if TYPE_CHECKING:
    from jetbridge.html.attributes import AnchorAttributes, ButtonAttributes, FormAttributes, GlobalAttributes

    class LinkProps(AnchorAttributes, total=False):
        replace: bool
        scroll: bool
        prefetch: bool

    class FormProps(FormAttributes, total=False):
        replace: bool
        scroll: bool


class BuiltIn(Tag):
    """A client component of the runtime that shows one element. required: names that must be given."""

    __slots__ = ("required",)

    def __init__(self, name: str, names: Mapping[str, str], *required: str) -> None:
        super().__init__(ClientReference(wire.RUNTIME_MODULE, name), names)
        self.required = required

    def _make(self, *children: Node, **attributes: Any) -> Element:
        for name in self.required:
            if attributes.get(name) is None:
                raise TypeError(f"{self.name} needs {name}.")
        return super()._make(*children, **attributes)

    if not TYPE_CHECKING:
        __call__ = _make

        def __getitem__(self, children: Node) -> Element:
            return self._make(children)


class LinkComponent(BuiltIn):
    """A link that changes pages without a new document; without JavaScript a plain one.

    href: where to; required. replace: takes the place of this page in the history. scroll: whether to start at the
    top of the new page, True unless given. prefetch: fetches the page when the pointer or the focus comes to it.
    """

    __slots__ = ()

    if TYPE_CHECKING:

        def __call__(self, *children: Node, **props: Unpack[LinkProps]) -> OpenElement: ...


class FormComponent(BuiltIn):
    """A form that leads to another page without a new document, such as a search; or any form with a server action.

    action: the URL of that page, which gets the fields as its query, or a server action; required.
    replace, scroll: as for Link.
    """

    __slots__ = ()

    if TYPE_CHECKING:

        def __call__(self, *children: Node, **props: Unpack[FormProps]) -> OpenElement: ...


class ErrorMessageComponent(BuiltIn):
    """In the fallback of an error boundary: what may be said about the error, in a <p role="alert">.

    That is the text of an ActionError, in development that of any error; otherwise the children, by default
    "Something went wrong.", with the reference under which the server's log has the rest.
    """

    __slots__ = ()

    if TYPE_CHECKING:

        def __call__(self, *children: Node, **props: Unpack[GlobalAttributes]) -> OpenElement: ...


class RetryButtonComponent(BuiltIn):
    """In the fallback of an error boundary: a button that fetches the page again and shows what failed.

    Children: its text, by default "Try again".
    """

    __slots__ = ()

    if TYPE_CHECKING:

        def __call__(self, *children: Node, **props: Unpack[ButtonAttributes]) -> OpenElement: ...


class ErrorBoundaryComponent(ContentFactory):
    """Shows `fallback` in place of its children when something in them fails; going to another page resets it.

    Failures of the server while it renders the children count too. An error.py does this for a whole segment.
    """

    __slots__ = ()

    def _make(self, *children: Node, fallback: Node = None, key: Key = None) -> Element:
        if fallback is None:
            raise TypeError("ErrorBoundary needs fallback.")
        props: dict[str, Any] = {"fallback": as_children(fallback, "ErrorBoundary fallback")}
        if not children:
            return OpenElement(self.type, as_key(key), props)
        return Element(self.type, as_key(key), {**props, "children": as_children(children, "ErrorBoundary")})

    if TYPE_CHECKING:

        def __call__(self, *children: Node, fallback: Node, key: Key = None) -> OpenElement: ...
    else:
        __call__ = _make

        def __getitem__(self, children: Node) -> Element:
            return self._make(children)


_REPLACE_SCROLL: Final = {"replace": "replace", "scroll": "scroll"}

Link: Final = LinkComponent("Link", {**names_of("a"), **_REPLACE_SCROLL, "prefetch": "prefetch"}, "href")
Form: Final = FormComponent("Form", {**names_of("form"), **_REPLACE_SCROLL}, "action")
ErrorMessage: Final = ErrorMessageComponent("ErrorMessage", HTML_NAMES)
RetryButton: Final = RetryButtonComponent("RetryButton", names_of("button"))
ErrorBoundary: Final = ErrorBoundaryComponent(ClientReference(wire.RUNTIME_MODULE, "ErrorBoundary"))

__all__ = ["ErrorBoundary", "ErrorMessage", "Form", "Link", "RetryButton"]
