"""How a response comes about: what waits, what fails, what is written once."""

from __future__ import annotations

import asyncio
import gc
import sys
from typing import Any

import pytest

from jetbridge.errors import EncodeError, NotFound
from jetbridge.flight.decoder import decode_flight
from jetbridge.flight.encoder import Pending
from jetbridge.flight.hints import Hint, preload
from jetbridge.flight.model import (
    FRAGMENT,
    SUSPENSE,
    UNDEFINED,
    Boundary,
    ClientReference,
    Element,
    Lazy,
    Promise,
    ServerReference,
    Stream,
    TemporaryReference,
)
from jetbridge.flight.temporary import TemporaryReferences
from jetbridge.html import div, li, p, ul
from tests.flight.support import Recorder, encode

CARD = ClientReference("card.tsx", "Card")


class Later:
    """Something to wait for, the value of which the test hands in."""

    def __await__(self) -> Any:
        yield


def element(kind: Any, children: Any = UNDEFINED, **props: Any) -> Element:
    return Element(kind, None, props if children is UNDEFINED else {**props, "children": children})


# Waiting


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda later: element("div", later), '"children":"$L1"'),
        (lambda later: element("div", ["a", [later]]), '"children":["a",["$L1"]]'),
        (lambda later: element("div", element(FRAGMENT, later)), '"children":"$L1"'),
        (lambda later: element("div", Boundary("b", later)), '"children":"$L1"'),
        (lambda later: element("div", data=later), '"data":"$@1"'),
        (lambda later: element("div", Promise(later)), '"children":"$@1"'),
        (lambda later: {"a": later}, '"a":"$@1"'),
        (lambda later: {"a": Lazy(later)}, '"a":"$L1"'),
        (lambda later: later, '0:"$L1"'),
    ],
)
def test_awaitables(make: Any, code: str) -> None:
    """Among children an awaitable is a node that React waits for; elsewhere it is a promise."""
    encoder = Recorder().encoder
    (pending,) = encoder.start(make(Later()))
    rows = encoder.flush().decode()
    encoder.resolve(pending, "done")

    assert pending.kind == "promise"
    assert code in rows
    assert encoder.flush() == b'1:"done"\n'


def test_parts_are_written_as_they_finish() -> None:
    """Rows leave in the order in which their values are there."""
    encoder = Recorder().encoder
    first, second = encoder.start([Promise(Later()), Promise(Later())])
    encoder.resolve(second, 2)
    early = encoder.flush()
    encoder.resolve(first, {"inner": 1})

    assert early == b'0:["$@1","$@2"]\n2:2\n'
    assert encoder.flush() == b'1:{"inner":1}\n'


def test_one_awaitable_in_two_places_is_awaited_once() -> None:
    """The same promise is the same row."""
    encoder = Recorder().encoder
    later = Later()

    assert len(encoder.start({"a": later, "b": [later]})) == 1
    assert encoder.flush() == b'0:{"a":"$@1","b":["$@1"]}\n'


def test_where_a_part_stands() -> None:
    """Each pending part knows its path, the nearest boundary, and whether a fallback shows meanwhile."""
    encoder = Recorder().encoder
    suspense = Element(SUSPENSE, None, {"fallback": Later(), "children": [element("p", Later())]})
    waiting = encoder.start(element(CARD, Boundary(7, [suspense, element("i", x={"y": Later()})])))

    assert [(part.where.path, part.where.boundary, part.where.suspended, part.where.element) for part in waiting] == [
        ("props.fallback", 7, False, "Suspense"),
        ("props.children", 7, True, "p"),
        ("props.x.y", 7, False, "i"),
    ]


def test_async_component_keeps_its_place() -> None:
    """The key of a component that is awaited goes to what it returns."""

    async def component(name: str) -> Element:
        return Element("p", "in", {"children": name})

    encoder = Recorder().encoder
    (pending,) = encoder.start([Element(component, "out", {"name": "x"})])
    encoder.resolve(pending, asyncio.run(pending.source))

    assert encoder.flush() == b'0:["$L1"]\n1:["$","p","out,in",{"children":"x"}]\n'


