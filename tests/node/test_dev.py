"""Vite in development: hot reload for the browser, and HTML of what was edited last."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import urllib.error
import urllib.request
from contextlib import asynccontextmanager

import pytest
from websockets.asyncio.client import connect

from jetbridge import wire
from jetbridge.errors import ConfigError, EncodeError, WorkerError
from jetbridge.flight.encoder import ClientRow
from jetbridge.flight.model import ClientReference
from jetbridge.node.vite import ViteServer
from jetbridge.node.worker import Worker
from tests.node.project import FILES, Page, element, flight, read_html, suspense, until

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

FORM = ("app/posts/create_post_form.tsx", "CreatePostForm")
COUNTER = ("app/posts/counter.tsx", "")


@asynccontextmanager
async def running(config):
    """Vite, and a worker that uses its process."""
    vite = ViteServer(config)
    await vite.start()
    try:
        worker = Worker(config, vite.build)
        await worker.start()
        yield vite, worker
        await worker.close()
    finally:
        await vite.close()


async def fetch(vite: ViteServer, path: str, accept: str = "*/*") -> tuple[str, str]:
    """Content type and text of one of Vite's URLs."""

    def get():
        request = urllib.request.Request(vite.origin + path, headers={"accept": accept})  # noqa: S310
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            return answer.headers["content-type"], answer.read().decode()

    return await asyncio.to_thread(get)


@asynccontextmanager
async def hot_updates(vite: ViteServer):
    """The web socket of Vite's client, as a browser opens it through the Python server."""
    _, client = await fetch(vite, f"{wire.DEV_PATH}@vite/client")
    token = re.search(r'wsToken = "([^"]+)"', client)[1]
    url = f"{vite.origin.replace('http', 'ws')}{wire.DEV_PATH}?token={token}"
    async with connect(url, subprotocols=["vite-hmr"]) as socket:
        assert json.loads(await socket.recv())["type"] == "connected"
        yield socket


async def next_message(socket, type: str) -> dict:
    async with asyncio.timeout(5):
        while (message := json.loads(await socket.recv()))["type"] != type:
            pass
        return message


async def html_with(worker: Worker, page: Page, body: object, text: str) -> str:
    """The page as soon as `text` is in it: Vite hears of an edit a moment later."""
    for _ in range(100):
        html = await read_html(worker, flight(page.shell(body)), page.options())
        if text in html:
            return html
        await asyncio.sleep(0.05)
    raise AssertionError(html)


def edit(config, name: str, old: str, new: str) -> None:
    path = config.app_path / name
    path.write_text(path.read_text().replace(old, new))


async def test_client_reference_row(make_project):
    """In development a module is known by its path, and Vite serves it."""
    async with running(make_project()) as (vite, _):
        row = vite.build.client_reference(ClientReference(*FORM), "/unused/")

        url = "/_jetbridge/vite/app/posts/create_post_form.tsx"
        assert row == ClientRow(FORM[0], (FORM[0], url), "CreatePostForm")
        assert vite.build.client_reference(ClientReference("jetbridge", "Link"), "") == ClientRow(
            "jetbridge", (), "Link"
        )
        with pytest.raises(EncodeError, match=r"app/gone\.tsx does not exist"):
            vite.build.client_reference(ClientReference("app/gone.tsx", "Gone"), "")


async def test_what_browsers_load(make_project):
    """The page starts Fast Refresh before React; modules read React from the runtime, packages too."""
    async with running(make_project()) as (vite, _):
        (start,) = vite.build.bootstrap_modules("")
        kind, bootstrap = await fetch(vite, start)
        _, form = await fetch(vite, f"{wire.DEV_PATH}app/posts/create_post_form.tsx")
        _, counter = await fetch(vite, f"{wire.DEV_PATH}app/posts/counter.tsx")
        _, runtime = await fetch(vite, f"{wire.DEV_PATH}@jetbridge/runtime.js?import")
        facade = re.search(r'import React[^"]* from "([^"]+)"', counter)[1]
        _, react = await fetch(vite, facade)
        package = re.search(r'from "([^"]+common-ui[^"]+)"', counter)[1]
        _, common_ui = await fetch(vite, package)
        _, shared = await fetch(vite, re.search(r'from "([^"]+)"', common_ui)[1])

        assert kind == "text/javascript"
        assert bootstrap.index("injectIntoGlobalHook(window)") < bootstrap.index("@jetbridge/runtime.js")
        assert '"/_jetbridge/vite/.jetbridge/types/app/actions/posts.js"' in form
        assert "$RefreshReg$(" in form
        assert "Meta Platforms" in runtime
        assert "$RefreshReg$(" not in runtime
        assert f'globalThis.{wire.RUNTIME_GLOBAL}["react"]' in react
        assert f'globalThis.{wire.RUNTIME_GLOBAL}["react"]' in shared
        assert "Meta Platforms" not in common_ui + shared


async def test_html(make_project):
    """The HTML has what the browser will make: hooks work in modules and packages; styles come with the document."""
    async with running(make_project()) as (vite, worker):
        page = Page(vite.build, FORM, COUNTER)

        html = await read_html(worker, flight(page.shell(element("$L1", title="x"), element("$L2"))), page.options())
        stylesheet = re.search(r'<link rel="stylesheet" href="([^"]+)"', html)[1]
        kind, css = await fetch(vite, stylesheet, accept="text/css,*/*;q=0.1")

        assert '<img src="/_jetbridge/vite/app/posts/logo.png"/>' in html
        assert '<button title="true,true">' in html
        assert kind == "text/css"
        assert "color: red" in css


