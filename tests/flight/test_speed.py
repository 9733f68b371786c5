"""The quick way to write rows is taken where it counts."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from jetbridge.flight.encoder import ClientRow, ErrorRow, FlightEncoder
from jetbridge.flight.model import SUSPENSE, Element
from jetbridge.flight.temporary import TemporaryReferences
from jetbridge.html import table, td, tr


def encode(value: Any, references: TemporaryReferences | None) -> None:
    encoder = FlightEncoder(
        client_reference=lambda reference: ClientRow("c", (), reference.name),
        server_reference=lambda value: None,
        describe_error=lambda error, where: ErrorRow(str(error)),
        temporary_references=references,
    )
    encoder.start(value)
    encoder.flush()


def seconds(run: Callable[[], None]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


def is_faster(run: Callable[[], None], other: Callable[[], None], factor: float) -> bool:
    """Whether it is so in one of several pairs of runs, one right after the other: a busy machine slows down both."""
    return any(seconds(run) * factor < seconds(other) for _ in range(20))


ROWS = table[[tr(key=str(row))[[td(class_name="c")[f"{row}.{n}"] for n in range(5)]] for row in range(200)]]
DATA = [{"id": n, "name": f"name {n}", "price": n / 2, "tags": ["a", "b"]} for n in range(300)]


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(ROWS, id="table"),
        pytest.param({"root": Element(SUSPENSE, None, {"children": ROWS}), "page": "/"}, id="suspense"),
        pytest.param({"returnValue": DATA}, id="data"),
    ],
)
def test_pages_take_the_quick_way(value: Any) -> None:
    """Tables, what stands below Suspense, and data are written far quicker than by the exact writer."""
    # Temporary references need the exact writer.
    assert is_faster(lambda: encode(value, None), lambda: encode(value, TemporaryReferences()), 2)
