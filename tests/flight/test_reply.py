"""What arrives from the browser: what it becomes, and what garbage becomes."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jetbridge.errors import ReplyDecodeError, UnknownAction
from jetbridge.flight.limits import Limits
from jetbridge.flight.model import UNDEFINED, BigInt, File, FormData, Map, Set
from jetbridge.flight.received import Received, Settled
from jetbridge.flight.reply import ReplyBody, decode_reply, decode_value
from jetbridge.flight.temporary import TemporaryReferences

Part = tuple[str, str | File]


def decode(*parts: Part | str, **options: Any) -> list[Any]:
    body = ReplyBody.of(parts[0]) if isinstance(parts[0], str) else ReplyBody.of(list(parts))  # type: ignore[arg-type]
    return decode_reply(body, **options)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("[]", []),
        ('[1,1.0,"a",true,null]', [1, 1.0, "a", True, None]),
        ("[9007199254740991]", [2**53 - 1]),
        ("[9007199254740993]", [float(2**53)]),
        ("[12345678901234567890123]", [1.2345678901234568e22]),
        ('["$$x","$undefined"]', ["$x", UNDEFINED]),
        ('["\\u0024$x"]', ["$x"]),
        ('[{"a":"$undefined","b":{"__proto__":1}}]', [{"b": {}}]),
        ('["$n12"]', [BigInt(12)]),
        ('["\\ud800"]', ["\ud800"]),
        ('[{"a":[1]},"$0:0:a"]', [{"a": [1]}, [1]]),
    ],
)
def test_values(text: str, value: list[Any]) -> None:
    """Integers are int, larger numbers float as in JavaScript; undefined is a value of its own."""
    decoded = decode(text)

    assert decoded == value
    assert [type(item) for item in decoded] == [type(item) for item in value]


def test_dates_are_aware() -> None:
    """A Date is a datetime in UTC."""
    (date,) = decode('["$D2024-05-06T07:08:09.123Z"]')

    assert date.isoformat() == "2024-05-06T07:08:09.123000+00:00"


def test_maps_and_sets_compare_as_javascript_does() -> None:
    """1, true and 1n are three keys; objects are keys, too."""
    (result,) = decode(("0", '["$Q1"]'), ("1", '[[1,"n"],[true,"b"],["$n1","big"],[{"o":1},"o"]]'))

    assert isinstance(result, Map)
    assert (result[1], result[True], result[BigInt(1)], len(result)) == ("n", "b", "big", 4)
    assert result[result.keys()[3]] == "o"


def test_form_data() -> None:
    """Entries keep their order; the first of a name is the one to get."""
    (form,) = decode(("_1_a", "1"), ("_1_f", File(b"x", "f.txt", "text/plain")), ("_1_a", "2"), ("0", '["$K1"]'))

    assert isinstance(form, FormData)
    assert (form.get("a"), form.get_all("a"), form.get("f").size, form.get("none", "d")) == ("1", ["1", "2"], 1, "d")


def test_promises_and_streams_are_settled() -> None:
    """They came with the body: nothing waits, and what did not come is an error."""

    async def use() -> Any:
        return [await promise, [item async for item in stream], list(stream)]

    parts: list[Part] = [("0", '["$@1","$X2","$@7"]'), ("1", '{"a":1}'), ("S2", "1"), ("S2", '"$$2"'), ("S2", 'C"end"')]
    promise, stream, missing = decode(*parts)

    assert isinstance(promise, Settled)
    assert isinstance(stream, Received)
    assert asyncio.run(use()) == [{"a": 1}, [1, "$2"], [1, "$2"]]
    assert stream.returned == "end"
    with pytest.raises(ReplyDecodeError):
        missing.result()


def test_server_references_come_from_the_registry() -> None:
    """The registry sees complete bound arguments, innermost first; its refusal is a decoding error."""
    seen: list[Any] = []

    def load(id: str, bound: tuple[Any, ...] | None) -> object:
        if id == "unknown":
            raise UnknownAction(id)
        seen.append((id, bound))
        return f"<{id}>"

    parts: list[Part] = [
        ("0", '["$h1","$h1",{"then":"$h1"}]'),
        ("1", '{"id":"outer","bound":"$@2"}'),
        ("2", '["$h3","$Q4"]'),
        ("3", '{"id":"inner","bound":null}'),
        ("4", '[["k","$h3"]]'),
    ]
    result = decode(*parts, server_reference=load)

    assert result == ["<outer>", "<outer>", {"then": None}]
    assert seen == [("inner", None), ("outer", ("<inner>", Map([("k", "<inner>")])))]
    with pytest.raises(ReplyDecodeError):
        decode(("0", '["$h1"]'), ("1", '{"id":"unknown","bound":null}'), server_reference=load)


def test_temporary_references() -> None:
    """What the browser kept for itself is an opaque value; every object is remembered by its place."""
    references = TemporaryReferences()
    (argument,) = decode('[{"a":{"f":"$T"}}]', temporary_references=references)

    assert argument["a"]["f"].path == "0:0:a:f"
    assert references.path_of(argument["a"]) == "0:0:a"
    assert references.path_of({}) is None


@pytest.mark.parametrize(
    ("parts", "path"),
    [
        ([("0", '[{"due":"$Dtomorrow"}]')], "args[0].due"),
        ([("0", '[[],"$n1.5"]')], "args[1]"),
        ([("0", '["$1"]')], "args[0]"),
        ([("0", '["$@1"]'), ("1", '{"x":["$B7"]}')], "part 1.x[0]"),
    ],
)
def test_errors_name_the_place(parts: list[Part], path: str) -> None:
    """The log says where the reply is wrong."""
    with pytest.raises(ReplyDecodeError) as caught:
        decode(*parts)

    assert caught.value.path == path


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ('["password",["$$a","$$b","$$c"]]', "args[1][2]"),
        ('[{"password":"x","k":["$n1","$n2","$n3"]}]', "args[0].k[2]"),
    ],
)
def test_a_limit_names_the_place_and_no_value(text: str, path: str) -> None:
    """Where there are too many codes stands in the error, and nothing of what was sent."""
    with pytest.raises(ReplyDecodeError) as caught:
        decode(text, limits=Limits(max_codes=2))

    assert caught.value.path == path


@pytest.mark.parametrize(
    ("limits", "parts"),
    [
        (Limits(max_characters=10), [("0", '["0123456789"]')]),
        (Limits(max_parts=1), [("0", "[]"), ("1", "1")]),
        (Limits(max_depth=3), [("0", "[[[[]]]]")]),
        (Limits(max_depth=3), [("0", '[["$1"]]'), ("1", "[[1]]")]),
        (Limits(max_depth=3), [("0", '["$$",[[[]]]]')]),
        (Limits(max_containers=3), [("0", "[[],[],[]]")]),
        (Limits(max_containers=3), [("0", '["$$",[],[],[]]')]),
        (Limits(max_codes=2), [("0", '["$$","$$","$$"]')]),
        (Limits(max_digits=2), [("0", '["$n123"]')]),
        (Limits(max_bound=1), [("0", '["$h1"]'), ("1", '{"id":"a","bound":"$@2"}'), ("2", "[1,2]")]),
        (Limits(max_references=5), [("0", '["$1"]'), *((str(n), f'"${n + 1:x}"') for n in range(1, 9)), ("9", "[]")]),
        (Limits(max_slots=5), [("0", "[[1,2],[3,4]]")]),
        (Limits(max_slots=20), [("0", '["$1","$1","$1","$1"]'), ("1", '{"a":["$2","$2"]}'), ("2", "[[],[]]")]),
    ],
)
def test_limits(limits: Limits, parts: list[Part]) -> None:
    """Each limit refuses what is beyond it, and only with the documented error."""
    with pytest.raises(ReplyDecodeError):
        decode(*parts, limits=limits, server_reference=lambda id, bound: id)


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param([("0", '["$1:__proto__:then"]'), ("1", "{}")], id="CVE-2025-55182-inherited-property"),
        pytest.param([("0", '["$1:constructor:constructor"]'), ("1", "{}")], id="CVE-2025-55182-constructor"),
        pytest.param(
            [
                ("0", '"$1"'),
                (
                    "1",
                    '{"status":"resolved_model","value":"{}","then":"$2:then","_response":{"_formData":{"get":"$2:x"}}}',
                ),
                ("2", '"$@3"'),
                ("3", "[]"),
            ],
            id="CVE-2025-55182-forged-chunk",
        ),
        pytest.param([("0", '"$@0"')], id="CVE-2025-55184-promise-for-itself"),
        pytest.param([("0", '"$@1"'), ("1", '"$@0"')], id="CVE-2025-67779-promises-for-each-other"),
        pytest.param([("0", '["$n' + "9" * 10_000 + '"]')], id="CVE-2026-23864-long-bigint"),
        pytest.param(
            [("0", '["$h1"]'), ("1", '{"id":"a","bound":"$@2"}'), ("2", "[" + "0," * 1000 + "0]")],
            id="CVE-2026-23864-bound-arguments",
        ),
        pytest.param(
            [*((str(n), "[" + ",".join([f'"${n + 1:x}"'] * 10) + "]") for n in range(9)), ("9", "[1,2]")],
            id="CVE-2026-23864-arrays",
        ),
    ],
)
def test_published_attacks(parts: list[Part]) -> None:
    """Attacks on React's own decoder, by the names under which they were published."""
    with pytest.raises(ReplyDecodeError):
        decode(*parts, server_reference=lambda id, bound: id)


