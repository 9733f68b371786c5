"""How the entries of a form become the fields of a model."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, NotRequired, Optional

import pytest
from pydantic import AliasChoices, AliasPath, BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from jetbridge.actions.form_model import form_model_of
from jetbridge.flight.model import File, FormData

NO_FILE = File(b"", "", "application/octet-stream")
PICTURE = File(b"x", "a.png", "image/png")


class Settings(BaseModel):
    name: str
    age: int | None = None
    nickname: str | None = None
    size: int = 5
    bio: str = "nothing yet"
    newsletter: bool
    public: bool = True
    known: bool | None = None
    tags: list[str]
    groups: set[int] = {1}
    extra: Optional[list[str]] = None  # noqa: UP045
    avatar: File | None = None
    files: list[File] = []


def read(*entries):
    return form_model_of(Settings).read(FormData(entries))


ABSENT = {"newsletter": False, "public": False, "tags": [], "groups": [], "files": []}


def test_empty_form():
    """An unticked box is False and an empty choice an empty list, whatever the default; the rest is not there."""
    assert read() == ABSENT


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (("name", ""), {"name": ""}),
        (("name", "Ann"), {"name": "Ann"}),
        (("age", ""), {"age": None}),
        (("age", "3"), {"age": "3"}),
        (("nickname", ""), {"nickname": None}),
        (("size", ""), {}),
        (("size", "7"), {"size": "7"}),
        (("bio", ""), {"bio": ""}),
        (("newsletter", "on"), {"newsletter": "on"}),
        (("known", ""), {"known": None}),
        (("known", "true"), {"known": "true"}),
        (("tags", "a"), {"tags": ["a"]}),
        (("extra", "a"), {"extra": ["a"]}),
        (("avatar", NO_FILE), {"avatar": None}),
        (("avatar", PICTURE), {"avatar": PICTURE}),
        (("files", NO_FILE), {"files": []}),
        (("files", PICTURE), {"files": [PICTURE]}),
        (("unknown", "x"), {}),
    ],
)
def test_one_entry(entry, expected):
    """An empty entry means None where None is allowed, the default where text is not, else the empty text."""
    assert read(entry) == {**ABSENT, **expected}


def test_repeated_names():
    """A list gets every entry of its name, another field the first, a checkbox the last."""
    form = [("tags", "a"), ("tags", "b"), ("name", "x"), ("name", "y"), ("newsletter", "0"), ("newsletter", "1")]

    assert read(*form) == {**ABSENT, "tags": ["a", "b"], "name": "x", "newsletter": "1"}


def test_validated():
    """What is read fits the model."""
    form = FormData([("name", "Ann"), ("age", ""), ("newsletter", "on"), ("groups", "1"), ("groups", "2")])
    settings = Settings.model_validate(form_model_of(Settings).read(form))

    assert (settings.name, settings.age, settings.newsletter, settings.public) == ("Ann", None, True, False)
    assert settings.groups == {1, 2}


class Aliased(BaseModel):
    first: str = Field(alias="firstName")
    last: str = Field(validation_alias=AliasChoices("lastName", "surname", AliasPath("a", "b")))


class ByName(BaseModel):
    model_config = ConfigDict(populate_by_name=True, extra="forbid")
    first: str = Field(alias="firstName")


def test_aliases():
    """A field is found under its aliases, and under its name where the model says so."""
    form = FormData([("firstName", "Ann"), ("surname", "Lee"), ("first", "no"), ("last", "no")])

    assert form_model_of(Aliased).read(form) == {"firstName": "Ann", "surname": "Lee"}
    assert form_model_of(ByName).read(FormData([("first", "Ann")])) == {"first": "Ann"}


def test_extra_entries():
    """Entries that are no field go to a model that has something to say about them."""
    form = FormData([("firstName", "Ann"), ("other", "x")])

    assert form_model_of(ByName).read(form) == {"firstName": "Ann", "other": "x"}
    assert form_model_of(Aliased).read(form) == {"firstName": "Ann"}


@dataclass
class Plain:
    name: str
    ready: bool
    tags: list[str] = field(default_factory=list)
    made: int = field(default=0, init=False)


class Dict(TypedDict):
    name: str
    ready: NotRequired[bool]


def test_dataclasses_and_typed_dicts():
    """Dataclasses and TypedDicts are filled like models."""
    form = FormData([("name", "x"), ("made", "3")])

    assert form_model_of(Plain).read(form) == {"name": "x", "ready": False, "tags": []}
    assert form_model_of(Dict).read(form) == {"name": "x", "ready": False}


@pytest.mark.parametrize("annotation", [Settings | None, Annotated[Settings, "x"], Annotated[Settings | None, "x"]])
def test_found_inside_annotations(annotation):
    """The model counts also when it is optional or annotated."""
    assert form_model_of(annotation) is not None


@pytest.mark.parametrize("annotation", [int, FormData, FormData | Settings, Settings | int, list[Settings], None])
def test_no_single_model(annotation):
    """Where it is not clear which model is meant, or the form itself is, there is none."""
    assert form_model_of(annotation) is None
