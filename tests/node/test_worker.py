"""HTML out of Flight, by real Node processes."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from jetbridge import wire
from jetbridge.config import Config
from jetbridge.errors import ConfigError, WorkerError
from jetbridge.node import process as node_process
from jetbridge.node import runtime
from jetbridge.node.manifest import Build
from jetbridge.node.runtime import find_asset
from jetbridge.node.worker import Worker
from tests.node.project import BASE, Page, element, flight, make_worker, read_html, suspense, until

pytestmark = pytest.mark.anyio

FORM = ("app/posts/create_post_form.tsx", "CreatePostForm")
COUNTER = ("app/posts/counter.tsx", "")


def counter(name: str) -> tuple[str, str]:
    return ("app/posts/counter.tsx", name)


@pytest.fixture
def page(built) -> type[Page]:
    """Makes a Page of the built project."""
    build = Build.load(Config(root=built).out_path)
    return lambda *references: Page(build, *references)


def process_of(worker: Worker) -> int:
    """The id of a worker's only process."""
    (process,) = worker._processes
    return process.child.pid


def read_process(pid: int, name: str) -> bytes | None:
    """What the system says of a process; None when there is no such process."""
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:
        return None


async def test_client_components_become_html(worker, page):
    """Client components are rendered with React's hooks, also by packages they import; text is escaped."""
    made = page(FORM, COUNTER)
    body = [element("$L1", title="<é>"), element("$L2")]

    html = await read_html(worker, flight(made.shell(*body)), made.options())

    assert html.startswith("<!DOCTYPE html><html><head>")
    assert html.endswith("</body></html>")
    assert '<input name="title" value="&lt;é&gt;"/>' in html
    assert '<button title="true,true"><input name="x" value=""/></button>' in html


async def test_resources_are_in_the_head(worker, page):
    """The head loads stylesheets, preloads the modules that are shown, and starts the runtime, with the nonce."""
    made = page(FORM)
    options = made.options(nonce="n0nce")

    html = await read_html(worker, flight(made.shell(element("$L1", title=""))), options)

    head, body = html.split("<body>")
    assert [f'rel="stylesheet" href="{href}"' in head for href in options.stylesheets] == [True]
    assert all(f'<link rel="modulepreload" href="{url}" nonce="n0nce"/>' in head for url in options.preload_modules)
    assert re.search(rf'<script type="module" src="{options.bootstrap_modules[0]}" nonce="n0nce"[^>]*></script>', body)


async def test_assets_have_the_url_of_the_browser(worker, page):
    """An imported picture has the same URL in the HTML and in the browser, so that hydration agrees."""
    made = page(FORM)

    html = await read_html(worker, flight(made.shell(element("$L1", title=""))), made.options())

    assert re.search(rf'<img src="{BASE}[0-9a-f]+\.png"/>', html)


async def test_forms_work_without_javascript(worker, page):
    """A form of an action carries the action's id of this server, which the build did not know."""
    made = page(FORM)

    html = await read_html(worker, flight(made.shell(element("$L1", title=""))), made.options())

    assert 'value="{&quot;id&quot;:&quot;id-of-create-post&quot;,&quot;bound&quot;:&quot;$@1&quot;}"' in html


async def test_form_state(worker, page):
    """The result of a form that was posted without JavaScript is in the HTML of the answer."""
    made = page(FORM)
    options = made.options()
    first = await read_html(worker, flight(made.shell(element("$L1", title=""))), options)
    key = re.search(r'name="\$ACTION_KEY" value="([^"]+)"', first)[1]
    state = [{"error": "Title is required"}, key, "id-of-create-post", 0]

    html = await read_html(worker, flight(made.shell(element("$L1", title=""), formState=state)), options)

    assert "<p>Title is required</p>" in html


async def test_html_streams(worker, page):
    """The shell is there before the rest of the page is; each piece is complete, so scripts may stand between."""
    made = page(FORM, COUNTER)
    shell_was_read = asyncio.Event()
    pieces = []

    async def rows():
        yield made.shell(element("$L1", title=""), suspense("$L3"))
        await shell_was_read.wait()
        yield b'3:["$","$L2",null,{}]\n'

    async for piece in worker.render_html(rows(), made.options()):
        pieces.append(piece.decode())
        shell_was_read.set()

    assert "wait" in pieces[0]
    assert all(piece.startswith("<") and piece.endswith(">") for piece in pieces)
    assert '<button title="true,true">' in "".join(pieces[1:])


