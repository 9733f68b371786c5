"""Working on the application: edits show in the open page, mistakes are explained, and Ctrl-C ends everything."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from e2e.application import Application, copy_example, start
from e2e.raw import send
from e2e.visitor import Visitor, open_visitor

pytestmark = pytest.mark.slow

POSTS_PAGE = "app/posts/page.py"
FORM = "app/posts/create_post_form.tsx"
ACTIONS = "app/actions/posts.py"


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """`jetbridge dev` on a copy of the example."""
    folder = copy_example(tmp_path_factory.mktemp("workshop") / "guide")
    application = start(folder, tmp_path_factory.mktemp("dev") / "dev.log", command="dev")
    yield application
    application.stop()


@pytest.fixture
def developer(workshop: Application, browser: Browser) -> Iterator[Visitor]:
    visitor = open_visitor(browser, workshop.url, "js")
    visitor.page.set_default_timeout(20_000)
    yield visitor
    visitor.context.close()


@pytest.fixture
def edit(workshop: Application) -> Iterator[Edit]:
    """Changes a file; what was changed is put back at the end."""
    edits = Edit(workshop.folder)
    yield edits
    edits.undo()


class Edit:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._originals: dict[Path, str] = {}

    def __call__(self, name: str, old: str, new: str) -> None:
        file = self._folder / name
        source = file.read_text("utf-8")
        assert old in source
        self._originals.setdefault(file, source)
        file.write_text(source.replace(old, new), "utf-8")

    def undo(self) -> None:
        for file, source in self._originals.items():
            file.write_text(source, "utf-8")
        self._originals.clear()


MARK = "window.notReloaded = true"
IS_MARKED = "window.notReloaded === true"


def wait_for_log(workshop: Application, text: str) -> None:
    """Wait until a line of the log says this."""
    end = time.monotonic() + 15
    while text not in workshop.log():
        assert time.monotonic() < end, workshop.log()
        time.sleep(0.05)


def begin(developer: Visitor) -> None:
    """A page with something typed into it and something remembered."""
    developer.visit("/posts")
    developer.fill("Title", "Half a tit")
    developer.page.evaluate(MARK)


def assert_kept(developer: Visitor) -> None:
    assert developer.page.evaluate(IS_MARKED)
    expect(developer.page.get_by_label("Title")).to_have_value("Half a tit")


def test_edit_component(developer: Visitor, edit: Edit):
    """An edited client component is replaced in the open page; what was typed stays."""
    begin(developer)
    edit(FORM, 'submit="Create Post"', 'submit="Write it"')

    expect(developer.page.get_by_role("button", name="Write it")).to_be_visible(timeout=10_000)
    assert_kept(developer)


def test_edit_page(developer: Visitor, edit: Edit):
    """An edited page shows in the open one; what was typed stays."""
    begin(developer)
    edit(POSTS_PAGE, 'h1["Posts"]', 'h1["All the posts"]')

    expect(developer.page.get_by_role("heading", name="All the posts")).to_be_visible(timeout=10_000)
    assert_kept(developer)


def test_edit_action(developer: Visitor, workshop: Application, edit: Edit):
    """An edited action is what the next click runs, in the page that was open before."""
    begin(developer)
    developer.fill("Body", "A body that is long enough.")
    edit(ACTIONS, '"saved": True}', '"saved": True, "values": {"title": "Edited"}}')
    wait_for_log(workshop, "app/actions/posts.py: ready")
    developer.press("Create Post")

    expect(developer.page.get_by_label("Title")).to_have_value("Edited", timeout=10_000)
    assert developer.page.evaluate(IS_MARKED)


def test_syntax_error_in_python(developer: Visitor, workshop: Application, edit: Edit):
    """A page that cannot be read says where, over the open page; when it can be read again the page is as it was."""
    begin(developer)
    overlay = developer.page.locator("vite-error-overlay")
    edit(POSTS_PAGE, "async def page() -> Element:", "async def page( -> Element:")
    expect(overlay).to_contain_text("app/posts/page.py", timeout=10_000)
    assert "app/posts/page.py" in workshop.log()
    assert send(workshop, "GET", "/posts").status == 500
    edit.undo()

    expect(overlay).to_have_count(0, timeout=10_000)
    assert send(workshop, "GET", "/posts").status == 200
    assert_kept(developer)


def test_real_error_in_the_browser(developer: Visitor):
    """In development the browser is told what went wrong."""
    developer.visit("/sync")
    developer.page.get_by_label("answers with nonsense").check()
    developer.press("Sync")

    expect(developer.page.get_by_role("alert")).to_contain_text("entries")


def test_syntax_error_in_tsx(developer: Visitor, edit: Edit):
    """A client component that cannot be read is explained; when it can be read again the page is back."""
    developer.visit("/posts")
    # A page that loads while the file is broken has no module to replace, and tells that instead.
    developer.page.wait_for_load_state("networkidle")
    edit(FORM, "return (", "return (((")
    expect(developer.page.locator("vite-error-overlay")).to_be_attached(timeout=10_000)
    edit.undo()

    expect(developer.page.locator("vite-error-overlay")).to_have_count(0, timeout=10_000)
    expect(developer.page.get_by_role("button", name="Create Post")).to_be_visible(timeout=10_000)


def test_end(tmp_path: Path):
    """Ctrl-C ends the server and everything that it started."""
    application = start(copy_example(tmp_path / "guide"), tmp_path / "dev.log", command="dev")
    processes = application.processes()
    assert len(processes) > 1
    application.stop()
    end = time.monotonic() + 5
    while time.monotonic() < end and any(is_alive(pid) for pid in processes):
        time.sleep(0.05)

    assert [name for pid, name in processes.items() if is_alive(pid)] == []
    assert "Traceback" not in application.log()


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
