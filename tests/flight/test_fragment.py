"""Fragments: what was written once is read from a later response as if it had been written there."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from flight_kit import differences
from hypothesis import HealthCheck, given, settings

from jetbridge.flight.decoder import decode_flight, decode_response
from jetbridge.flight.encoder import ClientRow, ErrorRow, FlightEncoder
from jetbridge.flight.fragment import Fragment, NoFragment, make_fragment
from jetbridge.flight.hints import preconnect
from jetbridge.flight.model import (
    FRAGMENT,
    UNDEFINED,
    ClientReference,
    Element,
    Hole,
    Lazy,
    Promise,
    ServerReference,
    Splice,
)
from tests.flight.adapter import _Driver, describe_error
from tests.flight.strategies import RESPONSES
from tests.flight.support import Recorder, encode
from tests.flight.tagged import Builder
from tests.flight.test_decoder import ResponsePrinter

CARD = ClientReference("card.tsx", "Card")
relaxed = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)


def element(kind: Any, children: Any = UNDEFINED, **props: Any) -> Element:
    return Element(kind, None, props if children is UNDEFINED else {**props, "children": children})


def identity(reference: ClientReference) -> ClientRow:
    return ClientRow(reference.module, (), reference.name)


async def rows_of(value: Any, client: Any = identity) -> bytes:
    """A whole response."""
    encoder = FlightEncoder(client_reference=client, server_reference=lambda one: None, describe_error=describe_error)
    driver = _Driver(encoder)
    driver.begin(encoder.start(value))
    await driver.finish()
    driver.flush()
    return b"".join(driver.pieces)


def fragment_of(value: Any) -> Fragment:
    """As it comes back from a store."""
    return Fragment.load(make_fragment(asyncio.run(rows_of(value))).dump())


def splice(value: Any, **holes: Any) -> Splice:
    return Splice(fragment_of(value), holes)


def around(value: Any) -> list[Any]:
    """Something with rows of its own before and after the value."""
    text = "long " * 300
    return [{"before": [text]}, Element("main", None, {"children": [Element("p"), value]}), {"after": text}]


def tagged(node: Any) -> Any:
    """A value of tagged JSON, and what its client references are."""
    builder = Builder(lambda hint: None)
    return builder.build(node), builder.client_row


async def direct(node: Any) -> bytes:
    value, client = tagged(node)
    return await rows_of(around(value), client)


async def spliced(node: Any) -> bytes:
    value, client = tagged(node)
    fragment = Fragment.load(make_fragment(await rows_of(value)).dump())
    return await rows_of(around(Splice(fragment, {})), client)


def printed(data: bytes) -> Any:
    root = decode_flight(data)
    return ResponsePrinter(root).print(root)


@relaxed
@given(RESPONSES)
def test_a_fragment_reads_as_what_it_was_made_of(node: Any) -> None:
    """Whatever a component shows: a later response holds the same tree as without the cache."""
    assert differences(printed(asyncio.run(direct(node))), printed(asyncio.run(spliced(node)))) == []


@pytest.mark.slow
@relaxed
@given(RESPONSES)
def test_react_reads_the_same(oracle: Any, node: Any) -> None:
    """React's own client finds the same tree, in both builds."""
    expected = oracle.decode_flight(asyncio.run(direct(node)))["root"]
    data = asyncio.run(spliced(node))

    assert differences(expected, oracle.decode_flight(data)["root"]) == []
    assert differences(expected, oracle.decode_flight(data, mode="development")["root"]) == []


async def later(value: Any) -> Any:
    return value


def test_rows_get_the_next_ids() -> None:
    """The rows of a fragment stand before the row that shows it."""
    kept = splice(element("ul", [element("li", Lazy(later("a"))), element("li", Lazy(later("b")))]))

    assert encode([element("p"), kept]) == (
        '1:["$","ul",null,{"children":[["$","li",null,{"children":"$L2"}],["$","li",null,{"children":"$L3"}]]}]\n'
        '2:"a"\n3:"b"\n0:[["$","p",null,{}],"$1"]\n'
    )


def test_a_fragment_that_is_shown_twice_is_written_once() -> None:
    """Both places refer to the same rows."""
    kept = splice(element("b", "x"))

    assert encode([kept, kept]) == '1:["$","b",null,{"children":"x"}]\n0:["$1","$1"]\n'


@pytest.mark.parametrize(
    "value",
    [
        {"$1": "$1", "$L2": ["$$", "$undefined", '"$1"', ',"$1'], "a%xb%%": "100%"},
        ["%x%s%(name)s", "x" * 1100 + "%d", b"\x00%x\n"],
        [element("a", href="$1"), '["$","p",null]'],
    ],
)
def test_texts_that_look_like_references(value: Any) -> None:
    """Text of the application is never taken for the id of a row."""
    data = asyncio.run(rows_of([1, splice(value)]))

    assert printed(data) == printed(asyncio.run(rows_of([1, value])))