async def test_late_stylesheets(worker, page):
    """A stylesheet that is announced after the shell still comes with the HTML that needs it."""
    made = page(("app/posts/late.tsx", "Late"))
    href = made.rows[0].stylesheets[0]
    options = page().options()

    async def rows():
        yield made.shell(suspense("$L5"))
        await asyncio.sleep(0.1)
        yield f':HS["{href}","default"]\n'.encode()
        yield b'5:["$","$L1",null,{}]\n'

    html = await read_html(worker, rows(), options)

    assert "<i>late</i>" in html
    assert href in html


async def test_error_inside_suspense_is_left_to_the_browser(worker, page, caplog):
    """A client component that fails costs its own boundary only; the log names the component."""
    made = page(FORM, counter("Broken"))

    html = await read_html(
        worker, flight(made.shell(element("$L1", title="x"), suspense(element("$L2")))), made.options()
    )

    assert "wait" in html
    assert '<input name="title" value="x"/>' in html
    (record,) = [record for record in caplog.records if "broken on purpose" in record.message]
    assert record.levelno == logging.WARNING
    assert "at Broken" in record.message
    assert "_assets" not in record.message


async def test_error_in_the_shell(worker, page, caplog):
    """Outside of any Suspense a failing client component is an error of the whole page, said once."""
    made = page(counter("Broken"))

    with pytest.raises(WorkerError, match="broken on purpose"):
        await read_html(worker, flight(made.shell(element("$L1"))), made.options())

    assert not [record for record in caplog.records if "broken on purpose" in record.message]


async def test_module_that_needs_the_browser(built, page, caplog):
    """A module that cannot be loaded in Node is named once, and fails where it is rendered and nowhere else."""
    made = page(("app/posts/browser_only.tsx", "Width"))
    worker = make_worker(built)
    await worker.start()
    said = [record.message for record in caplog.records]

    html = await read_html(worker, flight(made.shell("beside", suspense(element("$L1")))), made.options())
    await worker.close()

    assert re.match(r"node: app/posts/browser_only\.tsx cannot be loaded in Node.* window is not defined", said[0])
    assert "beside" in html
    assert "wait" in html


async def test_error_of_the_server_keeps_its_digest(worker, page, caplog):
    """An error that came with the data is told to the browser by its digest, and is not logged twice."""
    made = page()

    html = await read_html(worker, flight(made.shell(suspense("$L5")), b'5:E{"digest":"a1b2c3d4"}\n'), made.options())

    assert 'data-dgst="a1b2c3d4"' in html
    assert not caplog.records


@pytest.mark.parametrize("chunks", [[], [b"nonsense"], [b"0:{\n"]], ids=["empty", "no row", "no JSON"])
def test_flight_that_makes_no_page(chunks, built):
    """Rows that are no page fail the render at once, and nothing else."""

    async def scenario():
        worker = make_worker(built)
        await worker.start()
        try:
            with pytest.raises(WorkerError, match="Making HTML failed"):
                await read_html(worker, flight(*chunks), Page(Build.load(built / ".jetbridge")).options())
            assert worker.available
        finally:
            await worker.close()

    asyncio.run(scenario())


async def test_error_of_the_source(worker, page):
    """What the Flight stream raises, the reader gets."""
    made = page()

    async def rows():
        yield made.shell(suspense("$L5"))
        raise RuntimeError("the database is away")

    with pytest.raises(RuntimeError, match="the database is away"):
        await read_html(worker, rows(), made.options())


@pytest.mark.slow
async def test_component_that_never_settles(worker, page):
    """When the data has come and a component still waits for something, the page ends without it in time."""
    made = page(counter("Never"))
    started = time.monotonic()

    html = await asyncio.wait_for(read_html(worker, flight(made.shell(suspense(element("$L1")))), made.options()), 20)

    assert "wait" in html
    assert html.endswith("</body></html>")
    assert time.monotonic() - started > 3


