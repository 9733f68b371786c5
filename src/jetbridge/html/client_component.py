"""Client components as Python calls them: `DeleteButton(action=delete_post)["Delete"]`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from jetbridge.flight.model import ClientReference, Element
from jetbridge.html.children import Node, as_children
from jetbridge.html.names import prop_name
from jetbridge.html.tag import ContentFactory, Factory, OpenElement, type_name
from jetbridge.html.values import Key, as_key, set_class, set_style


class ComponentFactory(Factory):
    """The factory of one client component. `__call__` is typed by each subclass.

    Props are written in snake_case and arrive in camelCase: `post_id=` becomes `postId`. What their values are is
    between Python and the component, but for `class_name` and `style`, which are written as for elements.
    """

    __slots__ = ()
    type: ClientReference

    @property
    def reference(self) -> ClientReference:
        """The export that this component is."""
        return self.type

    def _make(self, *children: Node, **props: Any) -> Element:
        name = type_name(self.type)
        made: dict[str, Any] = {}
        key = as_key(props.pop("key", None))
        if "ref" in props:
            raise TypeError(f"{name} takes no ref from the server: a ref points at a node of the browser's page.")
        for prop, value in props.items():
            react_name = prop_name(prop)
            if react_name in made:
                raise TypeError(f"{name} gets the prop {react_name} twice; once it is written {prop}.")
            if react_name == "className" and value is not None:
                set_class(name, made, value)
            elif react_name == "style" and isinstance(value, Mapping):
                set_style(name, made, value)
            else:
                made[react_name] = value.type if isinstance(value, Factory) else value
        if "children" in made:
            raise TypeError(f"The children of {name} go into brackets: {name}(...)[child, child].")
        if not children:
            return OpenElement(self.type, key, made)
        return Element(self.type, key, {**made, "children": as_children(children, name)})

    if not TYPE_CHECKING:
        __call__ = _make


class ClientComponent(ComponentFactory, ContentFactory):
    """A client component whose props are not known to type checkers."""

    __slots__ = ()

    if TYPE_CHECKING:

        def __call__(self, *children: Node, key: Key = None, **props: Any) -> OpenElement: ...


def client_component(path: str, name: str = "default") -> ClientComponent:
    """The export `name` of a client module.

    path: relative to the project, such as "app/posts/delete_button.tsx". Importing from Python does the same:
    `from app.posts.delete_button import DeleteButton`.
    """
    return ClientComponent(ClientReference(path, "" if name == "default" else name))
