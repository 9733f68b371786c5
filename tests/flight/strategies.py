"""Random values in tagged JSON, of everything that React can carry."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC
from typing import Any

from hypothesis import strategies as st

from jetbridge.flight.rows import TYPED_ARRAY_TAGS
from jetbridge.flight.values import iso_text

SIZES = {"Int16Array": 2, "Uint16Array": 2, "Int32Array": 4, "Uint32Array": 4, "Float32Array": 4}
SIZES |= {"Float64Array": 8, "BigInt64Array": 8, "BigUint64Array": 8}


def tagged(tag: str, **members: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"$t": st.just(tag), **members})


ANY_TEXT = st.text(max_size=12)
DOLLAR_TEXT = st.sampled_from(["$", "$$", "$1", "$L0", "$undefined", '"$x', "a$", '\\"$', ',"$', "$-0", "$:", "[$"])
LONG_TEXT = st.builds(lambda char, times: char * times, st.sampled_from("aé日🙃$\n"), st.integers(1000, 1100))
TEXT = st.one_of(ANY_TEXT, DOLLAR_TEXT, st.text(st.characters(exclude_categories=()), max_size=6))
NAME = TEXT.filter(lambda name: name not in ("$t", "__proto__", "then", "toJSON"))
SAFE = 2**53 - 1
DATE = st.datetimes().map(lambda value: iso_text(value.replace(tzinfo=UTC)))

WELL_FORMED = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-SAFE, SAFE),
    st.floats(allow_nan=False, allow_infinity=False).filter(lambda value: str(value) != "-0.0"),
    ANY_TEXT | DOLLAR_TEXT,
    tagged("undefined"),
    tagged("number", value=st.sampled_from(["NaN", "Infinity", "-Infinity", "-0"])),
    tagged("bigint", value=st.integers(-(10**30), 10**30).map(str)),
    tagged("date", iso=DATE),
)
SCALARS = WELL_FORMED | TEXT

BYTES = st.sampled_from(sorted(TYPED_ARRAY_TAGS)).flatmap(
    lambda kind: st.binary(max_size=24).map(
        lambda data: {
            "$t": "bytes",
            "kind": kind,
            "base64": b64encode(data[: len(data) // SIZES.get(kind, 1) * SIZES.get(kind, 1)]).decode(),
        }
    )
)

FORM_TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=8)
CONTENT = st.binary(max_size=12).map(lambda data: b64encode(data).decode())
FILE = tagged("file", name=st.just("f.txt"), type=st.sampled_from(["", "text/plain"]), base64=CONTENT)
BLOB = tagged("blob", type=st.sampled_from(["", "text/plain"]), base64=CONTENT)
FORM = tagged("formdata", entries=st.lists(st.tuples(FORM_TEXT, FORM_TEXT | FILE).map(list), max_size=4))


def collections(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """What both directions can hold."""
    some = st.lists(values, max_size=4)
    return st.one_of(
        some,
        st.dictionaries(NAME, values, max_size=4),
        tagged("map", entries=st.lists(st.tuples(values, values).map(list), max_size=3)),
        tagged("set", values=some),
        tagged("promise", status=st.just("fulfilled"), value=values),
    )


SIMPLE = st.lists(WELL_FORMED | BYTES | st.lists(WELL_FORMED, max_size=2), max_size=4)


def consumed(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """What is read once. Streams hold simple values: React's own server loses Blobs and lone surrogates in them."""
    return st.one_of(
        tagged("iterator", values=st.lists(values, max_size=4)),
        tagged("asynciterable", values=SIMPLE),
        tagged("stream", chunks=SIMPLE),
    )


def elements(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    client = tagged(
        "client", id=st.sampled_from(["./a.js", "$b.js"]), name=st.sampled_from(["A", "default"]), chunks=st.just([])
    )
    symbol = tagged("symbol", key=st.sampled_from(["react.fragment", "react.suspense", "react.strict_mode"]))
    kind = st.one_of(st.sampled_from(["div", "p", "my-tag"]), client, symbol)
    props = st.dictionaries(st.sampled_from(["id", "data-x", "children", "style"]), values, max_size=3)
    component = tagged("component", returns=values | st.lists(values, max_size=2), **{"async": st.booleans()})
    return tagged("element", type=kind | component, key=st.none() | st.sampled_from(["k", "$k", "a,b"]), props=props)


PARTS_OF_RESPONSES = st.recursive(
    st.one_of(SCALARS, LONG_TEXT, tagged("symbol", key=st.sampled_from(["s", "$s"])), BYTES, BLOB, FORM),
    lambda values: st.one_of(
        collections(values),
        elements(values),
        tagged("server", id=st.sampled_from(["m#f", "$g"]), bound=st.none() | st.lists(values, max_size=2)),
        tagged("lazy", status=st.just("fulfilled"), value=values),
    ),
    max_leaves=20,
)

RESPONSES = st.one_of(
    PARTS_OF_RESPONSES,
    collections(PARTS_OF_RESPONSES | consumed(PARTS_OF_RESPONSES)),
    tagged(
        "element",
        type=st.just("div"),
        key=st.none(),
        props=st.dictionaries(st.sampled_from(["a", "children"]), consumed(PARTS_OF_RESPONSES), max_size=2),
    ),
)
"""What a server may send. React reads bound arguments, and results of keyed components, in ways that lose iterators and
streams in them; those stand elsewhere."""

REPLIES = st.recursive(
    st.one_of(SCALARS, BYTES, FILE, FORM),
    lambda values: st.one_of(
        collections(values),
        consumed(values),
        tagged("server", id=st.just("m#f"), bound=st.none() | st.lists(values, max_size=2)),
    ),
    max_leaves=20,
)
"""What a browser may send."""


@st.composite
def graphs(draw: st.DrawFn) -> Any:
    """Plain data in which objects occur several times, also within themselves."""
    count = draw(st.integers(1, 5))
    defined: set[int] = set()

    def node(depth: int) -> Any:
        choice = draw(st.integers(0, 3))
        if choice == 0 and defined:
            return {"$t": "ref", "id": draw(st.sampled_from(sorted(defined)))}
        if choice == 1 or depth > 4:
            return draw(st.integers(0, 9))
        names = draw(st.lists(st.sampled_from(["a", "b", "$c", "-", ""]), max_size=3, unique=True))
        if len(defined) < count:
            number = len(defined) + 1
            defined.add(number)
            return {"$t": "def", "id": number, "value": container(names, depth)}
        return container(names, depth)

    def container(names: list[str], depth: int) -> Any:
        if draw(st.booleans()):
            return [node(depth + 1) for _ in names]
        return {name: node(depth + 1) for name in names}

    return [node(0), node(0), node(0)]
