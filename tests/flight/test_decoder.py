"""Our own reader of responses, on the bytes that React's server wrote for the recorded cases."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from flight_kit import cases, differences

from jetbridge.flight.decoder import Failed, FlightError, decode_flight, decode_response
from jetbridge.flight.hints import Hint
from jetbridge.flight.model import ClientReference, Element, File, Symbol
from jetbridge.flight.received import Settled
from jetbridge.flight.rows import Row, RowReader
from tests.flight.tagged import Printer

OTHERWISE = {
    "flight/blobs/blob-shared": "React finds null where a Blob is still read",
    "flight/identity/map-cycle": "React finds null where a Map is still read",
    "flight/client-references/missing": "a failure stays in its place",
    "flight/promises/unserializable-function": "a failure stays in its place",
    "flight/promises/unserializable-handler": "a failure stays in its place",
    "flight/promises/unserializable-symbol": "a failure stays in its place",
    "flight/endings/halt-promise": "a failure stays in its place",
    "flight/endings/halt-partial": "what is missing failed",
    "flight/endings/halt-stream-partial": "what is missing failed",
}
"""Cases that our reader takes otherwise than React, and why."""

CASES = [case for case in cases("flight") if case["decoded"]["status"] == "fulfilled" and case["id"] not in OTHERWISE]


class ResponsePrinter(Printer):
    """Also prints what only responses hold."""

    def _tagged(self, value: Any) -> Any:
        match value:
            case Element():
                kind = self.print(value.type)
                return {"$t": "element", "type": kind, "key": value.key, "props": self.print(value.props)}
            case ClientReference():
                return {"$t": "client", "id": value.module, "name": value.name}
            case Symbol():
                return {"$t": "symbol", "key": value.key}
            case FlightError():
                return {"$t": "error", "digest": value.digest}
            case Failed():
                return {"$t": "lazy", "status": "rejected", "reason": self.print(value.error)}
            case Settled() if value.error is not None:
                return {"$t": "promise", "status": "rejected", "reason": self.print(value.error)}
            case File():
                return {"$t": "blob", "type": value.type, "base64": base64.b64encode(value.read()).decode()}
        return super()._tagged(value)

    def _stream(self, stream: Any) -> Any:
        result = super()._stream(stream)
        return {**result, "error": self.print(stream.error)} if stream.error is not None else result


def simplified(node: Any) -> Any:
    """A recorded value without what the reader leaves to React: chunks of modules, digests that nobody gave."""
    if isinstance(node, list):
        return [simplified(item) for item in node]
    if not isinstance(node, dict):
        return node
    if node.get("$t") == "client":
        return {"$t": "client", "id": node["id"], "name": node["name"]}
    if node.get("$t") == "error":
        return {"$t": "error", "digest": node.get("digest", "")}
    if node.get("$t") == "file":
        return {"$t": "blob", "type": node["type"], "base64": node["base64"]}
    return {name: simplified(item) for name, item in node.items()}


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_recorded_response(case: dict[str, Any]) -> None:
    """What React reads in React's bytes, we read."""
    root = decode_flight(base64.b64decode(case["bytes"]))

    assert differences(simplified(case["decoded"]["value"]), simplified(ResponsePrinter(root).print(root))) == []


def test_failed_root() -> None:
    """A response whose root failed raises what the row says."""
    with pytest.raises(FlightError) as caught:
        decode_flight(b'0:E{"digest":"d","name":"ValueError","message":"m","stack":[]}\n')

    assert (caught.value.digest, caught.value.name, str(caught.value)) == ("d", "ValueError", "m")


def test_hints_and_imports() -> None:
    """Everything that stands beside the root."""
    response = decode_response(b':HL["/a.css","style"]\n1:I["m",["c","c.js"],"N"]\n0:["$","$L1",null,{}]\n')

    assert response.hints == [Hint("L", ["/a.css", "style"])]
    assert response.client_rows == [["m", ["c", "c.js"], "N"]]
    assert response.root.type == ClientReference("m", "N")


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_rows_in_pieces(size: int) -> None:
    """Rows may be cut anywhere, inside a character too."""
    data = '0:"é"\n1:T3,a\nb2:o2,\n\n3:R\n3:C\n:HD"x"\na:E{}\n'.encode()
    reader = RowReader()
    rows = [row for start in range(0, len(data), size) for row in reader.feed(data[start : start + size])]

    assert rows == [
        Row(0, "", '"é"'.encode()),
        Row(1, "T", b"a\nb"),
        Row(2, "o", b"\n\n"),
        Row(3, "R", b""),
        Row(3, "C", b""),
        Row(0, "H", b'D"x"'),
        Row(10, "E", b"{}"),
    ]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"A:1\n", "not lower-case hexadecimal"),
        (b"x:1\n", "not lower-case hexadecimal"),
        (b"0:T1g,x", "not lower-case hexadecimal"),
        (b"0:Y\n", "a row of kind 'Y'"),
        (b"0:{\n", "Expecting property name"),
    ],
)
def test_what_is_no_flight(data: bytes, text: str) -> None:
    """Bytes that no server writes are an error."""
    with pytest.raises(ValueError, match=text):
        decode_flight(data)
