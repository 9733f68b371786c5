"""Some sixty types that an action may take and return, with texts that they accept where not every text will do."""

from __future__ import annotations

import collections
import datetime as dt
import enum
from collections.abc import AsyncIterator, Awaitable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Any, Generic, Literal, NamedTuple, NewType, NotRequired, Optional, TypeVar
from uuid import UUID

from pydantic import (
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    RootModel,
    WrapSerializer,
    computed_field,
    field_serializer,
    model_serializer,
)
from pydantic.alias_generators import to_camel
from pydantic.dataclasses import dataclass as pydantic_dataclass
from typing_extensions import TypeAliasType, TypedDict

from jetbridge.flight.model import BigInt, File, FormData

T = TypeVar("T")
K = TypeVar("K")
Cents = NewType("Cents", int)
Json = TypeAliasType("Json", "dict[str, Json] | list[Json] | str | int | bool | None")
Pair = TypeAliasType("Pair", tuple[T, T], type_params=(T,))


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Tag(enum.StrEnum):
    NEW = "new"
    OLD = "old"


class Mixed(enum.Enum):
    TEXT = "text"
    NUMBER = 7
    YES = True


class Author(BaseModel):
    name: str
    born: dt.date | None = None


class Post(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)

    post_title: str
    written_by: Author
    tag_names: set[str] = set()
    changed_at: dt.datetime | None = None
    hidden_note: str = Field("", exclude=True)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def is_long(self) -> bool:
        return len(self.post_title) > 5


class Priced(BaseModel):
    price: Decimal = Field(validation_alias=AliasChoices("amount", "price"), serialization_alias="price")
    wait: dt.timedelta
    codes: Annotated[list[str], Field(max_length=3)] = []

    @field_serializer("wait")
    def seconds(self, wait: dt.timedelta) -> float:
        return wait.total_seconds()


class Extra(BaseModel):
    model_config = ConfigDict(extra="allow")

    known: int


class Comment(BaseModel):
    text: str
    replies: list[Comment] = []


class Cat(BaseModel):
    kind: Literal["cat"] = "cat"
    lives: int = 9


class Dog(BaseModel):
    kind: Literal["dog"]
    color: Color


class Owner(BaseModel):
    pet: Cat | Dog = Field(discriminator="kind")
    by_name: dict[str, Cat | Dog] = {}


class Page(BaseModel, Generic[T]):
    rows: list[T]
    after: int | None = None


class Index(BaseModel, Generic[K, T]):
    items: dict[K, T]


class Ids(RootModel[list[int]]): ...


class Attachment(BaseModel):
    file: File
    bytes_: bytes = Field(b"", alias="bytes")


@dataclass
class Step:
    name: str
    done: bool = False
    parts: list[Step] = field(default_factory=list)


@dataclass
class Box(Generic[T]):
    content: T
    label: str | None = None


@dataclass
class Keeper:
    by_id: dict[int, Author] = field(default_factory=dict)


class Options(TypedDict, total=False):
    color: Color
    size: int | None


class State(TypedDict):
    error: str | None
    values: NotRequired[dict[str, str | list[str]]]


class Point(NamedTuple):
    x: float
    y: float = 0.0


@pydantic_dataclass
class Named:
    name_: str = Field(alias="name")
    size: int = Field(0, validation_alias="width", serialization_alias="breadth")


@dataclass
class Noted:
    note: Annotated[str, Field(alias="text")]


class Nest(BaseModel):
    named: Named
    noted: Noted
    options: Options
    point: Point | None = None
    by_color: dict[Color, set[Level]] = {}
    steps: list[Step] = []
    boxes: Box[Cat] | None = None

    @computed_field  # type: ignore[prop-decorator]
    @property
    def first(self) -> Point | None:
        return self.point


class Celsius(BaseModel):
    degrees: float

    @model_serializer
    def as_number(self) -> float:
        return self.degrees


class Reading(BaseModel):
    at: Annotated[dt.datetime, WrapSerializer(lambda value, _: str(value), return_type=str)]
    heat: Celsius
    wait: Annotated[dt.timedelta | None, PlainSerializer(lambda value: 1, return_type=int, when_used="unless-none")]
    left_out: int = Field(0, exclude_if=lambda value: value == 0)


class Users(Page[Author]):
    total: int = 0


class Rights(enum.IntFlag):
    READ = 1
    WRITE = 2


DATES = ["2026-01-31", "1999-12-01"]
TIMES = ["12:00:00", "23:59:59.5"]
DECIMALS = ["0.10", "-7", "1e3"]
KEYS = ["00000000-0000-0000-0000-000000000001"]

TYPES: list[tuple[Any, list[str]]] = [
    *((one, []) for one in (str, int, float, bool, None, bytes, dt.datetime, BigInt, File, FormData, Any)),
    (dt.date, DATES),
    (dt.time, TIMES),
    (Decimal, DECIMALS),
    (UUID, KEYS),
    *((one, []) for one in (Color, Level, Tag, Mixed, Literal["a", 1, True, None], Cents, Optional[int])),  # noqa: UP045
    *((one, []) for one in (int | str, str | list[str] | None, Annotated[int, Field(ge=-(2**53))], Json, Pair[int])),
    *((one, []) for one in (list[int], list[str | None], Sequence[float], collections.deque[bool], Iterable[int])),
    *((one, []) for one in (tuple[int, str], tuple[int, ...], tuple[()], tuple[Color, Point | None])),
    *((one, []) for one in (set[int], frozenset[str], set[tuple[int, str]], list[set[Color]])),
    *((one, []) for one in (dict[str, int], dict[Tag, int], dict[Literal["a", "b"], str], Mapping[str, list[bool]])),
    *((one, []) for one in (dict[int, str], dict[Color, int], dict[tuple[int, int], str], dict[int, dict[int, bool]])),
    *((one, []) for one in (list[dict[int, str]], dict[int, str] | None, tuple[dict[int, int], str])),
    (dict[UUID, int], KEYS),
    (dict[dt.date, Author], DATES),
    (Author, DATES),
    (Post, DATES),
    (Priced, DECIMALS),
    *((one, []) for one in (Extra, Comment, Cat | Dog, Annotated[Cat | Dog, Field(discriminator="kind")], Owner)),
    *((one, []) for one in (Page[int], Page[Cat], Page[dict[int, str]], Index[str, int], Index[int, Cat], Ids)),
    *((one, []) for one in (Attachment, Step, Box[int], Box[list[Cat]], Box[dict[int, str]], Options, State, Point)),
    (Keeper, DATES),
    *((one, []) for one in (Named, list[Named], Noted, Nest, Celsius, Reading, Literal[Tag.NEW, Level.LOW], Rights)),
    (Users, DATES),
    *((one, []) for one in (AsyncIterator[int], AsyncIterator[Cat], Awaitable[int], list[Awaitable[Cat]])),
]
"""(annotation, texts)."""