def test_a_reference_to_an_action_does_not_tell_its_source() -> None:
    """CVE-2025-55183: what was decoded can be printed without telling anything of the function."""
    (value,) = decode(("0", '["$h1"]'), ("1", '{"id":"a","bound":null}'), server_reference=lambda id, bound: len)

    assert "def" not in repr([value, Settled(value), Map([("a", value)]), Set([value])])


WORDS = '[ ] { } , : " $ 0 1 2 a f Q K B @ h X S1 then __proto__ $@1 $1:a:0 $Q1 $h1 $K1 $T $D $n9 null 1e9 \\u0024'
VALUES = ["\x00", "\ud800", "é", "[1,2]", '{"id":"a","bound":"$@1"}', '[["a","$1"]]', '"$1"', '"$0:0"']
PIECES = st.sampled_from(WORDS.split() + VALUES)
NAMES = st.sampled_from(["0", "1", "2", "S1", "_1_a", "_2_", "00", "x", "$ACTION_ID_a"])
BODIES = st.lists(st.tuples(NAMES, st.lists(PIECES, max_size=8).map("".join)), max_size=5)


@settings(max_examples=200)
@given(BODIES, st.booleans())
def test_garbage(parts: list[Part], keep: bool) -> None:
    """Whatever is sent becomes a value or the documented error, without help of Python's own limits."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(1000)
    try:
        decode_value(
            ReplyBody(parts=parts),
            server_reference=lambda id, bound: (id, bound),
            temporary_references=TemporaryReferences() if keep else None,
        )
    except ReplyDecodeError:
        pass
    finally:
        sys.setrecursionlimit(limit)


@pytest.mark.parametrize(
    "parts",
    [
        [("0", "[" * 300 + "]" * 300)],
        [("0", '["$1"]'), *((str(n), f'["${n + 1:x}"]') for n in range(1, 2000)), ("2000", "1")],
        [("0", '"$1"'), *((str(n), f'"${n + 1:x}"') for n in range(1, 2000)), ("2000", "1")],
        [("0", '["$@1"]'), *((str(n), f'"$@{n + 1:x}"') for n in range(1, 5000)), ("5000", "1")],
        [
            ("0", '["$h1"]'),
            *((str(n), f'{{"id":"a","bound":"$@{n + 1:x}"}}' if n % 2 else f'["$h{n + 1:x}"]') for n in range(1, 3000)),
        ],
        [("0", "{" + ",".join(f'"k{n}":"$0:k{n + 1}"' for n in range(3000)) + ',"k3000":1}')],
        [("0", "[" * 100_000)],
        [("0", '{"a":' * 50_000)],
        [("0", '["\\ud800",' + "[" * 900 + "]" * 900 + "]")],
    ],
)
def test_no_recursion(parts: list[Part]) -> None:
    """Depth, chains and nesting cost no stack."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(700)
    try:
        decode_value(ReplyBody(parts=parts), server_reference=lambda id, bound: (id,))
    except ReplyDecodeError:
        pass
    finally:
        sys.setrecursionlimit(limit)
