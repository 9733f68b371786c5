"""Random values against React's own packages: what we write reads there as what they write, and the other way round.

JETBRIDGE_LIVE_EXAMPLES sets how many values each test makes.
"""

from __future__ import annotations

import asyncio
import os
from typing import Any

import pytest
from flight_kit import differences, expand_body
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jetbridge.flight.decoder import decode_flight
from tests.flight.adapter import Adapter, encode_pieces
from tests.flight.strategies import REPLIES, RESPONSES, graphs

EXAMPLES = int(os.environ.get("JETBRIDGE_LIVE_EXAMPLES", "150"))
live = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
    print_blob=True,
)
pytestmark = pytest.mark.slow


def encode(value: Any) -> bytes:
    return b"".join(asyncio.run(encode_pieces(value, {})))


@live
@given(RESPONSES)
def test_responses(oracle: Any, value: Any) -> None:
    """React reads what we write as it reads what its own server writes, in both builds."""
    # As in every response of ours. Promises at the root itself are followed, but not through a lazy node, which
    # React's server leaves out where the node is ready.
    value = {"root": value}
    expected = oracle.decode_flight(oracle.encode_flight(value))["root"]
    data = encode(value)

    assert differences(expected, oracle.decode_flight(data)["root"]) == []
    assert differences(expected, oracle.decode_flight(data, mode="development")["root"]) == []


@live
@given(graphs())
def test_shared_and_cyclic_objects(oracle: Any, value: Any) -> None:
    """Objects that are one object here are one object in the browser."""
    data = encode(value)
    expected = oracle.decode_flight(oracle.encode_flight(value))["root"]

    assert differences(expected, oracle.decode_flight(data)["root"], identity=True) == []


@live
@given(REPLIES)
def test_replies(oracle: Any, value: Any) -> None:
    """What React's client sends arrives as it was meant."""
    body = expand_body(oracle.encode_reply([value]))

    assert differences([as_sent(value)], Adapter().decode_reply(body, ["m#f"], {})) == []


def as_sent(node: Any) -> Any:
    """A value after JavaScript has built it: one entry a key, no undefined property, no promise for a promise."""
    if isinstance(node, list):
        return [as_sent(item) for item in node]
    if not isinstance(node, dict):
        return node
    if node.get("$t") == "promise" and isinstance(node["value"], dict) and node["value"].get("$t") == "promise":
        return as_sent(node["value"])
    if node.get("$t") == "map":
        entries = {same(key): (key, value) for key, value in node["entries"]}
        first = {same(key): key for key, _ in reversed(node["entries"])}
        order = dict.fromkeys(same(key) for key, _ in node["entries"])
        return {"$t": "map", "entries": [[as_key(first[key]), as_sent(entries[key][1])] for key in order]}
    if node.get("$t") == "set":
        members = {same(item): item for item in reversed(node["values"])}
        return {"$t": "set", "values": [as_key(members[key]) for key in dict.fromkeys(map(same, node["values"]))]}
    return {name: as_sent(item) for name, item in node.items() if "$t" in node or item != {"$t": "undefined"}}


def as_key(node: Any) -> Any:
    """As a key of a Map minus zero is zero."""
    return 0 if node == {"$t": "number", "value": "-0"} else as_sent(node)


def same(key: Any) -> Any:
    """Equal for keys that are the same in a Map. Functions with nothing bound are always the same."""
    if isinstance(key, (bool, str, type(None))):
        return type(key), key
    if isinstance(key, (int, float)):
        return "number", key
    if isinstance(key, dict) and (
        key.get("$t") in ("undefined", "bigint", "symbol") or (key.get("$t") == "server" and key["bound"] is None)
    ):
        return str(sorted(key.items()))
    if isinstance(key, dict) and key.get("$t") == "number":
        return ("number", 0) if key["value"] == "-0" else key["value"]
    return id(key)


@live
@given(RESPONSES, st.lists(st.integers(0, 10**6), max_size=6), st.sampled_from(["production", "development"]))
def test_pieces_of_any_size(oracle: Any, value: Any, numbers: list[int], mode: str) -> None:
    """It does not matter where the network cuts a response, to neither build."""
    data = encode(value)
    whole = oracle.decode_flight(data, feed="whole", mode=mode)["root"]
    cuts = sorted(number % (len(data) + 1) for number in numbers)
    pieces = [data[start:end] for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True)]

    assert differences(whole, oracle.decode_flight(pieces, mode=mode)["root"]) == []
    assert differences(whole, oracle.decode_flight(data, split=1, mode=mode)["root"]) == []


@live
@given(RESPONSES)
def test_our_reader_byte_by_byte(value: Any) -> None:
    """Our own reader finds the same values however the bytes arrive."""
    data = encode(value)

    assert repr(decode_flight(data)) == repr(decode_flight(data[index : index + 1] for index in range(len(data))))
