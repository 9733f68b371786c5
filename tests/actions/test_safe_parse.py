"""Forms that do not fit, as values: messages by field in words for people, and what was typed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, HttpUrl, SecretStr, field_validator, model_validator
from typing_extensions import TypedDict

from jetbridge.actions.form_state import safe_parse
from jetbridge.flight.model import File, FormData


class Post(BaseModel):
    model_config = ConfigDict(str_strip_whitespace=True)
    title: Annotated[str, Field(min_length=1, max_length=20)]
    body: Annotated[str, Field(min_length=10)]


def test_success():
    """A form that fits gives the model."""
    result = safe_parse(Post, FormData([("title", " A title "), ("body", "long enough, this")]))

    assert result.success
    assert result.error is None
    assert result.data == Post(title="A title", body="long enough, this")
    assert result.values == {"title": " A title ", "body": "long enough, this"}


def test_failure():
    """One that does not gives the first message, the messages by field and what was typed."""
    result = safe_parse(Post, FormData([("title", "  "), ("body", "short")]))

    assert not result.success
    assert result.data is None
    assert result.error.first == "Title is required"
    assert result.error.fields == {"title": ["Title is required"], "body": ["Body must be at least 10 characters"]}
    assert result.values == {"title": "  ", "body": "short"}
    assert result.state == {"error": result.error.first, "fields": result.error.fields, "values": result.values}


class Mood(Enum):
    GOOD = "good"
    BAD = "bad"


class Everything(BaseModel):
    first_name: str
    shortName: Annotated[str, Field(max_length=2)] = "x"  # noqa: N815
    age: Annotated[int, Field(ge=18, le=120)] = 18
    price: Annotated[Decimal, Field(gt=0)] = Decimal(1)
    weight: Annotated[float, Field(lt=10)] = 1
    born: date = date(2000, 1, 1)
    mood: Mood = Mood.GOOD
    kind: Literal["a", "b"] = "a"
    terms: Literal[True] = True
    tags: Annotated[list[str], Field(min_length=1)] = ["x"]
    code: Annotated[str, Field(pattern="^[A-Z]+$", title="Your code")] = "A"
    site: HttpUrl | None = None
    photo: File = File(b"x", "x")
    even: Annotated[int, Field(multiple_of=2)] = 2

    @field_validator("first_name")
    @classmethod
    def not_taken(cls, value: str) -> str:
        if value == "taken":
            raise ValueError("That name is taken.")
        return value


@pytest.mark.parametrize(
    ("entry", "key", "message"),
    [
        (("first_name", "taken"), "first_name", "That name is taken."),
        (("shortName", "abc"), "shortName", "Short name must be at most 2 characters"),
        (("age", "x"), "age", "Age must be a whole number"),
        (("age", "1.5"), "age", "Age must be a whole number"),
        (("age", "3"), "age", "Age must be at least 18"),
        (("age", "200"), "age", "Age must be at most 120"),
        (("price", "x"), "price", "Price must be a number"),
        (("price", "0"), "price", "Price must be more than 0"),
        (("weight", "heavy"), "weight", "Weight must be a number"),
        (("weight", "10"), "weight", "Weight must be less than 10.0"),
        (("born", "yesterday"), "born", "Born must be a date"),
        (("born", "2023-02-29"), "born", "Born must be a date"),
        (("mood", "great"), "mood", "Mood must be one of the choices"),
        (("kind", "c"), "kind", "Kind must be one of the choices"),
        (("code", "lower"), "code", "Your code does not have the right form"),
        (("site", "nowhere"), "site", "Site must be a URL"),
        (("photo", "text"), "photo", "Photo is required"),
        (("even", "3"), "even", "Even must be a multiple of 2"),
        (("terms", "off"), "terms", "Terms is required"),
    ],
)
def test_words(entry, key, message):
    """Messages are sentences for the person who filled in the form, with the name of the field."""
    usual = [("first_name", "Ann"), ("terms", "on"), ("tags", "x")]
    form = FormData([entry, *(one for one in usual if one[0] != entry[0])])

    assert safe_parse(Everything, form).error.fields == {key: [message]}


def test_words_for_what_is_not_there():
    """What was left empty is required, a box that must be ticked and an empty choice too."""
    assert safe_parse(Everything, FormData()).error.fields == {
        "first_name": ["First name is required"],
        "terms": ["Terms is required"],
        "tags": ["Tags is required"],
    }


class Address(BaseModel):
    street: str
    zip_code: Annotated[int, Field(title="Postcode")]


class Line(TypedDict):
    name: str
    count: int


class Order(BaseModel):
    address: Address = Field(alias="shipTo")
    lines: list[Line]
    tags: list[Annotated[str, Field(max_length=2)]]
    sizes: dict[str, int] = {}

    @model_validator(mode="after")
    def not_empty(self) -> Order:
        if not self.lines:
            raise ValueError("Order something.")
        return self


def test_keys_are_the_names_in_the_form():
    """Messages and values stand under the names of the entries, as one path, whichever way they were spelled."""
    entries = [("shipTo[zip_code]", "x"), ("lines[7].name", "a"), ("lines[7].count", "b"), ("lines[2].name", "c")]
    result = safe_parse(Order, FormData([*entries, ("tags[]", "ok"), ("tags[]", "long"), ("sizes.a", "x")]))

    assert result.error.fields == {
        "shipTo.street": ["Street is required"],
        "shipTo.zip_code": ["Postcode must be a whole number"],
        "lines.2.count": ["Count is required"],
        "lines.7.count": ["Count must be a whole number"],
        "tags": ["Tags must be at most 2 characters"],
        "sizes.a": ["A must be a whole number"],
    }
    assert result.values == {
        "shipTo.zip_code": "x",
        "lines.2.name": "c",
        "lines.7.name": "a",
        "lines.7.count": "b",
        "tags": ["ok", "long"],
        "sizes.a": "x",
    }


def test_the_form_as_a_whole():
    """What is about no field stands under the empty name."""
    form = FormData([("shipTo.street", "x"), ("shipTo.zip_code", "1")])

    assert safe_parse(Order, form).error.fields == {"": ["Order something."]}


class Account(BaseModel):
    name: str
    password: SecretStr
    pin: Annotated[str, Field(repr=False)]
    maybe: SecretStr | None = None
    hints: list[SecretStr] = []
    photo: File | None = None
    inner: list[Address] = []


@dataclass
class Login:
    name: str
    code: int = field(repr=False)


def test_secrets_and_files_do_not_come_back():
    """What is secret by its type, or by repr=False, is left out; so are files, and entries that are no field."""
    names = ("name", "password", "pin", "maybe", "hints", "unknown", "inner[0].street", "inner[0].unknown")
    form = FormData([*((name, "hunter2") for name in names), ("photo", File(b"x", "a"))])

    assert safe_parse(Account, form).values == {"name": "hunter2", "inner.0.street": "hunter2"}
    assert safe_parse(Login, FormData([("name", "a"), ("code", "b")])).values == {"name": "a"}
    assert "hunter2" not in repr(safe_parse(Account, form))


def test_objects():
    """A plain object is validated as it is."""
    assert safe_parse(Post, {"title": "A", "body": "x" * 10}).success
    assert safe_parse(Post, {"title": "A"}).error.fields == {"body": ["Body is required"]}


def test_bounds():
    """Not more messages than anybody reads."""
    form = FormData([(f"lines[{number}].name", "") for number in range(1000)])

    assert len(safe_parse(Order, form).error.fields) <= 100


def test_no_model():
    """Anything but a model is a mistake of the developer."""
    with pytest.raises(TypeError, match="not <class 'int'>"):
        safe_parse(int, FormData())
