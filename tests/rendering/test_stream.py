"""The order in which a payload goes out: the shell first, then each part as it finishes."""

from __future__ import annotations

import asyncio
import dataclasses
import gc
import sys
from datetime import UTC, datetime

import anyio
import anyio.lowlevel
import pytest

from jetbridge.errors import NotFound, Redirect
from jetbridge.flight.encoder import ClientRow
from jetbridge.flight.model import SUSPENSE, Boundary, Element
from jetbridge.flight.plain import plain_rows
from jetbridge.rendering.failures import describe_failure
from jetbridge.rendering.stream import RETURN_VALUE, AtEnd, FlightStream, References, Settled

pytestmark = pytest.mark.anyio


def references() -> References:
    return References(
        client=lambda reference: ClientRow(reference.module, (), reference.name),
        server=lambda function: None,
        describe=lambda error, path: describe_failure(error, path, debug=False),
    )


async def after(seconds, value):
    await anyio.sleep(seconds)
    return value


async def failing(error, seconds=0.0):
    await anyio.sleep(seconds)
    raise error


async def collect(stream: FlightStream) -> list[bytes]:
    chunks = []
    while chunk := await stream.next_chunk():
        chunks.append(chunk)
    return chunks


async def test_the_shell_waits_for_what_is_not_suspended():
    """A part outside of Suspense is in the first chunk; one inside follows when it is ready."""
    opened = anyio.Event()

    async def later():
        await opened.wait()
        return "later"

    tree = [after(0.01, "in the shell"), Element(SUSPENSE, None, {"children": later()})]
    async with FlightStream(references()) as stream:
        assert await stream.start(tree) is None
        first = await stream.next_chunk()
        opened.set()
        rest = b"".join(await collect(stream))

    assert b"in the shell" in first
    assert b"later" not in first
    assert b"later" in rest


async def test_parts_arrive_as_they_finish():
    """The faster part does not wait for the slower one."""
    parts = [
        Element(SUSPENSE, None, {"children": after(delay, name)}) for delay, name in ((0.05, "slow"), (0.01, "fast"))
    ]
    async with FlightStream(references()) as stream:
        await stream.start(parts)
        data = b"".join(await collect(stream))

    assert data.index(b"fast") < data.index(b"slow")


async def test_a_failure_in_the_shell_is_reported_with_its_level():
    """Before the first byte the response can become another one: who failed decides which."""
    tree = Boundary(0, Element("main", None, {"children": Boundary(1, failing(NotFound()))}))
    async with FlightStream(references()) as stream:
        shell = await stream.start(tree)

    assert shell is not None
    assert shell.level == 1
    assert isinstance(shell.failure.error, NotFound)


async def test_the_first_failure_ends_the_wait_for_the_rest():
    """A part that never finishes does not hold a response whose shell has failed, and is cancelled."""
    ended = []

    async def endless():
        try:
            await anyio.sleep_forever()
        finally:
            ended.append(True)

    with anyio.fail_after(2):
        async with FlightStream(references()) as stream:
            assert await stream.start([endless(), failing(ValueError("x"), 0.01)]) is not None

    assert ended == [True]


async def test_a_failure_below_suspense_leaves_the_shell_alone(caplog):
    """A suspended part that fails reaches its own boundary in the browser; the shell is fine."""
    async with FlightStream(references()) as stream:
        assert await stream.start(Element(SUSPENSE, None, {"children": failing(ValueError("secret"))})) is None
        data = b"".join(await collect(stream))

    assert b"E{" in data
    assert b"secret" not in data


async def test_the_failure_of_a_result_is_the_callers():
    """An action that raised fails its own promise, not the page that comes with the answer."""
    payload = {"root": "page", "returnValue": Boundary(RETURN_VALUE, failing(ValueError("x")))}
    async with FlightStream(references()) as stream:
        assert await stream.start(payload) is None


