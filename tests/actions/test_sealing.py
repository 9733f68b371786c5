"""Captured and bound values: what travels, what comes back, and what is refused."""

from __future__ import annotations

import asyncio
import functools
import math
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jetbridge.actions import ActionRegistry, BoundAction, KeyRing, bind, sealing
from jetbridge.actions.values import MAX_BYTES, MAX_DEPTH, CannotSeal, dump, load
from jetbridge.errors import BadBoundArgs, EncodeError, InvalidArguments
from jetbridge.flight.model import UNDEFINED, BigInt, File, FormData

PAGE = """
    from app.posts import rename

    def page(value, other=None):
        async def show(*more):
            "use server"
            return (value, *more)
        return show

    def two(first, second):
        async def both():
            "use server"
            return (first, second)
        return both

    def with_defaults(value):
        async def show(a, b=value, *, c=value):
            "use server"
            return a, b, c
        return show

    def recursive(n):
        async def count():
            "use server"
            return n, count
        return count

    def mutual():
        async def ping():
            "use server"
            return pong
        async def pong():
            "use server"
            return ping
        return ping

    def unset():
        async def show():
            "use server"
            return later
        return show
        later = 1

    def plain():
        async def show():
            "use server"
            return rename
        return show
"""

POSTS = '''
    """use server"""

    async def rename(id: int, title: str, note: str = "none"):
        return id, title, note
'''


@pytest.fixture
def site(load_module, keys):
    """The page's module, the actions' module, and a registry of both."""
    posts = load_module(POSTS, "app.posts")
    import sys
    from types import ModuleType

    package = ModuleType("app")
    package.__path__ = []
    sys.modules.setdefault("app", package)
    page = load_module(PAGE)
    return page, posts, ActionRegistry(keys, [posts, page])


def reopen(registry, target, *more):
    """What a call of the reference to `target` runs: as the browser would send it back."""
    reference = registry.reference(target)
    opened = registry.open(reference.id, [*(reference.bound or ()), *more])
    return asyncio.run(opened.action.func(*opened.args))


VALUES = [
    None,
    True,
    False,
    0,
    -1,
    2**63 - 1,
    2**63,
    -(2**63),
    -(2**63) - 1,
    10**400,
    0.1,
    -0.0,
    1e300,
    math.inf,
    -math.inf,
    "",
    "text",
    "$undefined",
    "\ud800",
    "a\udfffb",
    "\x00\n\u2028😀",
    b"",
    b"\x00\xff",
    [],
    (),
    {},
    set(),
    frozenset(),
    [1, [2, (3, {"a": [4]})]],
    ["l", "t"],
    ("d",),
    {"a": 1, 2: "b", (1, 2): None, b"x": 1.5, None: 0, True: 2, frozenset({1}): 3},
    {1, "a", (2,)},
    frozenset({frozenset({1})}),
    datetime(2024, 2, 29, 23, 59, 59, 999999),
    datetime(2024, 2, 29, tzinfo=UTC),
    datetime(2024, 10, 27, 2, 30, fold=1, tzinfo=ZoneInfo("Europe/Berlin")),
    datetime(2024, 1, 1, tzinfo=timezone(timedelta(hours=-3, minutes=-30, microseconds=7))),
    datetime.min,
    datetime.max,
    date(1, 1, 1),
    time(23, 59, 59, 999999, fold=1),
    time(1, tzinfo=UTC),
    timedelta(days=-1, microseconds=1),
    timedelta.max,
    Decimal("0.10"),
    Decimal("-0"),
    Decimal("Infinity"),
    UUID(int=0),
    UNDEFINED,
    BigInt(5),
    FormData([("a", "1"), ("a", "2"), ("\ud800", "ü")]),
]


def same(one, other) -> bool:
    """Equal, of the same types all the way down, and equal in what `==` does not see."""
    if type(one) is not type(other):
        return False
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return same(list(one.items()), list(other.items()))
    if isinstance(one, datetime | time):
        return one == other and one.fold == other.fold and repr(one.tzinfo) == repr(other.tzinfo)
    if isinstance(one, float | Decimal):
        return str(one) == str(other)
    return one == other


@pytest.mark.parametrize("value", VALUES, ids=lambda value: repr(value)[:40])
def test_captured_value(site, value):
    """A captured value comes back as itself: same type, same value."""
    page, _, registry = site

    assert same(reopen(registry, page.page(value), 1), (value, 1))


