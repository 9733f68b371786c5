"""The Node worker is a helper: it may die at any time, and nobody notices."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections import Counter

from playwright.sync_api import expect

from e2e.application import Application
from e2e.load import run, visit_together
from e2e.visitor import Visitor


def wait_for_worker(app: Application, other_than: int | None = None) -> int:
    """The process id of the Node worker, as soon as there is a new one."""
    end = time.monotonic() + 15
    while time.monotonic() < end:
        fresh = [pid for pid in app.node_pids() if pid != other_than]
        if fresh:
            return fresh[0]
        time.sleep(0.05)
    raise AssertionError(f"there is no Node worker:\n{app.log()}")


async def visit_while_the_worker_dies(app: Application) -> Counter[str]:
    visits = asyncio.create_task(visit_together(app.port, "/posts", 50, 20, b"A form is enough"))
    await asyncio.sleep(0.3)
    first = await asyncio.to_thread(wait_for_worker, app)
    os.kill(first, signal.SIGKILL)
    second = await asyncio.to_thread(wait_for_worker, app, first)
    await asyncio.sleep(0.3)
    os.kill(second, signal.SIGKILL)
    return await visits


def test_worker_killed_twice(app: Application):
    """Fifty visitors load /posts while the Node worker is killed twice: each gets the whole page, every time."""
    happened = run(visit_while_the_worker_dies(app))

    assert happened == {"ok": 1000}
    assert "Node" in app.log()


def test_page_without_worker(app: Application, visitor: Visitor):
    """While the worker is away the browser renders the page from the same data, and the page works."""
    pid = wait_for_worker(app)
    os.kill(pid, signal.SIGSTOP)
    os.kill(pid, signal.SIGKILL)
    visitor.page.goto(f"{app.url}/posts")
    expect(visitor.page.get_by_role("heading", name="Posts", exact=True)).to_be_visible()
    visitor.fill("Title", "Written without Node")
    visitor.fill("Body", "The server has no helper at the moment.")
    visitor.press("Create Post")

    expect(visitor.page.locator(".posts li").first).to_contain_text("Written without Node")
    # The icon is named by the page, which is empty at first: until then the browser tries the usual place.
    assert [problem for problem in visitor.problems if "404" not in problem] == []


def test_worker_comes_back(app: Application, visitor: Visitor):
    """After a while pages are made by React on the server again."""
    pid = wait_for_worker(app)
    os.kill(pid, signal.SIGKILL)
    wait_for_worker(app, pid)
    end = time.monotonic() + 15
    while time.monotonic() < end:
        response = visitor.context.request.get(f"{app.url}/posts")
        assert response.status == 200
        if "<h1>Posts</h1>" in response.text():
            return
        time.sleep(0.1)
    raise AssertionError("the pages are still rendered by the browser")
