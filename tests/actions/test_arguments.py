"""Arguments against signatures: counted, validated, converted, or refused before anything runs."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from jetbridge.actions import bind_arguments
from jetbridge.errors import InvalidArguments
from jetbridge.flight.model import UNDEFINED, BigInt, File, FormData, Map, Set

ACTIONS = '''
    """use server"""
    import enum
    from dataclasses import dataclass
    from datetime import date, datetime
    from decimal import Decimal
    from typing import Annotated, Any, Literal, NotRequired, TypedDict
    from uuid import UUID

    from pydantic import BaseModel, Field, field_validator

    from jetbridge.flight.model import File, FormData, Map

    class Color(enum.Enum):
        RED = "red"

    class State(TypedDict):
        error: str | None
        note: NotRequired[str]

    @dataclass
    class Point:
        x: int
        y: int = 0

    class Post(BaseModel):
        title: str = Field(min_length=1, max_length=5)
        tags: list[str] = []

        @field_validator("title")
        @classmethod
        def not_taken(cls, value):
            if value == "taken":
                raise ValueError("Already taken")
            return value

    async def none(): ...
    async def plain(a, b=2): ...
    async def form_only(form: FormData): ...
    async def state_and_form(state: State | None, form: FormData): ...
    async def bound_and_form(id: int, form: FormData): ...
    async def rest(first: int, *others: int): ...
    async def typed(value: int): ...
    async def optional(value: int | None): ...
    async def default(value: int = 5, other: str = "x"): ...
    async def keyword(value: int, *, dry: bool = False): ...
    async def positional(a: int = 1, /, b: int = 2): ...
    async def color(value: Color): ...
    async def literal(value: Literal["a", 1]): ...
    async def state(value: State): ...
    async def point(value: Point): ...
    async def post(value: Post): ...
    async def posts(value: list[Post]): ...
    async def when(value: datetime): ...
    async def day(value: date): ...
    async def price(value: Decimal): ...
    async def uuid(value: UUID): ...
    async def data(value: bytes): ...
    async def members(value: set[int]): ...
    async def pair(value: tuple[int, str]): ...
    async def mapping(value: dict[str, int]): ...
    async def js_map(value: Map): ...
    async def upload(value: File): ...
    async def maybe_upload(value: File | None): ...
    async def limited(value: Annotated[int, Field(gt=0)]): ...
    async def anything(value: Any): ...
    async def whatever(value: object): ...
'''

FORM = FormData([("title", "x")])


@pytest.fixture
def fit(registry_of):
    """The arguments as the body would get them."""
    module, registry = registry_of(ACTIONS, "app.actions")

    def fit(name: str, *args: object) -> tuple:
        return bind_arguments(registry.of(getattr(module, name)), args).args

    fit.module = module
    return fit


@pytest.mark.parametrize(
    ("name", "args", "expected"),
    [
        ("none", (), ()),
        ("plain", (1,), (1, 2)),
        ("plain", (1, 3), (1, 3)),
        ("plain", (1, UNDEFINED), (1, 2)),
        ("plain", (UNDEFINED, UNDEFINED), (UNDEFINED, 2)),
        ("plain", (1, 3, UNDEFINED, UNDEFINED), (1, 3)),
        ("default", (), (5, "x")),
        ("default", (UNDEFINED, "y"), (5, "y")),
        ("optional", (UNDEFINED,), (None,)),
        ("optional", (None,), (None,)),
        ("keyword", (1,), (1,)),
        ("positional", (UNDEFINED, 3), (1, 3)),
        ("rest", (1,), (1,)),
        ("rest", (1, 2, "3"), (1, 2, 3)),
        ("form_only", (FORM,), (FORM,)),
        ("state_and_form", (None, FORM), (None, FORM)),
        ("state_and_form", (UNDEFINED, FORM), (None, FORM)),
        ("state_and_form", ({"error": None}, FORM), ({"error": None}, FORM)),
        ("bound_and_form", (3, FORM), (3, FORM)),
        ("none", (FORM,), ()),
        ("none", ({"error": None}, FORM), ()),
        ("typed", (3, FORM), (3,)),
        ("form_only", (FORM, FORM), (FORM,)),
    ],
)
def test_count(fit, name, args, expected):
    """Defaults fill what is missing or `undefined`; what React adds and nobody takes is dropped."""
    assert fit(name, *args) == expected


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("typed", 3, 3),
        ("typed", "3", 3),
        ("typed", 3.0, 3),
        ("typed", BigInt(2**70), 2**70),
        ("color", "red", "RED"),
        ("literal", "a", "a"),
        ("literal", 1, 1),
        ("state", {"error": "x"}, {"error": "x"}),
        ("state", {"error": None, "note": UNDEFINED}, {"error": None}),
        ("posts", [{"title": "a"}, {"title": "b", "tags": ["c"]}], None),
        ("when", datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 1, 1, tzinfo=UTC)),
        ("when", "2024-01-01T00:00:00Z", datetime(2024, 1, 1, tzinfo=UTC)),
        ("day", "2024-02-29", date(2024, 2, 29)),
        ("day", datetime(2024, 2, 29, tzinfo=UTC), date(2024, 2, 29)),
        ("price", "0.10", Decimal("0.10")),
        ("uuid", "00000000-0000-0000-0000-000000000001", UUID(int=1)),
        ("data", b"\xff", b"\xff"),
        ("members", Set([1, 2]), {1, 2}),
        ("members", [1, 2], {1, 2}),
        ("pair", [1, "a"], (1, "a")),
        ("mapping", Map([("a", 1)]), {"a": 1}),
        ("mapping", {"aB": 1, "c_d": 2}, {"aB": 1, "c_d": 2}),
        ("limited", 1, 1),
        ("anything", UNDEFINED, UNDEFINED),
        ("whatever", {"a": UNDEFINED}, {"a": UNDEFINED}),
    ],
)
def test_conversion(fit, name, value, expected):
    """Arguments come as the annotation says; keys of objects stay as they were sent."""
    (found,) = fit(name, value)

    if name == "color":
        assert found is fit.module.Color.RED
    elif name == "posts":
        assert found == [fit.module.Post(title="a"), fit.module.Post(title="b", tags=["c"])]
    else:
        assert found == expected
        assert type(found) is type(expected)


def test_objects_become_models(fit):
    """An object becomes the dataclass or model of the annotation, a form as well."""
    assert fit("point", {"x": 1}) == (fit.module.Point(1, 0),)
    assert fit("post", {"title": "a"}) == (fit.module.Post(title="a"),)
    assert fit("post", FormData([("title", "a"), ("tags", "b"), ("tags", "c")])) == (
        fit.module.Post(title="a", tags=["b", "c"]),
    )
    assert fit("point", FormData([("x", "3")])) == (fit.module.Point(3, 0),)


def test_values_that_are_only_checked(fit):
    """FormData, File and Map arguments are passed as they are."""
    upload, js_map = File(b"x", "a.txt"), Map([(1, 2)])

    assert fit("upload", upload)[0] is upload
    assert fit("maybe_upload", upload)[0] is upload
    assert fit("maybe_upload", None) == (None,)
    assert fit("js_map", js_map)[0] is js_map


@pytest.mark.parametrize(
    ("name", "args", "fields"),
    [
        ("plain", (), {"a": "missing"}),
        ("state_and_form", (), {"state": "missing", "form": "missing"}),
        ("rest", (), {"first": "missing"}),
        ("plain", (1, 2, 3), {"arguments": "too many: 3 given, expected at most 2 (a, b)"}),
        ("none", (1,), {"arguments": "too many: 1 given, expected at most 0 (none)"}),
        ("none", (1, 2, FORM), {"arguments": "too many"}),
        ("none", (FORM, 1), {"arguments": "too many"}),
        ("form_only", ({"title": "x"},), {"form": "must be a FormData"}),
        ("form_only", (None,), {"form": "must be a FormData"}),
        ("form_only", ({"error": None}, FORM), {"form": "must be a FormData"}),
        ("upload", ("x",), {"value": "must be a File"}),
        ("state_and_form", ({"error": 3}, FORM), {"state.error": "valid string"}),
        ("state_and_form", ("forged", FORM), {"state": "dictionary"}),
        ("bound_and_form", (FORM,), {"id": "valid integer", "form": "missing"}),
        ("typed", ("x",), {"value": "valid integer"}),
        ("typed", (None,), {"value": "valid integer"}),
        ("typed", (UNDEFINED,), {"value": "valid integer"}),
        ("typed", (FORM,), {"value": "valid integer"}),
        ("rest", (1, "x"), {"others": "valid integer"}),
        ("color", ("blue",), {"value": "'red'"}),
        ("literal", ("b",), {"value": "'a'"}),
        ("limited", (0,), {"value": "greater than 0"}),
        ("post", ({"title": ""},), {"value.title": "at least 1 character"}),
        ("post", (FormData([("title", "")]),), {"title": "at least 1 character"}),
        ("post", (FormData([("title", "taken")]),), {"title": "Already taken"}),
        ("post", (FormData(),), {"title": "Field required"}),
        ("posts", ([{"title": "a"}, {}],), {"value.1.title": "Field required"}),
        ("mapping", (Map([({}, 1)]),), {"value": "dictionary"}),
    ],
)
def test_refusal(fit, name, args, fields):
    """What does not fit is refused with 422 and a message for each argument or field."""
    with pytest.raises(InvalidArguments) as info:
        fit(name, *args)

    assert info.value.status == 422
    assert set(info.value.fields) == set(fields)
    for field, text in fields.items():
        assert text in info.value.fields[field][0]
    assert name in str(info.value)


def test_refusal_repeats_no_value(fit):
    """Messages, which go to the log, do not contain what was sent."""
    with pytest.raises(InvalidArguments) as info:
        fit("typed", "hunter2")

    assert "hunter2" not in str(info.value)


def test_message_of_a_validator_is_as_written(fit):
    """A ValueError of the developer's own validator reaches the field without Pydantic's prefix."""
    with pytest.raises(InvalidArguments) as info:
        fit("post", {"title": "taken"})

    assert info.value.fields == {"value.title": ["Already taken"]}


def test_fields_of_the_framework_are_left_out(fit):
    """React sends the fields that it printed into a form with a call, too; the action does not see them."""
    form = FormData([("$ACTION_REF_1", ""), ("title", "x"), ("$ACTION_KEY", "k")])

    assert fit("form_only", form) == (FormData([("title", "x")]),)


def test_deep_nesting(fit):
    """A value that is nested too deeply for Python is refused, not a crash."""
    deep: list = []
    for _ in range(100_000):
        deep = [deep]

    with pytest.raises(InvalidArguments, match="too deeply nested"):
        fit("mapping", {"a": deep})


def test_nested_action_validates(registry_of):
    """The annotations of an action inside a function count, and its own default values."""
    module, registry = registry_of("""
        def page(post_id: int):
            async def rename(id: int, title: str = "x" * post_id, *, dry: bool = True):
                "use server"
            return rename
    """)
    reference = registry.reference(module.page(3))

    def fit(*args):
        opened = registry.open(reference.id, [*reference.bound, *args])
        return bind_arguments(opened.action, opened.args).args

    assert fit("1") == (1, "xxx")
    assert fit(1, UNDEFINED) == (1, "xxx")
    with pytest.raises(InvalidArguments, match="id: "):
        fit("one")


def test_wrapped_action_has_the_signature_of_what_it_wraps(registry_of):
    """A decorator with functools.wraps keeps names and annotations."""
    module, registry = registry_of('''
        """use server"""
        from functools import wraps

        def _checked(func):
            @wraps(func)
            async def wrapper(*args):
                return await func(*args)
            return wrapper

        @_checked
        async def save(id: int): ...
    ''')

    assert bind_arguments(registry.of(module.save), ["3"]).args == (3,)
    with pytest.raises(InvalidArguments):
        bind_arguments(registry.of(module.save), [])


def test_text_of_a_call(registry_of):
    """The text of a call does not show its arguments."""
    module, registry = registry_of('"use server"\nasync def login(password): ...')
    call = bind_arguments(registry.of(module.login), ["hunter2"])

    assert repr(call) == "<BoundCall of app.page:login with 1 arguments>"
