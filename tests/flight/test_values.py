"""What Python values become on the wire, and what is refused."""

from __future__ import annotations

import array
import dataclasses
import enum
import io
import socket
import sys
import threading
import uuid
from collections import OrderedDict, UserDict, defaultdict, deque, namedtuple
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest
from pydantic import BaseModel, Field, RootModel, SecretStr, computed_field

from jetbridge.errors import EncodeError
from jetbridge.flight.model import (
    UNDEFINED,
    BigInt,
    ClientReference,
    Element,
    File,
    FormData,
    JSDate,
    Map,
    OneShot,
    ServerReference,
    Set,
    Symbol,
    TypedArray,
)
from tests.flight.support import encode, failure

CHARACTERS = "w" if sys.version_info >= (3, 13) else "u"
"""The type code of an array of characters."""


class Color(enum.Enum):
    RED = "red"


class Level(enum.IntEnum):
    HIGH = 3


class Flags(enum.Flag):
    A = 1
    B = 2


@dataclasses.dataclass
class Point:
    x: int
    y: Any


class Text(str):
    __slots__ = ()


Pair = namedtuple("Pair", "a b")


class Post(BaseModel):
    title: str = Field(serialization_alias="postTitle")
    secret: str = Field("s", exclude=True)
    when: datetime | None = None

    @computed_field
    def shout(self) -> str:
        return self.title.upper()


PLUS_TWO = timezone(timedelta(hours=2))


@pytest.mark.parametrize(
    ("value", "rows"),
    [
        (None, "0:null\n"),
        (True, "0:true\n"),
        (0, "0:0\n"),
        (2**53 - 1, "0:9007199254740991\n"),
        (2**53, '0:"$n9007199254740992"\n'),
        (-(2**53), '0:"$n-9007199254740992"\n'),
        (BigInt(7), '0:"$n7"\n'),
        (1.5, "0:1.5\n"),
        (1.0, "0:1.0\n"),
        (-0.0, "0:-0.0\n"),
        (float("nan"), '0:"$NaN"\n'),
        (float("inf"), '0:"$Infinity"\n'),
        (float("-inf"), '0:"$-Infinity"\n'),
        (UNDEFINED, '0:"$undefined"\n'),
        ("text", '0:"text"\n'),
        ("$text", '0:"$$text"\n'),
        (Text("$x"), '0:"$$x"\n'),
        ("\ud800", '0:"\\ud800"\n'),
        (Color.RED, '0:"red"\n'),
        (Level.HIGH, "0:3\n"),
        (Flags.A | Flags.B, "0:3\n"),
        (Decimal("1.10"), '0:"1.10"\n'),
        (uuid.UUID(int=1), '0:"00000000-0000-0000-0000-000000000001"\n'),
        (datetime(2024, 5, 6, 7, 8, 9, 123456, UTC), '0:"$D2024-05-06T07:08:09.123Z"\n'),
        (datetime(2024, 5, 6, 7, 8, 9, tzinfo=PLUS_TWO), '0:"$D2024-05-06T05:08:09.000Z"\n'),
        (datetime(2024, 5, 6, 7, 8, 9), '0:"$D2024-05-06T07:08:09.000Z"\n'),
        (JSDate(-62_198_755_200_000), '0:"$D-000001-01-01T00:00:00.000Z"\n'),
        (JSDate(None), "0:null\n"),
        (date(2024, 5, 6), '0:"2024-05-06"\n'),
        (time(7, 8), '0:"07:08:00"\n'),
        (Symbol("a.b"), '0:"$Sa.b"\n'),
        ([1, [2]], "0:[1,[2]]\n"),
        ((1, (2,)), "0:[1,[2]]\n"),
        (Pair(1, 2), "0:[1,2]\n"),
        (range(3), "0:[0,1,2]\n"),
        (deque([1, 2]), "0:[1,2]\n"),
        ((n * n for n in range(3)), "0:[0,1,4]\n"),
        (map(str, [1, 2]), '0:["1","2"]\n'),
        ({"a": 1}.values(), "0:[1]\n"),
        ({"a": {"$b": 1}}, '0:{"a":{"$b":1}}\n'),
        (OrderedDict(a=1), '0:{"a":1}\n'),
        (defaultdict(list, a=[1]), '0:{"a":[1]}\n'),
        (UserDict(a=1), '0:{"a":1}\n'),
        (MappingProxyType({"a": 1}), '0:{"a":1}\n'),
        ({Text("k"): 1}, '0:{"k":1}\n'),
        ({1: "a", "b": 2}, '1:[[1,"a"],["b",2]]\n0:"$Q1"\n'),
        (Map([("a", 1), ("a", 2)]), '1:[["a",2]]\n0:"$Q1"\n'),
        ({7}, '1:[7]\n0:"$W1"\n'),
        (frozenset(), '1:[]\n0:"$W1"\n'),
        (Set([1, True, 1.0]), '1:[1,true]\n0:"$W1"\n'),
        (OneShot([1]), '1:[1]\n0:"$i1"\n'),
        (Point(1, [2]), '0:{"x":1,"y":[2]}\n'),
        (Post(title="t"), '0:{"postTitle":"t","when":null,"shout":"T"}\n'),
        ([Post(title="t", when=datetime(2024, 1, 1))], None),
        (RootModel[list[int]]([1, 2]), "0:[1,2]\n"),
        (b"abc", '1:o3,abc0:"$1"\n'),
        (bytearray(b"abc"), '1:o3,abc0:"$1"\n'),
        (memoryview(b"abc"), '1:o3,abc0:"$1"\n'),
        (array.array("h", [1]), '1:S2,\x01\x000:"$1"\n'),
        (array.array("Q", [1]), '1:m8,\x01\0\0\0\0\0\0\x000:"$1"\n'),
        (TypedArray("DataView", b"ab"), '1:V2,ab0:"$1"\n'),
        (FormData([("a", "1"), ("a", "$2")]), '1:[["a","1"],["a","$$2"]]\n0:"$K1"\n'),
        (File(b"abc", "n.txt", "text/plain"), '2:o3,abc1:["text/plain","$2"]\n0:"$B1"\n'),
        (File(b"", None, ""), '1:[""]\n0:"$B1"\n'),
        (ServerReference("id"), '1:{"id":"id","bound":null}\n0:"$h1"\n'),
        (ServerReference("$id", (1, "$")), '1:[1,"$$"]\n2:{"id":"$$id","bound":"$@1"}\n0:"$h2"\n'),
        (ClientReference("a.tsx", "B"), '1:I["a.tsx",["c1","c1.js"],"B"]\n:HS["/c1.css","default"]\n0:"$1"\n'),
        (ValueError("secret"), '1:{"name":"Error","message":"","stack":[],"env":"Server"}\n0:"$Z1"\n'),
        (Element("p", "k", {"children": "$x"}), '0:["$","p","k",{"children":"$$x"}]\n'),
        (["$", "div", None, {}], '0:["$$","div",null,{}]\n'),
    ],
)
def test_value(value: Any, rows: str | None) -> None:
    """A value is written as the reference says (docs/reference/flight.md)."""
    assert encode(value) == (rows or '0:[{"postTitle":"t","when":"$D2024-01-01T00:00:00.000Z","shout":"T"}]\n')


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (timedelta(1), "Cannot send timedelta to the browser. Flight has no durations: send seconds as int."),
        (len, "Cannot send the function len to the browser. Only server actions can be sent"),
        (Point, "Cannot send the class Point to the browser."),
        (threading.Lock(), "Cannot send lock to the browser. Send plain data"),
        (SecretStr("x"), "Cannot send SecretStr to the browser."),
        (1j, "Cannot send complex to the browser. Send the two parts as numbers."),
        (sys, "Cannot send module to the browser."),
        (io.StringIO("secret"), "Cannot send StringIO to the browser. Read it first: send bytes, text or a File."),
        (array.array(CHARACTERS, "ab"), "Cannot send an array of characters"),
        pytest.param(10**5000, "Cannot send an int of so many digits", id="digits"),
    ],
)
def test_refused_value(value: Any, text: str) -> None:
    """What cannot travel is named, with what to do instead and without its content."""
    error, where = failure(value)

    assert isinstance(error, EncodeError)
    assert str(error).startswith(text)
    assert error.path == where.path == ""