async def test_reader_that_leaves(worker, page):
    """When nobody reads any more, Flight is no longer asked for and Node forgets the render."""
    made = page()
    closed = asyncio.Event()

    async def rows():
        try:
            yield made.shell(suspense("$L5"))
            await asyncio.sleep(3600)
        finally:
            closed.set()

    pieces = worker.render_html(rows(), made.options())
    await anext(pieces)
    await pieces.aclose()

    assert not worker._processes[0].child.renders
    assert await read_html(worker, flight(made.shell("again")), made.options())
    await asyncio.wait_for(closed.wait(), 5)


async def test_slow_reader_holds_back_the_source(worker, page):
    """A reader that stops reading stops Node, and with it the Flight stream: nothing piles up."""
    made = page(counter("Repeat"))
    asked = 0

    async def rows():
        nonlocal asked
        yield made.shell(*(suspense(f"$L{number:x}") for number in range(16, 416)))
        for asked in range(16, 416):
            yield f'{asked:x}:["$","$L1",null,{{"text":"x","times":20000}}]\n'.encode()
            await asyncio.sleep(0.001)

    pieces = worker.render_html(rows(), made.options())
    size = len(await anext(pieces))
    await asyncio.sleep(1)
    asked_while_waiting = asked
    async for piece in pieces:
        size += len(piece)

    assert asked_while_waiting < 200
    assert asked == 415
    assert size > 400 * 20_000


async def test_slow_reader_does_not_hold_up_others(worker, page):
    """While one reader sleeps on a large page, others are served."""
    made = page(counter("Repeat"))
    large = [suspense(element("$L1", text="x", times=50_000)) for _ in range(100)]

    sleeping = worker.render_html(flight(made.shell(*large)), made.options())
    await anext(sleeping)
    html = await asyncio.wait_for(read_html(worker, flight(made.shell("quick")), made.options()), 5)
    await sleeping.aclose()

    assert "quick" in html


async def test_killed_under_load(worker, page, caplog):
    """Killed with 50 renders under way, it fails them all at once, says so in one line of the log and comes back."""
    caplog.set_level(logging.INFO)
    made = page()

    async def rows():
        yield made.shell(suspense("$L5"))
        await asyncio.sleep(3600)

    readers = [asyncio.create_task(read_html(worker, rows(), made.options())) for _ in range(50)]
    await until(lambda: worker._processes[0].load == 50)
    await asyncio.sleep(0.1)

    os.kill(process_of(worker), signal.SIGKILL)
    results = await asyncio.wait_for(asyncio.gather(*readers, return_exceptions=True), 2)

    assert {type(result) for result in results} == {WorkerError}
    await until(lambda: worker.available)
    assert "back" in await read_html(worker, flight(made.shell("back")), made.options())
    messages = [record.message for record in caplog.records if "browser_only.tsx" not in record.message]
    assert messages[0].endswith("Pages are rendered by the browser until it is back.")
    assert re.fullmatch(r"The Node worker is back \(process \d+\)\.", messages[1])
    assert len(messages) == 2


async def test_while_it_is_away(worker, page):
    """Between its end and its return, a render is refused rather than kept waiting."""
    made = page()
    os.kill(process_of(worker), signal.SIGKILL)
    await until(lambda: not worker.available)

    with pytest.raises(WorkerError, match="ready"):
        await read_html(worker, flight(made.shell()), made.options())


async def test_process_that_hangs(built, page, monkeypatch):
    """A process that is stuck in a component is killed, its renders fail, and another one takes over."""
    monkeypatch.setattr(node_process, "PING_SECONDS", 0.5)
    worker = make_worker(built)
    await worker.start()
    made = page(counter("Hang"))
    try:
        with pytest.raises(WorkerError, match="stopped"):
            await asyncio.wait_for(read_html(worker, flight(made.shell(element("$L1"))), made.options()), 5)

        await until(lambda: worker.available)
        assert "next" in await read_html(worker, flight(made.shell("next")), made.options())
    finally:
        await worker.close()