# Failing


def failing() -> Any:
    yield "a"
    raise ValueError("secret")


@pytest.mark.parametrize("signal", [ValueError("secret"), NotFound()], ids=["error", "signal"])
def test_a_component_that_raises_fails_alone(signal: BaseException) -> None:
    """Its siblings are written; the error is described once, with its place."""

    def component() -> Any:
        raise signal

    recorder = Recorder()
    recorder.encoder.start(element("div", [element("b", "ok"), Boundary("here", Element(component))]))
    rows = recorder.encoder.flush().decode()

    assert '["$","b",null,{"children":"ok"}],"$L1"' in rows
    assert '1:E{"digest":"digest","name":"Error","message":"","stack":[],"env":"Server","owner":null}\n' in rows
    assert [(error, where.boundary, where.element) for error, where in recorder.errors] == [
        (signal, "here", "component")
    ]


def test_a_generator_that_raises_fails_its_element() -> None:
    """What stands around the element is spared."""
    recorder = Recorder()
    recorder.encoder.start(element("div", [element("ul", failing()), "after"]))
    tree = decode_flight(recorder.encoder.flush())

    assert tree.props["children"][1] == "after"
    assert [str(error) for error, _ in recorder.errors] == ["secret"]


def test_a_root_that_cannot_be_sent() -> None:
    """The root row itself fails."""
    recorder = Recorder()
    recorder.encoder.start(print)

    assert recorder.encoder.flush().startswith(b"0:E{")
    assert isinstance(recorder.errors[0][0], EncodeError)


def test_a_result_that_cannot_be_sent_rejects_its_promise() -> None:
    """The rest of the response stands."""
    recorder = Recorder()
    (pending,) = recorder.encoder.start({"p": Promise(Later()), "ok": 1})
    recorder.encoder.resolve(pending, object())

    assert recorder.encoder.flush().startswith(b'0:{"p":"$@1","ok":1}\n1:E{')


def test_rejection() -> None:
    """A promise that fails is described with the place where it was promised."""
    recorder = Recorder()
    (pending,) = recorder.encoder.start(element("div", x=Later()))
    recorder.encoder.reject(pending, ValueError("secret"))

    assert recorder.encoder.flush().endswith(b'"env":"Server","owner":null}\n')
    assert recorder.errors[0][1].path == "props.x"


def test_a_client_component_that_the_build_lacks() -> None:
    """Its element throws in the browser; nothing else does."""
    recorder = Recorder()
    recorder.encoder.start([element(ClientReference("missing.tsx", "X")), 1])
    rows = recorder.encoder.flush()

    assert b'0:[["$","$L1",null,{}],1]\n1:E{' in rows
    assert recorder.encoder.client_rows == []


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, asyncio.CancelledError])
@pytest.mark.parametrize("wrap", [lambda items: items, lambda items: div[items], lambda items: {"a": [items]}])
def test_an_interruption_passes(interruption: type[BaseException], wrap: Any) -> None:
    """Cancellation and Ctrl-C are no failures of a part."""

    def interrupted() -> Any:
        yield "a"
        raise interruption

    with pytest.raises(interruption):
        Recorder().encoder.start(wrap(interrupted()))


def test_a_failed_element_is_referred_to_by_nobody() -> None:
    """An object inside a part that failed is written again where it is used next."""
    shared = {"v": 1}
    recorder = Recorder()
    recorder.encoder.start([element("div", a=shared, on=print), element("p", a=shared)])

    assert b'["$","p",null,{"a":{"v":1}}]' in recorder.encoder.flush()


def test_abort() -> None:
    """Everything outstanding fails with one error; what arrives later is ignored."""
    recorder = Recorder()
    promise, other, stream = recorder.encoder.start([Promise(Later()), Promise(Later()), Stream(numbers())])
    recorder.encoder.flush()
    recorder.encoder.abort(TimeoutError())
    rows = recorder.encoder.flush()

    assert rows.startswith(b'4:E{"digest"')
    assert b'1:"$4"\n2:"$4"\n3:E{' in rows
    assert recorder.encoder.resolve(promise, 1) == recorder.encoder.push(stream, 1) == []
    recorder.encoder.reject(other, ValueError())
    recorder.encoder.close(stream)
    assert recorder.encoder.flush() == b""