@pytest.mark.parametrize("text", ["NaN", "sNaN"])
def test_decimals_that_equal_nothing(site, text):
    """A Decimal that is not a number stays one."""
    page, _, registry = site

    assert str(reopen(registry, page.page(Decimal(text)))[0]) == text
    assert math.isnan(reopen(registry, page.page(math.nan))[0])


def test_python_types_in_containers_are_kept():
    """True, 1 and 1.0 stay apart, as members of a list."""
    assert [type(one) for one in load(dump([True, 1, 1.0], None), None)] == [bool, int, float]


data = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters())
    | st.binary()
    | st.datetimes()
    | st.decimals(allow_nan=False)
    | st.uuids(),
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.dictionaries(st.text(), inner)
        | st.dictionaries(st.integers() | st.tuples(st.text()), inner)
    ),
    max_leaves=20,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data)
def test_any_data(value):
    """Whatever is data comes back as itself."""
    assert same(load(dump(value, None), None), value)


class Color(Enum):
    RED = 1


class Text(str):
    __slots__ = ()


class Session:
    pass


contains_itself: list = []
contains_itself.append(contains_itself)
doubled: list = []
for _ in range(MAX_DEPTH - 2):
    doubled = [doubled, doubled]
deep: list = []
for _ in range(MAX_DEPTH + 1):
    deep = [deep]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (Session(), r"captured variable `value`: a .*Session cannot travel"),
        ({"user": [1, Session()]}, r"captured variable `value`\.user\[1\]: a .*Session cannot travel"),
        ({Session(): 1}, r"captured variable `value`.*a key\)"),
        ({"a b": Session()}, r"captured variable `value`\['a b'\]"),
        (Session, "the class Session cannot travel"),
        (len, "cannot travel"),
        (lambda: 1, "is no action"),
        (Color.RED, "Color cannot travel"),
        (Text("x"), r"Text cannot travel \(a str only as exactly that type\)"),
        (bytearray(b"x"), "bytearray"),
        (contains_itself, "contains itself"),
        (deep, "nested more than"),
        (doubled, "more than 100000 values"),
        ("x" * MAX_BYTES, "bytes, and at most"),
        (FormData([("f", File(b"x", "a.txt"))]), r"`value`\['f'\]: a form with a file"),
        (datetime(2024, 1, 1, tzinfo=type("Zone", (ZoneInfo,), {})("UTC")), "time zone is a Zone"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else type(value).__name__,
)
def test_value_that_cannot_travel(site, value, message):
    """A value that is no data is refused at render, naming the variable, the place in it, and the way out."""
    page, _, registry = site

    with pytest.raises(EncodeError, match=message) as info:
        registry.reference(page.page(value))
    assert "Move it to module level, or capture its id" in str(info.value)
    assert "page.<locals>.show" in str(info.value)
    assert "app.page.py:" in str(info.value)


def test_value_inside_a_captured_action(site):
    """The message for a value below a captured action names both variables."""
    page, _, registry = site

    with pytest.raises(EncodeError, match=r"captured variable `value`, captured variable `value`: a .*Session"):
        registry.reference(page.page(page.page(Session())))


def test_unset_variable(site):
    """A variable without a value yet is an error that says so."""
    page, _, registry = site

    with pytest.raises(EncodeError, match="captured variable `later`: it has no value yet"):
        registry.reference(page.unset())


def test_without_captured_values_there_is_no_token(site):
    """An action that captures nothing is referred to by its id alone."""
    page, posts, registry = site
    reference = registry.reference(page.plain())

    assert reference.bound is None
    assert not reference.id.endswith(".s")
    assert reopen(registry, page.plain()) is posts.rename


def test_rebuilt_function_is_like_the_original(site):
    """What is made from the token has the name, module and globals of the function it stands for."""
    page, _, registry = site
    original = page.page(1)
    reference = registry.reference(original)
    func = registry.open(reference.id, reference.bound).action.func

    assert func is not original
    assert (func.__name__, func.__qualname__, func.__module__) == ("show", "page.<locals>.show", "app.page")
    assert func.__code__ is original.__code__
    assert func.__globals__ is vars(page)


