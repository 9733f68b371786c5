"""Tests of an application, written with what jetbridge.testing offers, on the built example."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from e2e.application import SECRETS

TESTS = """
import pytest

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.mark.parametrize(
    ("title", "error"), [("", "Title is required"), ("Both ways", None)]
)
async def test_create_post(jetbridge_client, title, error):
    jetbridge_client.set_session(user_id=1)
    page = await jetbridge_client.get_page("/posts")

    call, answer = await page.submit_both_ways({"title": title, "body": "A body that is long enough"})

    assert call.outcome == answer.outcome
    assert call.outcome.state["error"] == error
    assert answer.html.count(">Both ways</a>") == (0 if error else 2)


async def test_wrong_password(jetbridge_client):
    page = await jetbridge_client.get_page("/login")
    values = {"username": "ada", "password": "wrong"}

    assert (await page.call_form(values)).outcome == (await page.submit_form(values)).outcome


async def test_every_client_is_a_new_visitor(jetbridge_client):
    assert jetbridge_client.cookies == {}
"""


def test_fixture_and_both_ways(built_example: Path, tmp_path: Path):
    """A line in conftest.py brings the fixture, and the form does the same with JavaScript and without."""
    test_file = tmp_path / "test_forms.py"
    test_file.write_text(TESTS)
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["jetbridge.testing.fixtures"]\n')
    environment = {**os.environ, **SECRETS, "GUIDE_DATABASE": str(tmp_path / "test.sqlite")}
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--rootdir", str(built_example), "-c", "pyproject.toml", str(test_file)],
        cwd=built_example,
        env=environment,
        capture_output=True,
        text=True,
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "4 passed" in ran.stdout
