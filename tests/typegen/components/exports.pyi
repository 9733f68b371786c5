"""The client components of exports.tsx. Generated; changes are lost."""

# pyright: reportInvalidTypeVarUse=false
# ruff: noqa

from collections.abc import Mapping, Sequence
from enum import Enum
from jetbridge import Element
from jetbridge.html import ClientComponent, Node
from jetbridge.html.attributes import ButtonProps
from jetbridge.html.client_component import ComponentFactory
from jetbridge.html.tag import OpenElement
from jetbridge.html.typed import ServerAction, Text
from jetbridge.html.values import Key
from typing import Any, Literal, Protocol, TypeAlias, TypeVar, Unpack, overload
from typing_extensions import ReadOnly, TypedDict

T = TypeVar("T", bound=ListT | Mapping[str, Any])

ListT: TypeAlias = ListTDict | ListTObject

class ListTDict(TypedDict):
    id: ReadOnly[float]

class ListTObject(Protocol):
    @property
    def id(self) -> float: ...

Author: TypeAlias = AuthorDict | AuthorObject

class AuthorDict(TypedDict):
    name: ReadOnly[Text]
    email: ReadOnly[Text | None]

class AuthorObject(Protocol):
    @property
    def name(self) -> Text: ...
    @property
    def email(self) -> Text | None: ...

class OuterComponent(ComponentFactory):
    def __call__(
        self,
        *,
        key: Key = None,
        label: Text,
    ) -> Element:
        """app/exports.tsx:9"""

Outer: OuterComponent  # app/exports.tsx:9

class ToggleComponent(ComponentFactory):
    def __call__(
        self,
        *children: Node,
        key: Key = None,
        pressed: bool = ...,
        on_pressed_change: ServerAction[[bool], None] = ...,
        **attributes: Unpack[ButtonProps],
    ) -> OpenElement:
        """pressed: Whether it is on.

        node_modules/fancy-ui/index.d.ts:7
        """

    def __getitem__(self, children: Node, /) -> Element: ...

Toggle: ToggleComponent  # node_modules/fancy-ui/index.d.ts:7

class SliderComponent(ComponentFactory):
    def __call__(
        self,
        *,
        key: Key = None,
        min: float,
        max: float,
        value: Sequence[float] = ...,
    ) -> Element:
        """node_modules/fancy-ui/index.d.ts:8"""

Slider: SliderComponent  # node_modules/fancy-ui/index.d.ts:8

class MemoComponent(ComponentFactory):
    def __call__(
        self,
        *,
        key: Key = None,
        label: Text,
        count: float,
    ) -> Element:
        """app/exports.tsx:16"""

Memo: MemoComponent  # app/exports.tsx:16

class WithRefComponent(ComponentFactory):
    def __call__(
        self,
        *,
        key: Key = None,
        label: Text,
    ) -> Element:
        """app/exports.tsx:24"""

WithRef: WithRefComponent  # app/exports.tsx:24

class LaterComponent(ComponentFactory):
    def __call__(
        self,
        *,
        key: Key = None,
        label: Text,
    ) -> Element:
        """app/exports.tsx:25"""

Later: LaterComponent  # app/exports.tsx:25

class TypedComponent(ComponentFactory):
    def __call__(
        self,
        *,
        key: Key = None,
        label: Text,
    ) -> Element:
        """app/exports.tsx:26"""

Typed: TypedComponent  # app/exports.tsx:26

class OldComponent(ComponentFactory):
    def __call__(
        self,
        *,
        key: Key = None,
        label: Text,
        size: float = ...,
    ) -> Element:
        """app/exports.tsx:27"""

Old: OldComponent  # app/exports.tsx:27

class ThemeComponent(ComponentFactory):
    def __call__(
        self,
        *children: Node,
        key: Key = None,
        value: Text,
    ) -> OpenElement:
        """app/exports.tsx:32"""

Theme: ThemeComponent  # app/exports.tsx:32

class ListComponent(ComponentFactory):
    def __call__(
        self,
        *,
        key: Key = None,
        items: Sequence[T],
        selected: T = ...,
    ) -> Element:
        """A list of anything.

        app/exports.tsx:35
        """

List: ListComponent  # app/exports.tsx:35

class EitherComponent(ComponentFactory):
    @overload
    def __call__(
        self,
        *,
        key: Key = None,
        kind: Literal["link"] | Enum,
        href: Text,
    ) -> Element:
        """app/exports.tsx:39"""
    @overload
    def __call__(
        self,
        *,
        key: Key = None,
        kind: Literal["button"] | Enum,
        action: ServerAction[[], None],
    ) -> Element:
        """app/exports.tsx:39"""

Either: EitherComponent  # app/exports.tsx:39

class BylineComponent(ComponentFactory):
    def __call__(
        self,
        *,
        key: Key = None,
        author: Author,
    ) -> Element:
        """app/exports.tsx:43"""

Byline: BylineComponent  # app/exports.tsx:43

class OpenComponent(ComponentFactory):
    def __call__(
        self,
        *,
        key: Key = None,
        label: Text,
        **others: Text,
    ) -> Element:
        """app/exports.tsx:47"""

Open: OpenComponent  # app/exports.tsx:47

Loose: ClientComponent  # app/exports.tsx:52

class DefaultExportComponent(ComponentFactory):
    def __call__(
        self,
        *,
        key: Key = None,
        id: float,
    ) -> Element:
        """The main thing.

        app/exports.tsx:57
        """

default: DefaultExportComponent  # app/exports.tsx:57