def test_client_rows_are_those_of_the_response() -> None:
    """A module that the response has named already is not named again, and its styles are asked for once."""
    kept = splice(element("div", [element(CARD, n=1), element(CARD, n=2)]))
    rows = encode([element(CARD, n=0), kept])

    assert rows.startswith('2:I["card.tsx",["c1","c1.js"],"Card"]\n:HS["/c1.css"')
    assert rows.count('I["card.tsx"') == 1
    assert rows.count('"$L2"') == 3
    assert rows.count(":HS") == 1


def test_hints_are_kept() -> None:
    """What was hinted while the fragment was made is hinted in each response."""
    encoder = Recorder().encoder
    encoder.hint(preconnect("https://cdn.test"))
    encoder.start(element("img"))
    kept = Splice(Fragment.load(make_fragment(encoder.flush()).dump()), {})

    assert decode_response(encode(kept).encode()).hints == [preconnect("https://cdn.test")]


def test_sealed_values_stay_as_they_are() -> None:
    """An action in a fragment keeps what it is bound to."""
    kept = splice(element("form", action=ServerReference("id", ("token",))))

    assert decode_flight(encode([kept]).encode())[0].props["action"] == ServerReference("id", ("token",))


def test_holes_are_filled_each_time() -> None:
    """What stands in a hole is written by the response, with what it waits for and what it shares."""
    kept = fragment_of(element("section", [element("h2", "Kept"), Hole("children")]))
    first = decode_flight(encode([Splice(kept, {"children": element(CARD, n=1)})]).encode())[0]
    second = decode_flight(asyncio.run(rows_of([Splice(kept, {"children": later("ready")})])))[0]

    assert first.props["children"][1].props == {"n": 1}
    assert second.props["children"][1] == "ready"


@pytest.mark.parametrize("filling", [None, "text", [], [element("p"), "x"], element(FRAGMENT, [1, 2])])
def test_what_fills_a_hole(filling: Any) -> None:
    """A hole takes any node, and shows it as its place would."""
    kept = splice(element("div", Hole("a")), a=filling)
    plain = element("div", element(FRAGMENT, filling))

    assert printed(encode([kept]).encode()) == printed(encode([plain]).encode())


def test_the_key_of_a_component_stays_around_it() -> None:
    """A component that was called with a key has it around what is kept, whatever key that has itself."""
    kept = splice(Element("i", "inner", {}))

    assert encode([Element(lambda: kept, "outer", {})]) == (
        '1:"$Sreact.fragment"\n2:["$","i","inner",{}]\n0:[["$","$1","outer",{"children":"$2"}]]\n'
    )


def test_a_keyed_root_does_not_compete_with_its_siblings() -> None:
    """Below a fragment without key it stands in an array, as without the cache."""
    kept = splice(Element("i", "k", {}))

    assert encode([element(FRAGMENT, kept)]) == '1:["$","i","k",{}]\n0:[["$1"]]\n'
    assert encode(Element(lambda: [kept], None, {})).endswith('0:["$1"]\n')
    assert encode(Element(lambda: kept, None, {})).endswith('0:["$1"]\n')


def test_what_failed_is_not_kept() -> None:
    """A response with an error in it, or one that is cut off, makes no fragment."""

    async def fails() -> Any:
        raise LookupError

    with pytest.raises(NoFragment):
        make_fragment(asyncio.run(rows_of([Promise(fails())])))
    with pytest.raises(NoFragment):
        make_fragment(b'1:"a"\n0:["$1","$2"]\n')
    with pytest.raises(NoFragment):
        make_fragment(b'1:"a"\n')


@pytest.mark.parametrize("data", [b"", b"{}", b"[]\n", b'"text"\n0:1\n', b"12"])
def test_other_bytes_are_no_fragment(data: bytes) -> None:
    """What another version stored is noticed."""
    with pytest.raises(NoFragment):
        Fragment.load(data)


def test_a_missing_module_fails_in_its_place() -> None:
    """The build that shows a fragment may lack a module that it names: that element fails."""
    errors: list[BaseException] = []

    def describe(error: BaseException, where: Any) -> ErrorRow:
        errors.append(error)
        return ErrorRow("digest")

    def client(reference: ClientReference) -> ClientRow:
        raise LookupError(reference.module)

    kept = splice(element("div", element(CARD)))
    encoder = FlightEncoder(client_reference=client, server_reference=lambda one: None, describe_error=describe)
    encoder.start([kept])

    assert [type(error) for error in errors] == [LookupError]
    assert b'"digest":"digest"' in encoder.flush()
