"""Client components as Python calls them: `DeleteButton(action=delete_post)["Delete"]`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jetbridge.flight.model import ClientReference
from jetbridge.html.children import Node, as_children
from jetbridge.html.names import prop_name
from jetbridge.html.tag import Factory, OpenElement
from jetbridge.html.values import Key, as_key


class ComponentFactory(Factory):
    """The factory of one client component. `__call__` is typed by each subclass.

    Props are written in snake_case and arrive in camelCase: `post_id=` becomes `postId`.
    """

    __slots__ = ()
    type: ClientReference

    @property
    def reference(self) -> ClientReference:
        """The export that this component is."""
        return self.type

    def _make(self, *children: Node, **props: Any) -> OpenElement:
        made: dict[str, Any] = {}
        key = as_key(props.pop("key", None))
        if "ref" in props:
            raise TypeError(f"{self.type.name} takes no ref from the server: refs belong to the browser's page.")
        for name, value in props.items():
            react_name = prop_name(name)
            if react_name in made:
                raise TypeError(f"{self.type.name} has two props {react_name}; one of them is written {name}.")
            made[react_name] = value.type if isinstance(value, ComponentFactory) else value
        if children:
            if "children" in made:
                raise TypeError(f"{self.type.name} has children twice: in brackets and as a prop.")
            made["children"] = as_children(children, self.type.name)
        return OpenElement(self.type, key, made)

    if not TYPE_CHECKING:
        __call__ = _make


class ClientComponent(ComponentFactory):
    """A client component whose props are not known to type checkers."""

    __slots__ = ()

    if TYPE_CHECKING:

        def __call__(self, *children: Node, key: Key = None, **props: Any) -> OpenElement: ...


def client_component(path: str, name: str = "default") -> ClientComponent:
    """The export `name` of a client module.

    path: relative to the project, such as "app/posts/delete_button.tsx". Importing from Python does the same:
    `from app.posts.delete_button import DeleteButton`.
    """
    return ClientComponent(ClientReference(path, name))
