"""Every recorded case of the conformance kit, in both directions; what we write is read by React itself."""

from __future__ import annotations

from typing import Any

import pytest
from flight_kit import documents
from runner import RUNNABLE, Runner

from tests.flight.adapter import Adapter

CASES = [
    (document["kind"], case) for document in documents() if document["kind"] in RUNNABLE for case in document["cases"]
]


@pytest.fixture(scope="session")
def runner(oracle: Any) -> Runner:
    return Runner(Adapter(), oracle, development=True)


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "case"), CASES, ids=[case["id"] for _, case in CASES])
def test_vector(runner: Runner, kind: str, case: dict[str, Any]) -> None:
    """A recorded case has the outcome that React has, in production and in development."""
    assert runner.run(kind, case) == []
