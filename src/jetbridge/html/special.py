"""Elements that are not tags of HTML: fragments, Suspense, raw HTML, custom elements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Unpack

from jetbridge.flight.model import FRAGMENT, SUSPENSE, Element
from jetbridge.html import elements, svg_elements
from jetbridge.html.children import Node, as_children
from jetbridge.html.names import HTML_NAMES, nearest
from jetbridge.html.tag import AttributeFactory, ContentFactory, OpenElement, Tag, VoidTag
from jetbridge.html.values import Key, as_key

if TYPE_CHECKING:
    from jetbridge.html.attributes import GlobalAttributes


class FragmentFactory(ContentFactory):
    """Several nodes as one, without an element around them: `Fragment(key=1)[dt["a"], dd["b"]]`."""

    __slots__ = ()

    def _make(self, *children: Node, key: Key = None) -> Element:
        if not children:
            return OpenElement(FRAGMENT, as_key(key))
        return Element(FRAGMENT, as_key(key), {"children": as_children(children, "Fragment")})

    if TYPE_CHECKING:

        def __call__(self, *children: Node, key: Key = None) -> OpenElement: ...
    else:
        __call__ = _make


class SuspenseFactory(ContentFactory):
    """Shows `fallback` until everything inside is ready: `Suspense(fallback=p["Loading"])[comments(id)]`."""

    __slots__ = ()

    def _make(self, *children: Node, fallback: Node = None, key: Key = None) -> Element:
        props: dict[str, Any] = {"fallback": as_children(fallback, "Suspense fallback")}
        if not children:
            return OpenElement(SUSPENSE, as_key(key), props)
        return Element(SUSPENSE, as_key(key), {**props, "children": as_children(children, "Suspense")})

    if TYPE_CHECKING:

        def __call__(self, *children: Node, fallback: Node = None, key: Key = None) -> OpenElement: ...
    else:
        __call__ = _make


class CustomElementTag(Tag):
    """The factory of a custom element; its own attributes go into `attributes={...}`."""

    __slots__ = ()

    if TYPE_CHECKING:

        def __call__(self, *children: Node, **attributes: Unpack[GlobalAttributes]) -> OpenElement: ...


Fragment: Final = FragmentFactory(FRAGMENT)
Suspense: Final = SuspenseFactory(SUSPENSE)

_TAGS: Final[dict[str, AttributeFactory]] = {
    factory.name: factory
    for module in (elements, svg_elements)
    for factory in (getattr(module, name) for name in module.__all__)
}


def raw_html(html: str, tag: str = "div", **attributes: Unpack[GlobalAttributes]) -> Element:
    """Put HTML text into the page as it is, inside an element of this tag.

    Nothing is escaped: text that came from a user must be cleaned first, or it can run scripts.
    """
    factory = _TAGS.get(tag)
    if factory is None or isinstance(factory, VoidTag):
        meant = nearest(tag, _TAGS)
        hint = f" Did you mean {meant!r}?" if factory is None and meant else ""
        raise ValueError(f"raw_html needs a tag that can have content, not {tag!r}.{hint}")
    return factory._make(dangerously_set_inner_html={"__html": html}, **attributes)


def custom_element(name: str) -> CustomElementTag:
    """The factory of a custom element: `custom_element("color-picker")(id="c", attributes={"mode": "hsl"})`."""
    if "-" not in name or not name.islower():
        raise ValueError(f"The name of a custom element is in small letters and has a hyphen, unlike {name!r}.")
    return CustomElementTag(name, HTML_NAMES)