def test_default_values_travel(site):
    """Default values of a nested action are those of the moment it was made, by position and by name."""
    page, _, registry = site
    reference = registry.reference(page.with_defaults([7]))
    opened = registry.open(reference.id, [*reference.bound, 1])

    assert opened.action.func.__defaults__ == ([7],)
    assert opened.action.func.__kwdefaults__ == {"c": [7]}
    assert reopen(registry, page.with_defaults([7]), 1) == (1, [7], [7])


def test_captured_actions(site):
    """Actions may be captured: at module level, nested, bound, and the function itself."""
    page, posts, registry = site
    inner = page.page("inner")

    assert reopen(registry, page.page(posts.rename))[0] is posts.rename
    assert asyncio.run(reopen(registry, page.page(inner))[0](2)) == ("inner", 2)
    bound = reopen(registry, page.page(posts.rename.bind(3)))[0]
    assert asyncio.run(bound("title")) == (3, "title", "none")
    n, again = reopen(registry, page.recursive(5))
    assert n == 5
    assert asyncio.run(again()) == (5, again)


def test_actions_that_capture_each_other(site):
    """Two actions that refer to each other come back as two that do."""
    page, _, registry = site
    pong = reopen(registry, page.mutual())
    ping = asyncio.run(pong())

    assert (pong.__name__, ping.__name__) == ("pong", "ping")
    assert asyncio.run(ping()) is pong


def test_bound_arguments(site):
    """Bound arguments come before those of the call, however they were bound."""
    page, posts, registry = site
    expected = (3, "new", "none")

    assert reopen(registry, bind(posts.rename, 3), "new") == expected
    assert reopen(registry, posts.rename.bind(3), "new") == expected
    assert reopen(registry, posts.rename.bind(3).bind("new")) == expected
    assert reopen(registry, bind(bind(posts.rename, 3), "new")) == expected
    assert reopen(registry, functools.partial(posts.rename, 3), "new") == expected
    assert reopen(registry, functools.partial(posts.rename.bind(3), "new")) == expected
    assert reopen(registry, bind(page.page("x"), 1), 2) == ("x", 1, 2)
    assert asyncio.run(posts.rename.bind(3)("new")) == expected


def test_unbindable(site):
    """Keyword arguments cannot be bound, other values than data neither; what is bound but no action is none."""
    _, posts, registry = site

    with pytest.raises(EncodeError, match="keyword title"):
        registry.reference(functools.partial(posts.rename, title="x"))
    with pytest.raises(EncodeError, match=r"bound argument 2: a .*Session"):
        registry.reference(posts.rename.bind(1, Session()))
    assert registry.reference(functools.partial(print, 1)) is None
    assert registry.reference(bind(print, Session())) is None


def test_token_shows_nothing(site):
    """Captured values are neither in the token nor in the text of what carries them."""
    page, posts, registry = site
    secret = "hunter2"
    reference = registry.reference(page.page(secret))
    opened = registry.open(reference.id, reference.bound)

    assert secret not in str(reference)
    assert secret not in repr(opened)
    assert secret not in repr(posts.rename.bind(secret))
    assert secret not in repr(opened.action)


@pytest.mark.parametrize("value", [*VALUES, 2**64, -(2**64), "x" * 10])
def test_the_short_way_holds_the_same(site, value):
    """Text and numbers are written without a look at each value, and come back as on the long way."""

    def held(data):
        func, bound = sealing.load_action(data, registry)
        return [cell.cell_contents for cell in func.__closure__ or ()], bound

    page, posts, registry = site
    for target in (page.page(value), page.two("a", value), posts.rename.bind(1, value), bind(page.plain(), value)):
        short = sealing._dump_plain(target, registry)

        assert short is None or held(short) == held(sealing._dump_any(target, registry))


def test_a_page_is_sealed_in_one_pass(site):
    """The references of one response share one key; each is called by itself, and another response has another key."""
    page, posts, registry = site
    response = registry.references()
    tokens = [response.reference(target).bound[0] for target in (page.page(1), posts.rename.bind(2), page.page([3]))]
    other = registry.references().reference(page.page(1)).bound[0]
    key = 4 * (1 + 4 + 16) // 3  # characters of version, key id and salt

    assert len(set(tokens)) == 3
    assert len({token[:key] for token in tokens}) == 1
    assert other[:key] != tokens[0][:key]
    opened = registry.open(registry.reference(page.page(1)).id, tokens[:1])
    assert asyncio.run(opened.action.func(*opened.args)) == (1,)