async def test_several_processes(built, page):
    """Renders go to the process with the least work; one that is killed leaves the others."""
    worker = make_worker(built, node_workers=2)
    await worker.start()
    made = page()
    try:
        waiting = worker.render_html(_waiting(made), made.options())
        await anext(waiting)
        await read_html(worker, flight(made.shell("x")), made.options())
        loads = [process.load for process in worker._processes]
        os.kill(worker._processes[loads.index(0)].child.pid, signal.SIGKILL)
        await until(lambda: sum(process.child is None for process in worker._processes) == 1)

        assert sorted(loads) == [0, 1]
        assert worker.available
        await waiting.aclose()
    finally:
        await worker.close()


async def _waiting(made: Page):
    yield made.shell(suspense("$L5"))
    await asyncio.sleep(3600)


async def test_without_node(built, page, tmp_path, caplog):
    """Where no Node is, the server starts, says so once and leaves the pages to the browser."""
    worker = make_worker(built, node=str(tmp_path / "no-node"))

    await worker.start()

    assert not worker.available
    assert re.match(r"Pages are rendered by the browser\. .*no-node", caplog.records[0].message)
    with pytest.raises(WorkerError):
        await read_html(worker, flight(page().shell()), page().options())
    await worker.close()


async def test_workers_can_be_switched_off(built):
    """With node_workers = 0 no process is started."""
    worker = make_worker(built, node_workers=0)

    await worker.start()

    assert not worker.available
    await worker.close()


async def test_close_ends_the_process(built):
    """After close no process is left, and no warning either."""
    worker = make_worker(built)
    await worker.start()
    pid = process_of(worker)

    await worker.close()

    assert read_process(pid, "stat") is None
    assert not worker.available


PARENT = """
import asyncio, sys
sys.path[:0] = {path!r}
from pathlib import Path
from tests.node.project import make_worker

async def main():
    worker = make_worker(Path({root!r}))
    await worker.start()
    print(worker._processes[0].child.pid, flush=True)
    await asyncio.sleep(3600)

asyncio.run(main())
"""


def test_process_ends_with_its_parent(built):
    """When Python is killed, its Node process does not stay behind."""
    script = PARENT.format(path=sys.path, root=str(built))
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as parent:
        pid = int(parent.stdout.readline())
        os.kill(pid, 0)
        parent.kill()

    asyncio.run(until(lambda: read_process(pid, "stat") is None))


async def test_secret_stays_in_python(built, page, monkeypatch):
    """The keys of the server are not in the environment of the process that runs packages from npm."""
    monkeypatch.setenv("JETBRIDGE_SECRET", "s" * 32)
    worker = make_worker(built)
    await worker.start()
    environment = read_process(process_of(worker), "environ").split(b"\0")
    await worker.close()

    assert b"NODE_ENV=production" in environment
    assert not [entry for entry in environment if entry.startswith(b"JETBRIDGE_SECRET")]


@pytest.mark.slow
async def test_memory_stays_bounded(worker, page):
    """After 10,000 renders the process holds less than 140 MiB."""
    made = page(FORM, COUNTER)
    shell = made.shell(element("$L1", title="x"), suspense(element("$L2")))

    async def client(renders: int):
        for _ in range(renders):
            await read_html(worker, flight(shell), made.options())

    await asyncio.gather(*(client(500) for _ in range(20)))

    status = read_process(process_of(worker), "status")
    assert int(re.search(rb"VmRSS:\s+(\d+) kB", status)[1]) < 140 * 1024


async def test_worker_with_another_react(built, tmp_path, monkeypatch):
    """Files of another installation, with another React, are refused when the server starts."""
    text = find_asset("ssr-worker.production.mjs").read_text()
    (tmp_path / "ssr-worker.production.mjs").write_text(text.replace(wire.REACT_VERSION, "19.2.9"))
    monkeypatch.setattr(runtime, "ASSETS", tmp_path)
    worker = make_worker(built)

    with pytest.raises(ConfigError, match=r"of another version \(React 19\.2\.9, protocol \d+\): install jetbridge"):
        await worker.start()

    await worker.close()
