"""What a hostile body costs: memory and work stay in proportion to its size."""

from __future__ import annotations

import gc
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from jetbridge.errors import ReplyDecodeError
from jetbridge.flight.cost import weigh_exactly, weigh_roughly
from jetbridge.flight.form_action import decode_action
from jetbridge.flight.limits import Limits
from jetbridge.flight.model import BigInt, File, Map, Set
from jetbridge.flight.parts import FRAME
from jetbridge.flight.reply import ReplyBody, decode_value

Body = str | list[tuple[str, str | File]]

SIZE = 1_000_000
MEGABYTES_PER_MEGABYTE = 10.0
LOOPS_PER_MEGABYTE = 30.0
"""Calibration loops, each of which takes about 4.5 ms where this was written: three times what a body should cost."""


def items(text: str) -> Callable[[int], str]:
    return lambda size: f"[{','.join([text] * (size // (len(text) + 1)))}]"


def numbered(text: str) -> Callable[[int], str]:
    """Entries that differ: `{}` is a number."""
    return lambda size: "[" + ",".join(text.replace("{}", str(n)) for n in range(size // (len(text) + 4))) + "]"


def parts(root: str, model: str) -> Callable[[int], Body]:
    """A part for each code in the root. `{}` in the root and in the model: the number of a part."""

    def build(size: int) -> Body:
        count = range(1, size // (FRAME + len(root) + len(model) + 9))
        models: Body = [(str(n), model.replace("{}", f"{n + 1:x}")) for n in count]
        return [("0", f"[{','.join(root.replace('{}', f'{n:x}') for n in count)}]"), *models]

    return build


TEXTS: dict[str, Callable[[int], str]] = {
    **{text: items(text) for text in ("0", "-6", "257", "1.5", "[]", "{}", "[0]", '{"a":0}', '{"x":1.5,"y":2.5}')},
    **{text: items(text) for text in ('""', '"ab"', '"Ā"', '"😀"', '"["', '"\\n"', '"\\ud800"', '{"__proto__":0}')},
    **{text: items(text) for text in ('"$$"', '"$-0"', '"$K1"', '"$@1"', '"$X1"', '"$0"', '"$0:x"', '"$n1"')},
    **{text: items(text) for text in ('"$D2024-01-01"', '{"a":"$undefined"}', '"$$a",[]', '"$$",{"a":0}')},
    **{
        text: numbered(text)
        for text in ('{"k{}":0}', '"$K{}"', '"$@{}"', '"$X{}"', '"$0:{}"', '"$n{}"', "1{}0000000000")
    },
    "properties": lambda size: "{" + ",".join(f'"{n}":0' for n in range(size // 10)) + "}",
    "deep": lambda size: "[" * (size // 2) + "]" * (size // 2),
    "never closed": lambda size: '["\\u0061",' + "[]," * (size // 3),
    "one wide letter": lambda size: f'["{"a" * size}😀"]',
    "a path through a cycle": lambda size: f'[["$0"],"$0{":0:0" * (size // 4)}"]',
}
FORMS: dict[str, Callable[[int], Body]] = {
    "unused parts": parts("1", "1"),
    "lists": parts('"${}"', "[]"),
    "maps": parts('"$Q{}"', "[]"),
    "sets": parts('"$W{}"', "[0]"),
    "promises": parts('"$@{}"', "1"),
    "promises in a row": parts('"$@{}"', '"$@{}"'),
    "references in a row": parts('"${}"', '"${}"'),
    "actions": parts('"$h{}"', '{"id":"a"}'),
    "actions with everything bound": parts('"$h{}"', '{"id":"a","bound":"$@0"}'),
    "one large set": lambda size: [("0", '["$W1"]'), ("1", f"[{','.join(map(str, range(size // 7)))}]")],
    "a set of lists": lambda size: [("0", '["$W1"]'), ("1", items("[]")(size))],
    "a set of colliding numbers": lambda size: [
        ("0", '["$W1"]'),
        ("1", "[" + ",".join(f'"$n{n * (2**61 - 1)}"' for n in range(size // 25)) + "]"),
    ],
    "laughs": lambda size: [*((str(n), items(f'"${n + 1:x}"')(size // 9)) for n in range(8)), ("8", "[]")],
    "fields": lambda size: [*[("_1_", "")] * (size // 48), ("0", '["$K1"]')],
    "files": lambda size: [("0", '["$B1"]'), *((str(n), File(b"")) for n in range(size // 51))],
    "values of a stream": lambda size: [("0", '["$X1"]'), *[("S1", "[]")] * (size // 49), ("S1", "C")],
}


def size_of(body: Body) -> int:
    if isinstance(body, str):
        return len(body.encode("utf-8", "surrogatepass"))
    return sum(len(name) + FRAME + (value.size if isinstance(value, File) else len(value)) for name, value in body)


def decode(body: Body) -> Any:
    """The value, kept until its memory has been measured; None for what is refused."""
    try:
        return decode_value(ReplyBody.of(body), server_reference=lambda id, bound: (id, bound))
    except ReplyDecodeError:
        return None


def work() -> None:
    """The unit of work: list and dict entries, as decoding makes them."""
    made: dict[int, list[str]] = {}
    for number in range(30_000):
        made[number] = [str(number)]


def seconds(run: Callable[[], object]) -> float:
    gc.collect()
    start = time.process_time()
    run()
    return time.process_time() - start


def best(run: Callable[[], object], enough: float) -> float:
    """How many units of work it takes at best; a busy machine gets several chances to be below `enough`."""
    ratio = seconds(run) / seconds(work)
    for _ in range(4):
        if ratio >= enough:
            ratio = min(ratio, seconds(run) / seconds(work))
    return ratio


@pytest.mark.slow
@pytest.mark.parametrize("build", [pytest.param(build, id=name) for name, build in (TEXTS | FORMS).items()])
def test_memory_and_work_are_in_proportion(build: Callable[[int], Body]) -> None:
    """A megabyte of anything costs less than 10 MB, and less work than a multiple of a loop in the same run."""
    body = build(SIZE)
    megabytes = size_of(body) / 1_000_000
    tracemalloc.start()
    try:
        kept = decode(body)
        peak = tracemalloc.get_traced_memory()[1] / 1_000_000
    finally:
        tracemalloc.stop()
    del kept
    ratio = best(lambda: decode(body), LOOPS_PER_MEGABYTE * megabytes)

    assert peak / megabytes < MEGABYTES_PER_MEGABYTE
    assert ratio / megabytes < LOOPS_PER_MEGABYTE


@pytest.mark.parametrize(
    "text",
    [
        '[{"id":7,"name":"Ada","tags":["a","b"],"active":true},12,-3.5e1]',
        '["a,b","[{","\\"[,","\\\\",{"k\\":":"{}"}]',
        '["é","😀",[],{}]',
    ],
)
def test_the_exact_weight_is_below_the_rough_one(text: str) -> None:
    """What is inside of strings is told from structure, however it is escaped."""
    rough, exact = weigh_roughly(text * 100), weigh_exactly(text * 100)

    assert (exact.memory, exact.containers) <= (rough.memory, rough.containers)
    assert exact.containers == 100 * _containers(text)


def _containers(text: str) -> int:
    import json

    made = 0

    def count(value: Any) -> None:
        nonlocal made
        if isinstance(value, (list, dict)):
            made += 1
            for item in value.values() if isinstance(value, dict) else value:
                count(item)

    count(json.loads(text))
    return made


def test_usual_data_is_accepted() -> None:
    """A megabyte of rows, of text and of numbers, and a drawing of 10,000 points."""
    row = (
        '{"id":123456,"name":"Ada Lovelace","mail":"a@example.com","joined":"$D2024-05-06T07:08:09.123Z","tags":["a"]}'
    )
    text = "a,b;[c] " * 100_000
    bodies = [items(row)(SIZE), items("123.456")(SIZE), items("[1.25,2.5]")(90_000), f'["{text}","$$"]']

    assert all(len(decode(body)) > 1 for body in bodies)
    assert len(decode(items('{"x":123.5,"y":88.25}')(220_000))) == 10_000


def test_the_limits_can_be_changed() -> None:
    """Who expects tiny values may allow more memory for each byte; the error names the limit."""
    body = ReplyBody(text=items("[]")(SIZE // 4))

    with pytest.raises(ReplyDecodeError, match="memory_per_byte"):
        decode_value(body)
    assert len(decode_value(body, Limits(memory_per_byte=30, steps_per_byte=30))) == SIZE // 12


def test_numbers_with_one_hash_are_told_apart_quickly() -> None:
    """A Set of BigInts that Python hashes alike takes a time linear to their number."""

    def build(count: int) -> Set:
        return Set(BigInt(number * (2**61 - 1)) for number in range(count))

    ratio = min(seconds(lambda: build(8_000)) / seconds(lambda: build(1_000)) for _ in range(3))

    assert ratio < 24
    assert len(build(1_000)) == 1_000
    assert Map([(BigInt(1), "big"), (1, "number"), ("1", "text"), (True, "bool")]).values() == [
        "big",
        "number",
        "text",
        "bool",
    ]


def test_fields_of_other_forms_cost_nothing_more() -> None:
    """The hidden fields of all buttons of a page are looked at once."""
    fields: list[tuple[str, str | File]] = [(f"$ACTION_REF_{n}", "") for n in range(20_000)]
    ratio = best(lambda: decode_action([*fields, ("$ACTION_ID_a", "")]), LOOPS_PER_MEGABYTE)

    assert ratio < LOOPS_PER_MEGABYTE


def test_too_many_codes_are_refused_before_one_is_read() -> None:
    """What can be counted beforehand is: the first code is wrong, and nobody has got to it."""
    numbers = ",".join(f'"$n{number:06}"' for number in range(90_000))

    with pytest.raises(ReplyDecodeError, match="steps_per_byte"):
        decode_value(ReplyBody.of(f'["$nx",{numbers}]'))
    with pytest.raises(ReplyDecodeError, match="BigInt"):
        decode_value(ReplyBody.of('["$nx","$n1"]'))


def test_codes_that_escapes_hide_are_counted_one_by_one() -> None:
    """Text that only looks like many codes is text."""
    text = '[{"text":"' + '\\"$n1' * 60_000 + '"},"$n7"]'

    assert decode_value(ReplyBody.of(text))[1] == 7