def refused(registry, id, args):
    with pytest.raises(BadBoundArgs) as info:
        registry.open(id, args)
    assert info.value.public == BadBoundArgs.public
    assert info.value.status == 400


def test_tokens_that_do_not_belong(site):
    """A token that is missing, changed, of another action or of no action at all is refused, and nothing runs."""
    page, posts, registry = site
    mine, other = registry.reference(page.page(1)), registry.reference(page.two(1, 2))
    bound = registry.reference(posts.rename.bind(1))
    base = mine.id.removesuffix(".s")

    refused(registry, base, [])
    refused(registry, base, list(mine.bound))
    refused(registry, mine.id, [])
    refused(registry, mine.id, [None])
    refused(registry, mine.id, [3, *mine.bound])
    refused(registry, mine.id, [mine.bound[0][:-2] + "AA"])
    refused(registry, mine.id, other.bound)
    refused(registry, mine.id, bound.bound)
    refused(registry, bound.id, mine.bound)
    refused(registry, registry.of(posts.rename).id + ".s", ["x"])


def test_sealed_session_is_no_token(site, keys):
    """What the key ring sealed for another purpose does not open as captured values."""
    page, _, registry = site
    reference = registry.reference(page.page(1))
    id = reference.id.removesuffix(".s")

    refused(registry, reference.id, [keys.seal(b'["l"]', id.encode())])
    refused(registry, reference.id, [keys.seal(b'["l"]', b"session")])


@pytest.mark.parametrize(
    "plain",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'["?"]',
        b'["l"]',
        b'["@"]',
        b'["^", 1]',
        b'["@", "app.page:missing"]',
        b'["@", "app.posts:rename"]',
        b'["@", "app.page:page.<locals>.show"]',
        b'["@", "app.page:page.<locals>.show", [], [], []]',
        b'["@", "app.page:page.<locals>.show", ["renamed", 1], [], []]',
        b'["@", "app.page:page.<locals>.show", ["value", 1], [2], []]',
        b'["@", "app.page:page.<locals>.show", ["value", ["D", "yesterday", 0, null]], [], []]',
        b'["B", 3]',
    ],
)
def test_token_of_another_version(site, keys, plain):
    """An authentic token whose content does not fit the code of today is refused like any other bad token."""
    page, _, registry = site
    reference = registry.reference(page.page(1))

    refused(registry, reference.id, [keys.seal(plain, b"action:" + reference.id.removesuffix(".s").encode())])


def test_tokens_survive_a_rotation(site):
    """Tokens and ids of the old secret work beside those of the new one, and not without it."""
    page, posts, old = site
    reference = old.reference(page.page("kept"))
    modules = [posts, page]
    from tests.actions.conftest import SECRET

    rotated = ActionRegistry(KeyRing(["n" * 40, SECRET]), modules)
    opened = rotated.open(reference.id, reference.bound)

    assert asyncio.run(opened.action.func()) == ("kept",)
    assert rotated.reference(page.page("kept")).id != reference.id


def test_received_reference(site):
    """A reference among the arguments of a call becomes the function; what the browser bound to it is validated."""
    _, posts, registry = site
    id = registry.of(posts.rename).id
    sealed = registry.reference(posts.rename.bind(3))

    assert registry.load_reference(id, None) is posts.rename
    assert asyncio.run(registry.load_reference(id, ("4",))("x")) == (4, "x", "none")
    received = registry.load_reference(sealed.id, (*sealed.bound, "title"))
    assert isinstance(received, BoundAction)
    assert asyncio.run(received()) == (3, "title", "none")
    with pytest.raises(InvalidArguments, match="id: "):
        registry.load_reference(id, ("four",))
    with pytest.raises(InvalidArguments, match="too many"):
        registry.load_reference(id, (1, "a", "b", "c"))
    with pytest.raises(BadBoundArgs):
        registry.load_reference(sealed.id, None)


def test_cannot_seal_is_told_by_its_place():
    """The reason and the path are apart, so that a caller can name its own root."""

    def refuse(value, depth, writer):
        raise CannotSeal("no")

    with pytest.raises(CannotSeal) as info:
        dump({"a": [object()]}, refuse)
    assert (info.value.reason, info.value.path) == ("no", ".a[0]")
