"""The factories behind `div`, `h1`, `img`: called with attributes, indexed with children, they make elements."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final, NoReturn

from jetbridge.flight.model import ClientReference, Element, Symbol
from jetbridge.html.children import PLAIN, Node, as_children
from jetbridge.html.values import FIELDS, as_key, check_field, set_attribute

_new: Final = object.__new__
# Two Python calls less for each element than Element(...): pages have thousands.


class OpenElement(Element):
    """An element that may still get its children: `div(id="x")` before `["text"]`."""

    __slots__ = ()
    props: dict[str, Any]
    __iter__: ClassVar[None] = None
    """Without it, Python would iterate over an element by asking for [0], [1] and so on, for ever."""

    def __getitem__(self, children: Node) -> Element:
        """A copy of this element with these children."""
        props = self.props
        if "dangerouslySetInnerHTML" in props:
            raise TypeError(f"{self!r} has dangerously_set_inner_html: it can have no children.")
        if children.__class__ is not str:
            children = as_children(children, type_name(self.type))
        element = _new(Element)
        element.type = self.type
        element.key = self.key
        element.props = copy = props.copy()
        copy["children"] = children
        return element


PLAIN.add(OpenElement)


class Factory:
    """What all factories share; `type` is the type of the elements they make."""

    __slots__ = ("type",)
    __iter__: ClassVar[None] = None

    def __init__(self, type: str | ClientReference | Symbol) -> None:
        self.type = type

    def __repr__(self) -> str:
        return f"<factory of {type_name(self.type)}>"


class ContentFactory(Factory):
    """The factory of elements that may have children."""

    __slots__ = ()

    def __getitem__(self, children: Node) -> Element:
        """An element without attributes: `h1["text"]`."""
        if children.__class__ is not str:
            children = as_children(children, type_name(self.type))
        element = _new(Element)
        element.type = self.type
        element.key = None
        element.props = {"children": children}
        return element


class AttributeFactory(Factory):
    """The factory of one HTML or SVG element, or of a client component that stands for one.

    Each subclass says in `__call__` which attributes it takes.
    names: Python name -> React's name of each attribute. name: what error texts call it.
    """

    __slots__ = ("is_field", "name", "names")

    def __init__(self, type: str | ClientReference, names: Mapping[str, str]) -> None:
        super().__init__(type)
        self.name = type_name(type)
        self.names = names
        self.is_field = self.name in FIELDS

    def _make(self, *children: Node, **attributes: Any) -> Element:
        names = self.names
        props: dict[str, Any] = {}
        element = _new(Element if children else OpenElement)
        element.type = self.type
        element.key = None
        element.props = props
        for name, value in attributes.items():
            if value.__class__ is str and name in names:
                props[names[name]] = value
            elif name == "key":
                element.key = as_key(value)
            else:
                set_attribute(self.name, names, props, name, value)
        if children:
            if "dangerouslySetInnerHTML" in props:
                raise TypeError(f"<{self.name}> has children and dangerously_set_inner_html: leave one out.")
            props["children"] = as_children(children, self.name)
        if self.is_field:
            check_field(self.name, props)
        return element

    if not TYPE_CHECKING:
        __call__ = _make


class Tag(AttributeFactory, ContentFactory):
    """The factory of an element that may have children."""

    __slots__ = ()


class VoidTag(AttributeFactory):
    """The factory of an element without children."""

    __slots__ = ()

    def _make(self, *children: Node, **attributes: Any) -> Element:
        if children:
            raise self._no_children()
        made = super()._make(**attributes)
        return Element(made.type, made.key, made.props)

    def _no_children(self) -> TypeError:
        return TypeError(f"<{self.name}> has no children: HTML gives it attributes only.")

    if not TYPE_CHECKING:
        __call__ = _make

        def __getitem__(self, children: Node) -> NoReturn:
            raise self._no_children()


def type_name(type: object) -> str:
    """How error texts call a type of element."""
    if isinstance(type, Symbol):
        return type.key.removeprefix("react.").capitalize()
    if isinstance(type, ClientReference):
        return type.name or type.module
    return str(type)
