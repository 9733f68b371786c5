"""Browsers that close the connection: work is cancelled, what was asked for counts, and the log stays quiet."""

import asyncio
import sys
from functools import partial

import anyio
import pytest

from tests.server.asgi import GONE, ask

pytestmark = pytest.mark.anyio

FILES = {
    "page.py": "def page():\n    return 'home'",
    "slow/page.py": """
        import anyio
        from app.actions import main

        async def page():
            from jetbridge import after
            after(lambda: main.log.append("after"))
            main.begun.set()
            try:
                await anyio.sleep(60)
            finally:
                main.log.append("cancelled")
    """,
    "numbers/route.py": """
        import anyio
        from starlette.responses import StreamingResponse
        from app.actions import main

        async def GET():
            async def numbers():
                try:
                    while True:
                        yield b"1"
                        await anyio.sleep(0.001)
                finally:
                    main.log.append("closed")
            return StreamingResponse(numbers())

        async def POST(request):
            await request.body()
    """,
    "stray/route.py": """
        import asyncio

        async def GET():
            task = asyncio.create_task(asyncio.sleep(10))
            task.cancel()
            await task
    """,
    "late/route.py": """
        from starlette.responses import StreamingResponse
        from jetbridge import redirect

        async def pieces():
            yield b"a"
            redirect("/x")

        async def GET():
            return StreamingResponse(pieces())
    """,
    "actions/main.py": '''
        """use server"""
        import anyio
        from jetbridge import action, after, cached, revalidate_tag

        log = []
        begun = anyio.Event()
        made = []

        @cached(tags=["t"])
        async def _read():
            made.append(1)
            return len(made)

        async def slow():
            after(lambda: log.append("after"))
            revalidate_tag("t")
            try:
                await anyio.sleep(60)
            finally:
                log.append("cancelled")

        @action(shield=True)
        async def shielded():
            begun.set()
            try:
                await anyio.sleep(0.1)
                log.append("done")
            finally:
                log.append("ended")

        @action(shield=True, timeout=0.01)
        async def limited():
            try:
                await anyio.sleep(60)
            finally:
                log.append("ended")

        async def endless():
            async def numbers():
                try:
                    while True:
                        yield 1
                        await anyio.sleep(0.001)
                finally:
                    log.append("closed")
            return numbers()

        async def read():
            return await _read()
    ''',
}

CLEANUP = {
    "actions/main.py": '''
        """use server"""
        import anyio
        from jetbridge import action
        from jetbridge.flight.model import SUSPENSE, Element

        log = []

        async def _work():
            try:
                await anyio.sleep(60)
            finally:
                await anyio.sleep(0.01)
                log.append("cleaned up")

        async def slow():
            await _work()

        @action(timeout=0.1)
        async def limited():
            await _work()

        async def streamed():
            async def items():
                yield 1
                await _work()
            return items()
    ''',
    "page.py": """
        from jetbridge.flight.model import SUSPENSE, Element
        from app.actions.main import _work

        def page():
            return Element(SUSPENSE, None, {"fallback": "wait", "children": _work()})
    """,
    "shell/page.py": "from app.actions.main import _work\n\nasync def page():\n    await _work()",
    "left/page.py": """
        from jetbridge import redirect
        from app.actions.main import _work
        import anyio

        async def later():
            await anyio.sleep(0.01)
            redirect("/elsewhere")

        def page():
            return [_work(), later()]
    """,
}

SAME_SITE = {"sec-fetch-site": "same-origin"}


def log() -> list[str]:
    return sys.modules["app.actions.main"].log


@pytest.fixture
def quiet(caplog):
    """After the test: nothing worse than information was logged."""
    yield
    assert [record.getMessage() for record in caplog.records if record.levelname in ("WARNING", "ERROR")] == []


@pytest.mark.parametrize("body", [[GONE], [b"[", GONE]])
async def test_before_the_body_is_complete(make_site, quiet, body):
    """Nothing runs and nothing is sent."""
    async with make_site(FILES) as site:
        url = f"/_jetbridge/action/{site.action_id(':slow')}"
        answer = await ask(site.app, "POST", url, headers=SAME_SITE, body=body)

        assert answer.status == 0
        assert log() == []


async def test_during_an_action(make_site, quiet):
    """The action is cancelled; what it had revalidated counts, and after() runs."""
    async with make_site(FILES) as site:
        await site.call(site.action_id(":read"))
        url = f"/_jetbridge/action/{site.action_id(':slow')}"
        with anyio.fail_after(5):
            answer = await ask(site.app, "POST", url, headers=SAME_SITE, body=b"[]", leaves_after=0)
        _, payload = await site.call(site.action_id(":read"))

        assert answer.status == 0
        assert log() == ["cancelled", "after"]
        assert payload["returnValue"].value == 2


