"""What the generated `.pyi` files of client components are written in. Useful in annotations of one's own, too.

What a prop may be in Python is wider than one class: where TypeScript says string, a UUID arrives as one as well.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar, Generic, ParamSpec, Protocol, TypeAlias, TypeVar
from uuid import UUID

from jetbridge.flight.model import ClientReference, Element, FormData
from jetbridge.html.client_component import ComponentFactory
from jetbridge.html.tag import Factory

if TYPE_CHECKING:
    from pydantic import BaseModel

P = ParamSpec("P")
R = TypeVar("R")
C = TypeVar("C")
C_contra = TypeVar("C_contra", contravariant=True)

ServerAction: TypeAlias = Callable[P, Awaitable[R] | R]
"""An action, bound or not, that the browser calls with these arguments: `ServerAction[[State, FormData], State]`."""


class IsDataclass(Protocol):
    """An instance of any dataclass."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


class Takes(Protocol[C_contra]):
    """A client component that still lacks the children that it must have: `Price(currency="EUR")` before `["9.90"]`."""

    def __getitem__(self, children: C_contra, /) -> Element: ...


class MayTake(Element, Generic[C]):
    """A client component that may still get children of this type."""

    __slots__ = ()

    if TYPE_CHECKING:

        def __getitem__(self, children: C, /) -> Element: ...


class ClientExport(Factory):
    """An export of a client module that is no component: it can be given to a component as a prop."""

    __slots__ = ()
    type: ClientReference

    @property
    def reference(self) -> ClientReference:
        """The export that this is."""
        return self.type


ClientValue: TypeAlias = ClientExport | ComponentFactory | ClientReference
"""What can exist in the browser only, such as a function that runs there: an export of a client module."""

Component: TypeAlias = ComponentFactory | ClientReference
"""A client component itself, as a value."""

ElementType: TypeAlias = Factory | ClientReference | str
"""Something that makes elements: a client component, a tag of jetbridge.html, or the name of a tag."""

Text: TypeAlias = str | UUID | Decimal | Enum
"""What arrives as a string."""

if TYPE_CHECKING:
    Model: TypeAlias = BaseModel | IsDataclass
    """What arrives as an object whose fields nothing is known of."""

    TextArgument: TypeAlias = str | UUID | Decimal | Enum | None
    """What an action may declare for an argument that arrives as a string: it is converted to that."""

    DataArgument: TypeAlias = BaseModel | IsDataclass | Mapping[str, Any] | None
    """What an action may declare for an argument that arrives as an object."""

    FormArgument: TypeAlias = FormData | BaseModel | IsDataclass | Mapping[str, Any] | None
    """What an action may declare for a form."""
