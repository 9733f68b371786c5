"""The client components of values.tsx. Generated; changes are lost."""

# pyright: reportInvalidTypeVarUse=false
# ruff: noqa

from collections.abc import AsyncIterable, Awaitable, Mapping, Sequence, Set
from datetime import datetime
from enum import Enum
from jetbridge import Element, File, FormData
from jetbridge.flight import BigInt, Map, TypedArray, Undefined
from jetbridge.html.client_component import ComponentFactory
from jetbridge.html.typed import ClientExport, ClientValue, Component, ElementType, Model, Text
from jetbridge.html.values import Key
from pydantic import BaseModel
from typing import Any, Literal, Protocol, TypeAlias
from typing_extensions import NotRequired, ReadOnly, TypedDict

Author: TypeAlias = AuthorDict | AuthorBase | AuthorObject

class AuthorDict(TypedDict):
    name: ReadOnly[Text]
    email: NotRequired[ReadOnly[Text]]

class AuthorBase(TypedDict):
    name: ReadOnly[Text]

class AuthorObject(Protocol):
    @property
    def name(self) -> Text: ...

Point: TypeAlias = PointDict | PointObject

class PointDict(TypedDict):
    """A point of a chart."""

    x: ReadOnly[float]
    y: ReadOnly[float]

class PointObject(Protocol):
    @property
    def x(self) -> float: ...
    @property
    def y(self) -> float: ...

Tree: TypeAlias = TreeDict | TreeObject

class TreeDict(TypedDict):
    label: ReadOnly[Text]
    children: ReadOnly[Sequence[Tree]]

class TreeObject(Protocol):
    @property
    def label(self) -> Text: ...
    @property
    def children(self) -> Sequence[Tree]: ...

ObjectsShapeCircle: TypeAlias = ObjectsShapeCircleDict | ObjectsShapeCircleObject

class ObjectsShapeCircleDict(TypedDict):
    kind: ReadOnly[Literal["circle"] | Enum]
    radius: ReadOnly[float]

class ObjectsShapeCircleObject(Protocol):
    @property
    def kind(self) -> Literal["circle"] | Enum: ...
    @property
    def radius(self) -> float: ...

ObjectsShapeSquare: TypeAlias = ObjectsShapeSquareDict | ObjectsShapeSquareObject

class ObjectsShapeSquareDict(TypedDict):
    kind: ReadOnly[Literal["square"] | Enum]
    side: ReadOnly[float]

class ObjectsShapeSquareObject(Protocol):
    @property
    def kind(self) -> Literal["square"] | Enum: ...
    @property
    def side(self) -> float: ...

PartialFull: TypeAlias = PartialFullDict | PartialFullBase | Model

class PartialFullDict(TypedDict):
    id: NotRequired[ReadOnly[float]]
    title: NotRequired[ReadOnly[Text]]
    body: NotRequired[ReadOnly[Text]]
    createdAt: NotRequired[ReadOnly[datetime]]

class PartialFullBase(TypedDict): ...

PickFull: TypeAlias = PickFullDict | PickFullObject

class PickFullDict(TypedDict):
    id: ReadOnly[float]
    title: ReadOnly[Text]

class PickFullObject(Protocol):
    @property
    def id(self) -> float: ...
    @property
    def title(self) -> Text: ...

OmitFull: TypeAlias = OmitFullDict | OmitFullObject | BaseModel

class OmitFullDict(TypedDict):
    id: ReadOnly[float]
    title: ReadOnly[Text]
    createdAt: ReadOnly[datetime]

class OmitFullObject(Protocol):
    @property
    def id(self) -> float: ...
    @property
    def title(self) -> Text: ...
    @property
    def createdAt(self) -> datetime: ...

ObjectsBoth: TypeAlias = ObjectsBothDict | ObjectsBothBase | ObjectsBothObject

class ObjectsBothDict(TypedDict):
    name: ReadOnly[Text]
    email: NotRequired[ReadOnly[Text]]
    age: ReadOnly[float]

class ObjectsBothBase(TypedDict):
    name: ReadOnly[Text]
    age: ReadOnly[float]

class ObjectsBothObject(Protocol):
    @property
    def name(self) -> Text: ...
    @property
    def age(self) -> float: ...

ObjectsInline: TypeAlias = ObjectsInlineDict | ObjectsInlineObject

class ObjectsInlineDict(TypedDict):
    deep: ReadOnly[ObjectsInlineDeep]

class ObjectsInlineObject(Protocol):
    @property
    def deep(self) -> ObjectsInlineDeep: ...

ObjectsInlineDeep: TypeAlias = ObjectsInlineDeepDict | ObjectsInlineDeepObject

class ObjectsInlineDeepDict(TypedDict):
    deeper: ReadOnly[Text]

class ObjectsInlineDeepObject(Protocol):
    @property
    def deeper(self) -> Text: ...

ObjectsDashed: TypeAlias = ObjectsDashedDict | Model

ObjectsDashedDict = TypedDict(
    "ObjectsDashedDict",
    {
        "content-type": ReadOnly[Text],
        "class": ReadOnly[Text],
    },
)

class ValuesComponent(ComponentFactory):
    def __call__(
        self,
        *,
        key: Key = None,
        color: Literal["blue", "red"] | Enum = ...,
        level: Literal[0, 1] | Enum = ...,
        at: datetime = ...,
        big: BigInt = ...,
        bytes: bytes | bytearray | memoryview = ...,
        floats: TypedArray = ...,
        buffer: TypedArray = ...,
        names: Map = ...,
        numbered: Mapping[int, Text] | Map = ...,
        seen: Set[Text] = ...,
        pair: tuple[Text, float] = ...,
        some: tuple[Text] | tuple[Text, float] = ...,
        many: tuple[Text, *tuple[float, ...]] = ...,
        scores: Mapping[str, float] = ...,
        later: Awaitable[Text] = ...,
        lines: AsyncIterable[Text] = ...,
        file: File = ...,
        form: FormData = ...,
        anything: Any = ...,
        something: object = ...,
        brand: Text = ...,
        template: Text = ...,
        mixed: Text | float | None = ...,
        explicit: Text | Undefined,
        engine: ClientValue = ...,
        node: ClientValue = ...,
        Icon: Component = ...,
        as_: ElementType = ...,
        error: Exception = ...,
    ) -> Element:
        """app/values.tsx:33"""

Values: ValuesComponent  # app/values.tsx:33

class ObjectsComponent(ComponentFactory):
    def __call__(
        self,
        *,
        key: Key = None,
        author: Author,
        points: Sequence[Point],
        tree: Tree = ...,
        shape: ObjectsShapeCircle | ObjectsShapeSquare = ...,
        partial: PartialFull = ...,
        picked: PickFull = ...,
        omitted: OmitFull = ...,
        both: ObjectsBoth = ...,
        inline: ObjectsInline = ...,
        readonly_list: Sequence[Author] = ...,
        by_name: Mapping[str, Author] = ...,
        dashed: ObjectsDashed = ...,
    ) -> Element:
        """app/values.tsx:67"""

Objects: ObjectsComponent  # app/values.tsx:67

LIMIT: ClientExport  # app/values.tsx:84

useCart: ClientExport  # app/values.tsx:85