async def test_leaving_early_cancels_what_is_under_way():
    """A browser that goes away takes the work on its response with it."""
    ended = []
    started = anyio.Event()

    async def endless():
        try:
            started.set()
            await anyio.sleep_forever()
        finally:
            ended.append(True)

    async with FlightStream(references()) as stream:
        await stream.start(Element(SUSPENSE, None, {"children": endless()}))
        await stream.next_chunk()
        await started.wait()

    assert ended == [True]


async def test_an_iterable_is_asked_for_its_next_item_when_the_last_one_is_taken():
    """A slow reader holds no queue of items in memory."""
    made = []

    async def numbers():
        for number in range(100):
            made.append(number)
            yield number

    async with FlightStream(references()) as stream:
        await stream.start({"numbers": numbers()})
        for _ in range(3):
            await stream.next_chunk()
        await anyio.sleep(0.01)

        assert len(made) <= 4


async def from_a_group(error):
    async def inner():
        raise error

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(inner)


async def test_a_signal_out_of_a_task_group_is_that_signal():
    """redirect() below a task group arrives wrapped in a group, and redirects all the same."""
    async with FlightStream(references()) as stream:
        shell = await stream.start([from_a_group(Redirect("/x"))])

    assert shell is not None
    assert isinstance(shell.failure.error, Redirect)


async def test_a_part_that_calls_exit_fails_alone(caplog):
    """sys.exit() in a component is the failure of that part: the server goes on."""

    async def leaving():
        sys.exit(3)

    async with FlightStream(references()) as stream:
        shell = await stream.start([leaving()])

    assert shell is not None
    assert "sys.exit(3)" in caplog.text


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_a_part_that_awaits_something_cancelled_fails(anyio_backend, caplog):
    """A cancellation that nobody meant for the response is a failure, and keeps nobody waiting."""

    async def waiting():
        task = asyncio.create_task(asyncio.sleep(10))
        task.cancel()
        await task

    with anyio.fail_after(2):
        async with FlightStream(references()) as stream:
            assert await stream.start([waiting()]) is not None


async def test_a_generator_ends_in_the_task_that_ran_it():
    """Whoever leaves early closes the generators of the response, also those that wait for their reader."""
    ended = []

    async def numbers():
        began = anyio.get_current_task().id
        try:
            for number in range(100):
                yield number
        finally:
            ended.append(anyio.get_current_task().id == began)

    async with FlightStream(references()) as stream:
        await stream.start({"numbers": numbers()})
        for _ in range(2):
            await stream.next_chunk()

    assert ended == [True]


async def test_a_generator_that_cannot_be_closed_is_logged(caplog):
    """Its last error reaches nobody's page, and ends nothing else."""

    async def numbers():
        try:
            yield 1
        finally:
            raise ValueError("while closing")

    async with FlightStream(references()) as stream:
        await stream.start({"numbers": numbers()})
        await stream.next_chunk()
        await stream.next_chunk()

    assert "while closing" in caplog.text


async def test_a_part_that_never_began_leaves_no_warning():
    """Whoever leaves before the first step of a part closes it: Python does not complain in the log."""
    with anyio.CancelScope() as scope:
        async with FlightStream(references()) as stream:
            scope.cancel()
            await stream.start([after(1, "never")])
    gc.collect()


async def numbers():
    yield 1
    yield {"two": 2}