# Streams


async def numbers() -> Any:
    for number in range(3):
        yield number


def drive(recorder: Recorder, pending: Pending) -> bytes:
    async def run() -> None:
        async for value in pending.source:  # type: ignore[union-attr]
            recorder.encoder.push(pending, value)
        recorder.encoder.close(pending)

    asyncio.run(run())
    return recorder.encoder.flush()


@pytest.mark.parametrize(
    ("make", "tag"),
    [
        (numbers, b"X"),
        (lambda: Stream(numbers()), b"X"),
        (lambda: Stream(numbers(), "iterator"), b"x"),
        (lambda: Stream(numbers(), "values"), b"R"),
    ],
)
def test_streams(make: Any, tag: bytes) -> None:
    """An async generator arrives as an AsyncIterable, or as what Stream says."""
    recorder = Recorder()
    (pending,) = recorder.encoder.start([make()])

    assert pending.kind == "stream"
    assert drive(recorder, pending) == b'1:%b\n0:["$1"]\n1:0\n1:1\n1:2\n1:C\n' % tag


def test_byte_stream() -> None:
    """Pieces keep their bytes; empty ones, which React cannot read, are left out."""

    async def pieces() -> Any:
        for piece in (b"a\n", b"", memoryview(b"b")):
            yield piece

    recorder = Recorder()
    (pending,) = recorder.encoder.start(Stream(pieces(), "bytes"))

    assert drive(recorder, pending) == b'1:r\n0:"$1"\n1:b2,a\n1:b1,b1:C\n'


def test_byte_stream_of_something_else() -> None:
    """A piece that is no bytes is named, with the place of the stream, and the stream stays open for its end."""
    recorder = Recorder()
    (pending,) = recorder.encoder.start({"log": Stream(numbers(), "bytes")})

    with pytest.raises(EncodeError, match=r"Cannot send str in a byte stream, at log\. Its pieces must be bytes"):
        recorder.encoder.push(pending, "text")


def test_values_of_a_stream_are_not_kept() -> None:
    """A stream may go on for ever: what was sent is forgotten."""
    recorder = Recorder()
    (pending,) = recorder.encoder.start([Stream(numbers())])
    recorder.encoder.push(pending, {"first": ["value"], "x": "long " * 300})
    recorder.encoder.flush()
    gc.collect()
    before = len(gc.get_objects())
    for number in range(2_000):
        recorder.encoder.push(pending, {"n": [number], "p": p["text"], "action": ServerReference("id")})
        recorder.encoder.flush()
    gc.collect()

    assert len(gc.get_objects()) - before < 100


def test_values_of_a_stream_share_nothing() -> None:
    """Each value of a stream stands for itself, as from React's own server."""
    shared = {"v": [1]}
    encoder = Recorder().encoder
    (pending,) = encoder.start({"s": Stream(numbers(), "values"), "o": shared})
    encoder.flush()
    encoder.push(pending, [shared, {"new": 1}])
    encoder.push(pending, [shared])

    assert encoder.flush() == b'1:[{"v":[1]},{"new":1}]\n1:[{"v":[1]}]\n'


# Identity


def test_an_element_used_twice_is_written_once() -> None:
    """An icon that stands in every row costs its bytes once."""
    icon = Element("svg", None, {"d": "M0"})
    rows = encode(ul[li[icon], li[icon]])

    assert rows.count("svg") == 1
    assert rows.count('"$1"') == 2


