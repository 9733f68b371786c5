"""Actions called as plain functions, within a request made for the test."""

from __future__ import annotations

import pytest

from jetbridge import cached, cookies, headers, revalidate_path, revalidate_tag, session
from jetbridge.context import current_request_or_none
from jetbridge.errors import ContextError
from jetbridge.testing import request_context


def test_what_the_request_brings():
    """Session, cookies and headers are those that the test gives."""
    with request_context(session={"user_id": 3}, cookies={"theme": "dark"}, headers={"User-Agent": "test"}):
        seen = session()["user_id"], cookies()["theme"], headers()["user-agent"]

    assert seen == (3, "dark", "test")
    assert current_request_or_none() is None


def test_what_was_asked_for():
    """Tags, paths, cookies and the session can be read afterwards."""
    with request_context() as request:
        revalidate_tag("posts")
        revalidate_path("/posts")
        cookies().set("theme", "dark")
        session()["user_id"] = 3

    assert request.expired_tags == ["posts"]
    assert request.expired_paths == [("/posts", "page")]
    assert request.cookies.changes["theme"].value == "dark"
    assert dict(request.session) == {"user_id": 3}


def test_phase():
    """While a page renders nothing can be changed."""
    with request_context(phase="render"), pytest.raises(ContextError, match="while a page renders"):
        revalidate_tag("posts")


RUNS: list[int] = []


@cached
async def add_run() -> int:
    RUNS.append(1)
    return len(RUNS)


@pytest.mark.anyio
async def test_cache_is_empty():
    """What one test put into the cache is not there for the next."""
    RUNS.clear()

    for _ in range(2):
        with request_context():
            await add_run()
            await add_run()

    assert len(RUNS) == 2