SHARED = {"id": 3}
PLAIN_RESULTS = [
    *("text", "", "$dollar", "a" * 2000, "\ud800", True, None, 3, 2**60, 1.5, float("nan"), [1, [2]], {"a": "$b"}),
    *([SHARED, SHARED], {"x": SHARED, "y": [SHARED]}, datetime(2026, 1, 2, tzinfo=UTC), {"bad": object()}),
]
RESULTS = [
    *(lambda value=value: value for value in PLAIN_RESULTS),
    lambda: after(0, "soon"),
    lambda: [after(0, "soon"), after(0, ["later"])],
    lambda: failing(ValueError("no")),
    lambda: Element("p", "k", {"children": ["a", after(0, "soon")]}),
    lambda: Element(SUSPENSE, None, {"children": after(0, "soon")}),
    numbers,
]


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("make", RESULTS)
async def test_a_result_is_written_as_in_a_payload(make, debug, monkeypatch):
    """The shorter way of an answer without page gives the same rows."""
    monkeypatch.setattr("jetbridge.rendering.failures.secrets.token_hex", lambda size: "0" * 2 * size)
    facts = {"page": "/$x", "build": "$b", "at": 1.5, "redirect": {"url": "$", "kind": "push"}}
    answers = []
    for short in (False, True):
        value = make()
        async with FlightStream(dataclasses.replace(references(), debug=debug)) as stream:
            if short:
                await stream.start_result(facts, Settled(value, None))
            else:
                await stream.start({**facts, RETURN_VALUE: Boundary(RETURN_VALUE, Settled(value, None))})
            answers.append(sorted(b"".join(await collect(stream)).splitlines()))

    assert answers[0] == answers[1]


@pytest.mark.parametrize("value", [*PLAIN_RESULTS, {1: "a"}, {"$a": "$b", "c": [1]}, ["$", 1.5, None, 2**60], (), {}])
async def test_plain_rows_are_those_of_a_stream(value):
    """Where a result needs no encoder, the same rows come without one."""
    facts = {"page": "/$x", "build": "$b", "at": 1.5, "redirect": {"url": "$", "kind": "push"}}
    async with FlightStream(references()) as stream:
        await stream.start_result(facts, Settled(value, None))
        whole = b"".join(await collect(stream))

    assert plain_rows(facts, RETURN_VALUE, value) in (None, whole)


@pytest.mark.parametrize(
    ("value", "is_plain"),
    [
        *((value, True) for value in ("", "$a", 3, 0.5, True, None, [], {}, [1, "$b"], {"a": None, "$b": "$c"})),
        *((value, False) for value in ("a" * 2000, "\ud800", 2**60, float("inf"), [[1]], {"a": {}}, {1: 2}, (1,), {3})),
    ],
)
def test_what_is_plain(value, is_plain):
    """One level of lists and dicts, of what JSON and JavaScript both know."""
    assert (plain_rows({}, RETURN_VALUE, value) is not None) == is_plain


async def test_a_failed_result_is_written_as_in_a_payload():
    """The shorter way of an answer without page gives the same rows for a failure, too."""
    failure = describe_failure(NotFound(), "", debug=False)
    answers = []
    for short in (False, True):
        async with FlightStream(references()) as stream:
            if short:
                await stream.start_result({"page": "/"}, Settled(None, failure))
            else:
                await stream.start({"page": "/", RETURN_VALUE: Boundary(RETURN_VALUE, Settled(None, failure))})
            assert stream.is_complete
            answers.append(b"".join(await collect(stream)))

    assert answers[0] == answers[1]


@pytest.mark.parametrize("seconds", [None, 0.01])
async def test_a_value_that_is_known_at_the_end(seconds):
    """It is asked for when all else has been made, and comes in the last chunk."""
    made = []

    async def part():
        if seconds is not None:
            await anyio.sleep(seconds)
        made.append("part")
        return "made"

    tree = {"sources": AtEnd(lambda: list(made)), "root": Element(SUSPENSE, None, {"children": part()})}
    async with FlightStream(references()) as stream:
        await stream.start(tree)
        chunks = await collect(stream)

    rows = b"".join(chunks).decode().splitlines()
    assert rows[-1] == '1:["part"]'
    assert '"sources":"$@1"' in rows[0] + rows[-2] + rows[1]


async def test_a_value_that_is_known_at_the_end_of_nothing_else():
    """Where nothing is waited for it is there at once."""
    async with FlightStream(references()) as stream:
        await stream.start({"sources": AtEnd(lambda: ["a"])})

        assert stream.is_complete
        assert (await stream.next_chunk()).decode().splitlines()[-1] == '1:["a"]'
