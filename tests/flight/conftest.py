"""React's own packages, behind one process for the whole run."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "conformance" / "python"))

from flight_kit import Oracle

os.environ.setdefault("FLIGHT_LIMIT_FACTOR", "4")
"""The time limits of hostile cases are meant for a machine that does nothing else."""


@pytest.fixture(scope="session")
def oracle() -> Iterator[Any]:
    """What React 19.3.1 makes of bytes and values. `scripts/install test` installs it."""
    with Oracle() as oracle:
        yield oracle