@pytest.mark.parametrize(
    ("value", "path", "text"),
    [
        ({"a": [1, {"b": timedelta(1)}]}, "a[1].b", "at a[1].b."),
        (Element("div", None, {"children": ["x", Element("p", None, {"x": 1j})]}), "props.x", "at props.x of <p>."),
        (
            Element(ClientReference("a.tsx", "Card"), None, {"card": {"due": timedelta(1)}}),
            "props.card.due",
            "at props.card.due of <Card>.",
        ),
        (Point(1, {2: timedelta(1)}), "y[0][1]", "at y[0][1]."),
        ({"form": [{"f": (n for n in [socket])}]}, "form[0].f[0]", "at form[0].f[0]."),
    ],
)
def test_path_of_a_refused_value(value: Any, path: str, text: str) -> None:
    """The message says where the value stands, from the innermost element."""
    error, where = failure(value)

    assert where.path == path
    assert text in str(error)


def test_a_naive_datetime_is_taken_to_be_in_utc() -> None:
    """The time zone of the server's machine changes nothing."""
    assert encode(datetime(2024, 1, 1)) == encode(datetime(2024, 1, 1, tzinfo=UTC))


def test_long_text_is_a_row_of_its_own() -> None:
    """Long strings travel unescaped, and the same string once."""
    text = '"' * 1024

    assert encode({"a": text, "b": text}) == f'1:T400,{text}0:{{"a":"$1","b":"$1"}}\n'


def test_long_text_with_a_lone_surrogate() -> None:
    """What has no UTF-8 stays in the JSON, escaped."""
    text = "x" * 1024 + "\ud800"

    assert encode([text]) == f'0:["{text[:-1]}\\ud800"]\n'