def test_objects_of_an_earlier_row_are_referred_to() -> None:
    """A part that comes later refers to what the shell has sent."""
    user = {"name": "Ada"}
    encoder = Recorder().encoder
    (pending,) = encoder.start(element("div", [element(CARD, user=user), Boundary("b", Later())]))
    encoder.flush()
    encoder.resolve(pending, element(CARD, user=user))

    assert encoder.flush() == b'1:["$","$L2",null,{"user":"$0:props:children:0:props:user"}]\n'


def test_objects_below_generators_fragments_and_models_are_found() -> None:
    """The path to an object leads through whatever leaves no trace on the wire."""
    first, second, third = {"n": 1}, {"n": 2}, {"n": 3}
    tree = element(
        "div",
        (
            child
            for child in [
                element(FRAGMENT, [element("a", x=first)]),
                element(FRAGMENT, Element("b", "k", {"x": second})),
                Boundary("b", element("c", x=(third,))),
            ]
        ),
    )
    encoder = Recorder().encoder
    (pending,) = encoder.start([tree, Promise(Later())])
    encoder.flush()
    encoder.resolve(pending, [first, second, third])

    assert encoder.flush() == (
        b'1:["$0:0:props:children:0:0:props:x","$0:0:props:children:1:0:props:x","$0:0:props:children:2:props:x:0"]\n'
    )


def test_a_cycle_below_a_name_with_a_colon() -> None:
    """A path cannot lead through such a name: what stands there gets a row of its own."""
    inner: dict[str, Any] = {}
    inner["self"] = inner
    value = decode_flight(encode({"a:b": inner}).encode())

    assert value["a:b"]["self"] is value["a:b"]


@pytest.mark.parametrize("make", [lambda inner: [inner], lambda inner: {"a": inner}, lambda inner: div[inner]])
def test_deep_nesting(make: Any) -> None:
    """However deep a value is, neither side recurses without end."""
    value: Any = "bottom"
    for _ in range(5_000):
        value = make(value)
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(900)
    try:
        rows = encode(value)
    finally:
        sys.setrecursionlimit(limit)

    assert rows.count("\n") > 20


# References and hints


def test_server_references() -> None:
    """A callable is asked for once and referred to by the same code."""

    def save() -> None: ...

    recorder = Recorder(actions={save: ServerReference("id", ("token",))})
    recorder.encoder.start({"a": save, "b": [save]})

    assert recorder.encoder.flush() == b'1:["token"]\n2:{"id":"id","bound":"$@1"}\n0:{"a":"$h2","b":["$h2"]}\n'
    assert recorder.asked == [save]


def test_plain_objects_are_not_taken_for_callables() -> None:
    """Only what can be called is asked for; every class can, its instances need not."""
    recorder = Recorder()
    recorder.encoder.start([{"a": 1}, TimeoutError(), frozenset([1])])

    assert recorder.asked == []


def test_client_rows() -> None:
    """Each module is named once, and its styles are asked for once."""
    recorder = Recorder()
    recorder.encoder.start([element(CARD), element(CARD), element(ClientReference("b.tsx", ""))])
    rows = recorder.encoder.flush()

    assert rows.startswith(b'1:I["card.tsx",["c1","c1.js"],"Card"]\n2:I["b.tsx",["c1","c1.js"],""]\n:HS["/c1.css"')
    assert rows.count(b":HS") == 1
    assert [row.id for row in recorder.encoder.client_rows] == ["card.tsx", "b.tsx"]


def test_hints() -> None:
    """A hint is sent once, and none with an address that React would take for a code."""
    encoder = Recorder().encoder
    encoder.hint(preload("/a.css", "style"))
    encoder.hint(preload("/a.css", "style"))

    assert encoder.flush() == b':HL["/a.css","style"]\n'
    with pytest.raises(ValueError, match="must not start"):
        encoder.hint(Hint("D", "$x"))


def test_temporary_references_go_back() -> None:
    """What the browser kept becomes the original there; so does an argument that is returned unchanged."""
    argument = {"a": 1}
    references = TemporaryReferences()
    references.remember(argument, ((None, "0"), "1"))

    assert encode([argument, TemporaryReference("0:x")], temporary_references=references) == '0:["$T0:1","$T0:x"]\n'