async def test_edit_of_a_component(make_project):
    """After an edit browsers get the new module, without a reload of the page, and the next HTML has it too."""
    config = make_project()
    async with running(config) as (vite, worker):
        page = Page(vite.build, FORM)
        await html_with(worker, page, element("$L1", title="x"), '<input name="title"')
        await fetch(vite, f"{wire.DEV_PATH}app/posts/create_post_form.tsx")
        await fetch(vite, f"{wire.DEV_PATH}app/posts/field.tsx")
        async with hot_updates(vite) as socket:
            edit(config, "posts/field.tsx", "<input", '<input className="wide"')
            message = await next_message(socket, "update")

        assert [update["path"] for update in message["updates"]] == ["/app/posts/field.tsx"]
        assert await html_with(worker, page, element("$L1", title="x"), '<input class="wide"')


async def test_edit_of_python(make_project):
    """When Python says that its code changed, open pages are told to ask for themselves again."""
    async with running(make_project()) as (vite, _), hot_updates(vite) as socket:
        vite.refresh()

        assert (await next_message(socket, "custom"))["event"] == "jetbridge:python"


async def test_new_component(make_project):
    """A component that was written after the start is served, with HTML."""
    config = make_project()
    async with running(config) as (vite, worker):
        (config.app_path / "new.tsx").write_text('"use client"\nexport const New = () => <b>new</b>')
        page = Page(vite.build, ("app/new.tsx", "New"))

        assert "<b>new</b>" in await read_html(worker, flight(page.shell(element("$L1"))), page.options())


async def test_mistake_in_a_component(make_project):
    """A syntax error is told with file and line, to the browser and in the log; mending the file mends the page."""
    config = make_project()
    async with running(config) as (vite, worker):
        page = Page(vite.build, ("app/posts/late.tsx", "Late"))
        await html_with(worker, page, element("$L1"), "<i>late</i>")
        edit(config, "posts/late.tsx", "<i>late</i>", "<i>late")
        with pytest.raises(WorkerError) as failed:
            await html_with(worker, page, element("$L1"), "never")
        async with hot_updates(vite) as socket:
            with pytest.raises(urllib.error.HTTPError):
                await fetch(vite, f"{wire.DEV_PATH}app/posts/late.tsx")
            overlay = await next_message(socket, "error")
        edit(config, "posts/late.tsx", "<i>late", "<i>mended</i>")

        assert re.search(r"app/posts/late\.tsx:3:\d+", str(failed.value))
        assert "\x1b" not in str(failed.value)
        assert overlay["err"]["id"].endswith("app/posts/late.tsx")
        assert "<i>mended</i>" in await html_with(worker, page, element("$L1"), "mended")


async def test_broken_component_beside_others(make_project):
    """A module that cannot be loaded costs its own boundary only."""
    config = make_project({**FILES, "app/broken.tsx": '"use client"\nexport const Broken = () => <b'})
    async with running(config) as (vite, worker):
        page = Page(vite.build, ("app/broken.tsx", "Broken"), ("app/posts/late.tsx", "Late"))

        html = await read_html(worker, flight(page.shell(suspense(element("$L1")), element("$L2"))), page.options())

        assert "wait" in html
        assert "<i>late</i>" in html


async def test_vite_that_dies(make_project):
    """Vite is started again when it ends, and makes HTML again."""
    async with running(make_project()) as (vite, worker):
        page = Page(vite.build)
        os.kill(worker._processes[0].child.pid, signal.SIGKILL)
        await until(lambda: not worker.available)
        await until(lambda: worker.available)

        assert "again" in await read_html(worker, flight(page.shell("again")), page.options())
        assert "injectIntoGlobalHook" in (await fetch(vite, vite.build.bootstrap_modules("")[0]))[1]


async def test_missing_package(make_project):
    """Without Vite in the project the start fails with the command that installs it, and no process stays."""
    vite = ViteServer(make_project(packages=()))

    with pytest.raises(ConfigError, match=r"^The package vite is not installed .* Run: npm install --save-dev"):
        await vite.start()

    await vite.close()


async def test_another_react(make_project):
    """A React of another version among the project's packages is refused when development starts, in one line."""
    config = make_project()
    folder = config.root / "node_modules" / "react"
    folder.mkdir()
    (folder / "package.json").write_text('{"name": "react", "version": "19.2.9"}')
    vite = ViteServer(config)

    with pytest.raises(ConfigError, match=r"^react 19\.2\.9 is installed, but .* npm install --save-exact react@.*$"):
        await vite.start()

    await vite.close()


async def test_own_configuration_with_a_mistake(make_project):
    """A mistake in the project's vite.config is shown when development starts."""
    vite = ViteServer(make_project({**FILES, "vite.config.mjs": "export default { plugins: [ }"}))

    with pytest.raises(ConfigError, match=r"vite\.config\.mjs"):
        await vite.start()

    await vite.close()
