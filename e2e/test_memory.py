"""Memory after many requests."""

from __future__ import annotations

import pytest

from e2e.application import Application, resident_mib
from e2e.load import run, visit_together

pytestmark = pytest.mark.slow


def visit(app: Application, requests: int) -> None:
    happened = run(visit_together(app.port, "/posts", 16, requests // 16, b"A form is enough"))
    assert happened == {"ok": requests}


def test_memory(app: Application):
    """After 10,000 pages the server and the Node worker are small, and no larger than after 6,000."""
    visit(app, 6000)
    [node] = app.node_pids()
    before = resident_mib(app.server_pid()), resident_mib(node)
    visit(app, 4000)
    after = resident_mib(app.server_pid()), resident_mib(node)

    assert app.node_pids() == [node]
    assert after[0] < 90, f"server {before[0]:.0f} -> {after[0]:.0f} MiB"
    assert after[1] < 140, f"node {before[1]:.0f} -> {after[1]:.0f} MiB"
    assert after[0] - before[0] < 4, f"server {before[0]:.0f} -> {after[0]:.0f} MiB"
    assert after[1] - before[1] < 12, f"node {before[1]:.0f} -> {after[1]:.0f} MiB"
