"""Names with dots and brackets, and the models inside models that they fill."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Annotated, Literal, NewType, Optional

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import (
    AliasChoices,
    AliasPath,
    BaseModel,
    ConfigDict,
    Field,
    RootModel,
    SecretStr,
    TypeAdapter,
    ValidationError,
)
from typing_extensions import TypedDict

from jetbridge.actions.form_entries import MAX_STEPS, split_name
from jetbridge.actions.form_model import form_model_of
from jetbridge.actions.form_shape import MAX_ITEMS
from jetbridge.errors import InvalidArguments
from jetbridge.flight.model import File, FormData


class Author(BaseModel):
    name: str
    age: int | None = None
    admin: bool = True


class Item(TypedDict):
    name: str
    count: int


@dataclass
class Prefs:
    mail: bool
    phone: bool = False
    colours: list[str] = field(default_factory=list)


class Article(BaseModel):
    title: str = ""
    author: Author | None = None
    editor: Author = Author(name="nobody")
    prefs: Prefs = field(default_factory=lambda: Prefs(mail=True))
    items: list[Item] = []
    tags: list[str] = []
    sizes: list[int] = []
    meta: dict[str, int] = {}


def read(model, *entries):
    found = form_model_of(model)
    return found.read(FormData(entries))


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("title", ("title",)),
        ("author.name", ("author", "name")),
        ("author[name]", ("author", "name")),
        ("items[0].name", ("items", "0", "name")),
        ("items[0][name]", ("items", "0", "name")),
        ("tags[]", ("tags",)),
        ("items[0].tags[]", ("items", "0", "tags")),
        ("first-name", ("first-name",)),
        ("a b", ("a b",)),
        ("", ("",)),
        (".", (".",)),
        ("a.", ("a.",)),
        (".a", (".a",)),
        ("a..b", ("a..b",)),
        ("a[", ("a[",)),
        ("a]", ("a]",)),
        ("a[]b", ("a[]b",)),
        ("items[].name", ("items[].name",)),
        ("a" + ".a" * (MAX_STEPS - 1), ("a",) * MAX_STEPS),
        ("a" + ".a" * MAX_STEPS, ("a" + ".a" * MAX_STEPS,)),
    ],
)
def test_names(name, path):
    """Dots and brackets spell a path; a name that spells none is one step."""
    assert split_name(name) == path


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([("author.name", "Ann")], {"author": {"name": "Ann", "admin": False}}),
        ([("author[name]", "Ann"), ("author[age]", "")], {"author": {"name": "Ann", "age": None, "admin": False}}),
        ([("author.name", ""), ("author.age", "")], {"author": None}),
        ([("author", "")], {"author": None}),
        ([("author", "Ann")], {"author": "Ann"}),
        ([("editor.admin", "on")], {"editor": {"admin": "on"}}),
        ([("prefs.phone", "on")], {"prefs": {"mail": False, "phone": "on", "colours": []}}),
        ([("tags[]", "a"), ("tags", "b"), ("tags[1]", "d"), ("tags[0]", "c")], {"tags": ["a", "b", "c", "d"]}),
        ([("sizes", ""), ("sizes", "3")], {"sizes": ["3"]}),
        ([("meta.a", "1"), ("meta[b]", "2"), ("meta.c.d", "3")], {"meta": {"a": "1", "b": "2"}}),
        (
            [("items[7].name", "b"), ("items[0].name", "a"), ("items[0].count", "1"), ("items.x.name", "no")],
            {"items": [{"name": "a", "count": "1"}, {"name": "b"}]},
        ),
        ([("items[99999999999].name", "b")], {}),
        ([("title.x", "a")], {}),
        ([("__class__.__init__", "x"), ("author.__dict__", "x"), ("author.name", "A")], None),
    ],
)
def test_nesting(entries, expected):
    """Nested names fill nested models; an unticked box in them is False, and one that may be empty is None."""
    if expected is None:
        expected = {"author": {"name": "A", "admin": False}}
    usual = {"prefs": {"mail": False, "phone": False, "colours": []}, "items": [], "tags": [], "sizes": []}

    assert read(Article, *entries) == {**usual, **expected}


def test_validated():
    """What is read fits the model."""
    entries = [("title", "T"), ("author.name", "Ann"), ("items[3].name", "x"), ("items[3].count", "2"), ("sizes", "4")]
    article = Article.model_validate(read(Article, *entries))

    assert (article.author.name, article.author.admin, article.items) == ("Ann", False, [{"name": "x", "count": 2}])
    assert article.editor.name == "nobody"
    assert article.prefs == Prefs(mail=False)


class Aliased(BaseModel):
    dotted: str = Field(alias="a.b")
    deep: str = Field(validation_alias=AliasChoices("deep", AliasPath("x", "y")))
    inner: Author = Field(alias="theAuthor")


def test_aliases():
    """An alias with a dot is one name, a path of aliases is a path, and aliases of fields count for nested ones."""
    entries = [("a.b", "1"), ("x.y", "2"), ("theAuthor.name", "Ann")]

    assert read(Aliased, *entries) == {"a.b": "1", "x": {"y": "2"}, "theAuthor": {"name": "Ann", "admin": False}}
    assert Aliased.model_validate(read(Aliased, *entries)).deep == "2"


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")
    author: Author


class Loose(BaseModel):
    model_config = ConfigDict(extra="allow")
    name: str


def test_extra():
    """Entries that are no field reach a model that has something to say about them, as deep as they were."""
    with pytest.raises(ValidationError, match="other"):
        Strict.model_validate(read(Strict, ("author.name", "A"), ("other.x", "1")))
    assert read(Loose, ("name", "A"), ("a.b", "1"), ("c", "2"), ("c", "3")) == {
        "name": "A",
        "a": {"b": "1"},
        "c": ["2", "3"],
    }


class Card(BaseModel):
    kind: Literal["card"]
    number: str
    save: bool


class Bank(BaseModel):
    model_config = ConfigDict(extra="forbid")
    kind: Literal["bank"]
    number: str
    owner: str


class Payment(BaseModel):
    by: Annotated[Card | Bank, Field(discriminator="kind")]


@pytest.mark.parametrize(
    ("entries", "kind"),
    [
        ([("kind", "bank"), ("number", "1"), ("owner", "A")], Bank),
        ([("kind", "card"), ("number", "1")], Card),
    ],
)
def test_unions(entries, kind):
    """Of several models the one is filled that the form means, at the top and inside."""
    adapter = TypeAdapter(Card | Bank)
    nested = [(f"by.{name}", value) for name, value in entries]

    assert type(adapter.validate_python(read(Card | Bank, *entries))) is kind
    assert type(Payment.model_validate(read(Payment, *nested)).by) is kind


class Size(enum.IntEnum):
    SMALL = 1
    LARGE = 2


class Mood(enum.Enum):
    GOOD = "good"


Slug = NewType("Slug", str)


class Labels(RootModel[list[str]]):
    pass


class Scalars(BaseModel):
    size: Size = Size.SMALL
    plain: Mood | None = None
    number: Literal[1, 2, "x"] = "x"
    terms: Literal[True]
    day: date | None = None
    at: datetime | None = None
    clock: time | None = None
    either: int | str = 0
    slug: Slug = Slug("none")
    labels: Labels = Labels([])
    secret: SecretStr = SecretStr("")
    photo: Optional[File] = None  # noqa: UP045


def test_scalars():
    """Texts become enums, literals, dates and whatever else the annotation asks for."""
    photo = File(b"x", "a.png")
    entries = [("size", "2"), ("plain", "good"), ("number", "1"), ("terms", "on"), ("day", "2024-02-29")]
    entries += [("at", "2024-02-29T10:30"), ("clock", "10:30"), ("either", "seven"), ("slug", "s"), ("labels", "a")]
    scalars = Scalars.model_validate(read(Scalars, *entries, ("secret", "pw"), ("photo", photo)))

    assert (scalars.size, scalars.plain, scalars.number, scalars.terms) == (Size.LARGE, Mood.GOOD, 1, True)
    assert (scalars.day, scalars.at) == (date(2024, 2, 29), datetime(2024, 2, 29, 10, 30))
    assert (scalars.clock, scalars.either, scalars.slug, scalars.labels.root) == (time(10, 30), "seven", "s", ["a"])
    assert scalars.secret.get_secret_value() == "pw"
    assert scalars.photo is photo
    with pytest.raises(ValidationError, match="terms"):
        Scalars.model_validate(read(Scalars))


class Tree(BaseModel):
    name: str = ""
    children: list[Tree] = []


def test_recursive_model():
    """A model that contains itself is filled as deep as the form goes."""
    tree = Tree.model_validate(read(Tree, ("children[0].children[0].name", "leaf")))

    assert tree.children[0].children[0].name == "leaf"


def test_too_many_items():
    """A list has at most so many numbered items; more are refused, not cut off."""
    entries = [(f"items[{number}].name", "x") for number in range(MAX_ITEMS + 1)]

    with pytest.raises(InvalidArguments, match="more than 1000 items"):
        read(Article, *entries)
    assert len(read(Article, *entries[1:])["items"]) == MAX_ITEMS


@settings(max_examples=300)
@given(
    st.lists(
        st.tuples(
            st.one_of(
                st.text(max_size=12),
                st.lists(
                    st.sampled_from(["title", "author", "items", "tags", "0", "[0]", "[]", ".", "name", "[x]", "meta"]),
                    max_size=20,
                ).map("".join),
            ),
            st.one_of(st.text(max_size=5), st.builds(File, st.binary(max_size=3), st.text(max_size=3))),
        ),
        max_size=12,
    )
)
def test_any_form(entries):
    """Whatever a form holds, it is read, and what does not fit is Pydantic's to say."""
    for model in (Article, Aliased, Strict, Loose, Payment, Scalars, Tree, Card | Bank):
        form = form_model_of(model)
        try:
            TypeAdapter(model).validate_python(form.read(FormData(entries)))
        except ValidationError as error:
            for one in error.errors():
                form.locate(one["loc"], form.entries(FormData(entries)))
        assert all(isinstance(value, str | list) for value in form.values(FormData(entries)).values())