@pytest.mark.parametrize(("name", "expected"), [("shielded", ["done", "ended"]), ("limited", ["ended"])])
async def test_during_a_shielded_action(make_site, quiet, name, expected):
    """The action goes on to its end, or to the end of its time."""
    async with make_site(FILES) as site:
        url = f"/_jetbridge/action/{site.action_id(f':{name}')}"
        with anyio.fail_after(5):
            await ask(site.app, "POST", url, headers=SAME_SITE, body=b"[]", leaves_after=0)

        assert log() == expected


async def test_a_server_that_cancels_who_left_spares_a_shielded_action(make_site, quiet):
    """Middleware that ends a request together with its connection does not end the action."""
    async with make_site(FILES) as site:
        url = f"/_jetbridge/action/{site.action_id(':shielded')}"
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(partial(ask, site.app, "POST", url, headers=SAME_SITE, body=b"[]", leaves_after=0))
            await sys.modules["app.actions.main"].begun.wait()
            tasks.cancel_scope.cancel()

        assert log() == ["done", "ended"]


async def test_during_a_page(make_site, quiet):
    """The components are cancelled."""
    async with make_site(FILES) as site:
        with anyio.fail_after(5):
            await ask(site.app, path="/slow", leaves_after=0)

        assert log() == ["cancelled", "after"]


@pytest.mark.parametrize("raises", [False, True])
async def test_during_a_result_that_streams(make_site, quiet, raises):
    """A result without end ends, whether the server tells of it by a message or by an error of send."""
    async with make_site(FILES) as site:
        url = f"/_jetbridge/action/{site.action_id(':endless')}"
        leaving = {"send_error": OSError("gone") if raises else None, "leaves_after": 5}
        with anyio.fail_after(5):
            await ask(site.app, "POST", url, headers=SAME_SITE, body=b"[]", **leaving)

        assert log() == ["closed"]


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
@pytest.mark.parametrize("version", ["2.3", "2.4"])
async def test_during_a_stream_of_a_handler(make_site, quiet, version, anyio_backend):
    """A handler's response ends as Starlette ends it, without a traceback."""
    asgi = {"version": "3.0", "spec_version": version}
    leaving = {"send_error": OSError("gone")} if version == "2.4" else {"leaves_after": 5}
    async with make_site(FILES) as site:
        with anyio.fail_after(5):
            await ask(site.app, path="/numbers", asgi=asgi, **leaving)


async def test_while_a_handler_reads(make_site, quiet):
    """Starlette raises in the handler; nobody is there to be told."""
    async with make_site(FILES) as site:
        answer = await ask(site.app, "POST", "/numbers", body=[b"x", GONE])

        assert answer.status == 0


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_a_cancellation_that_nobody_meant(make_site, anyio_backend, caplog):
    """A handler that awaits something cancelled has failed; the request was not cancelled."""
    async with make_site(FILES) as site:
        answer = await ask(site.app, path="/stray")

        assert answer.status == 500
        assert b"Reference" in answer.body
        assert "was cancelled" in caplog.text


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_a_server_that_ends_cancels_its_requests(make_site, anyio_backend):
    """The cancellation of the server itself goes through to it."""
    async with make_site(FILES) as site:
        task = asyncio.create_task(ask(site.app, path="/slow"))
        await sys.modules["app.actions.main"].begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

        assert log() == ["cancelled", "after"]


async def test_a_signal_that_comes_too_late(make_site, caplog):
    """redirect() while a response streams cannot redirect: the connection is cut, and the log says why."""
    async with make_site(FILES) as site:
        with pytest.raises(Exception, match="too late"):
            await ask(site.app, path="/late")

        assert "Redirect was raised while a response was being sent" in caplog.text


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
@pytest.mark.parametrize(
    ("path", "leaves_after"),
    [
        ("/_jetbridge/action/{slow}", 0),
        ("/_jetbridge/action/{limited}", None),
        ("/_jetbridge/action/{streamed}", 3),
        ("/", 3),
        ("/shell", 0),
        ("/left", None),
    ],
)
async def test_what_is_cancelled_may_clean_up(make_site, quiet, anyio_backend, path, leaves_after):
    """Code is cancelled once, as asyncio does it: what it awaits in `finally` is done, such as a rollback."""
    async with make_site(CLEANUP) as site:
        ids = {name: site.action_id(f":{name}") for name in ("slow", "limited", "streamed")}
        method, body = ("POST", b"[]") if "action" in path else ("GET", b"")
        with anyio.fail_after(5):
            await ask(site.app, method, path.format(**ids), headers=SAME_SITE, body=body, leaves_after=leaves_after)

        assert log() == ["cleaned up"]
