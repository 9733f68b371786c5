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


ClientFunction: TypeAlias = ClientExport | ComponentFactory | ClientReference
"""A function that runs in the browser: an export of a client module. Python functions run on the server."""

Component: TypeAlias = ComponentFactory | ClientReference
"""A client component itself, as a value."""

ElementType: TypeAlias = Factory | ClientReference | str
"""Something that makes elements: a client component, a tag of jetbridge.html, or the name of a tag."""

Text: TypeAlias = str | UUID | Decimal | Enum
"""What arrives as a string."""

if TYPE_CHECKING:
    Model: TypeAlias = BaseModel | IsDataclass
    """What arrives as an object whose fields nothing is known of."""

    _TextParameter: TypeAlias = str | UUID | Decimal | Enum | None
    _DataParameter: TypeAlias = BaseModel | IsDataclass | Mapping[str, Any] | FormData | None

    # What an action may declare for an argument that arrives as a string, an object, a form: the browser's value is
    # converted to it. One variable for each argument, because they differ.
    Text1 = TypeVar("Text1", bound=_TextParameter)
    Text2 = TypeVar("Text2", bound=_TextParameter)
    Text3 = TypeVar("Text3", bound=_TextParameter)
    Text4 = TypeVar("Text4", bound=_TextParameter)
    Data1 = TypeVar("Data1", bound=_DataParameter)
    Data2 = TypeVar("Data2", bound=_DataParameter)
    Data3 = TypeVar("Data3", bound=_DataParameter)
    Data4 = TypeVar("Data4", bound=_DataParameter)
    Form = TypeVar("Form", bound=_DataParameter)
