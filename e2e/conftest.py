"""The example is built once; each module of tests has a server and a database of its own."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from e2e.application import EXAMPLE, Application, build_example, copy_example, start
from e2e.visitor import MODES, Mode, Visitor, open_visitor

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

OpenVisitor = Callable[..., Visitor]


@pytest.fixture(scope="session")
def built_example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not (EXAMPLE / "node_modules").is_dir():
        subprocess.run(["npm", "ci"], cwd=EXAMPLE, check=True)
    folder = copy_example(tmp_path_factory.mktemp("built") / "guide")
    build_example(folder)
    return folder


@pytest.fixture(scope="module")
def app(built_example: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    application = start(built_example, tmp_path_factory.mktemp("server") / "server.log")
    yield application
    application.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_window(app: Application, browser: Browser) -> Iterator[OpenVisitor]:
    """Opens windows, each of a visitor of their own."""
    visitors: list[Visitor] = []

    def open_one(mode: Mode = "js") -> Visitor:
        visitors.append(open_visitor(browser, app.url, mode))
        return visitors[-1]

    yield open_one
    for visitor in visitors:
        visitor.context.close()


@pytest.fixture
def visitor(open_window: OpenVisitor) -> Visitor:
    """A visitor with JavaScript."""
    return open_window("js")


@pytest.fixture(params=MODES)
def anyone(request: pytest.FixtureRequest, open_window: OpenVisitor) -> Visitor:
    """A visitor in each of the three situations."""
    return open_window(request.param)
