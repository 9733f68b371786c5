"""Running actions: outcomes, phases, threads, cancellation."""

from __future__ import annotations

import threading

import anyio
import pytest

from jetbridge.actions import bind_arguments, run_action
from jetbridge.context import RequestContext
from jetbridge.errors import ActionError, NotFound, Redirect

pytestmark = pytest.mark.anyio

ACTIONS = '''
    """use server"""
    import threading
    from contextvars import ContextVar

    import anyio

    from jetbridge.context import current_request, not_found, redirect, revalidate_tag
    from jetbridge.errors import ActionError

    visitor = ContextVar("visitor")
    log = []

    async def add(a: int, b: int): return a + b

    def in_thread():
        revalidate_tag("posts")
        return threading.get_ident(), visitor.get(), current_request().phase

    async def phase(): return current_request().phase
    async def fail(): raise ValueError("secret")
    def fail_in_thread(): raise ActionError("told", code="x")
    def stop_in_thread(): raise StopIteration(3)
    def redirect_in_thread(): redirect("/thread")

    async def leave():
        try:
            redirect("/posts")
        except Exception:
            log.append("swallowed")
        log.append("not reached")

    async def leave_from_group():
        async with anyio.create_task_group() as group:
            group.start_soon(_leave)

    async def _leave():
        async with anyio.create_task_group():
            not_found()

    async def leave_and_fail():
        try:
            redirect("/posts")
        except BaseException as signal:
            raise BaseExceptionGroup("both", [signal, ValueError("the error counts")])

    async def leave_and_die():
        raise BaseExceptionGroup("both", [KeyboardInterrupt(), ValueError()])

    async def quit(): raise SystemExit(3)
    def quit_in_thread(): raise SystemExit(3)

    async def sleep():
        try:
            await anyio.sleep(60)
        finally:
            log.append(current_request().phase)

    def wrapped():
        return add(1, 2)
'''


@pytest.fixture
def run(registry_of):
    """Run an action of the module by name."""
    module, registry = registry_of(ACTIONS, "app.actions")

    async def run(name, *args, context=None):
        call = bind_arguments(registry.of(getattr(module, name)), args)
        return await run_action(call, context or RequestContext())

    run.module = module
    return run


async def test_value(run):
    """What the body returns is the value, also of a function that returns an awaitable."""
    assert (await run("add", 1, 2)).value == 3
    assert (await run("wrapped")).value == 3


async def test_phase(run):
    """The body runs in the phase "action" of this request; afterwards the phase is what it was."""
    context = RequestContext(phase="render")

    assert (await run("phase", context=context)).value == "action"
    assert context.phase == "render"
    await run("fail", context=context)
    assert context.phase == "render"


async def test_plain_def_runs_in_a_thread(run):
    """A plain `def` does not block the loop, sees the context variables, and what it asks for is recorded."""
    context = RequestContext()
    run.module.visitor.set("ann")
    outcome = await run("in_thread", context=context)

    assert outcome.value[0] != threading.get_ident()
    assert outcome.value[1:] == ("ann", "action")
    assert context.expired_tags == ["posts"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("fail", ValueError),
        ("fail_in_thread", ActionError),
        ("stop_in_thread", RuntimeError),
        ("quit", RuntimeError),
        ("quit_in_thread", RuntimeError),
    ],
)
async def test_errors(run, name, kind):
    """What the body raises is the error of the outcome, with its traceback."""
    outcome = await run(name)

    assert isinstance(outcome.error, kind)
    assert outcome.error.__traceback__ is not None
    assert (outcome.value, outcome.signal) == (None, None)


@pytest.mark.parametrize(
    ("name", "kind"), [("leave", Redirect), ("redirect_in_thread", Redirect), ("leave_from_group", NotFound)]
)
async def test_signals(run, name, kind):
    """Control flow is the signal of the outcome, out of threads and task groups too; `except Exception` misses it."""
    outcome = await run(name)

    assert isinstance(outcome.signal, kind)
    assert outcome.error is None
    assert run.module.log == []


async def test_error_beside_a_signal(run):
    """When a group holds an error and a signal, the error counts."""
    outcome = await run("leave_and_fail")

    assert isinstance(outcome.error, ExceptionGroup)
    assert outcome.signal is None


async def test_the_end_of_the_process_passes(run):
    """What ends the process is no outcome."""
    with pytest.raises(BaseExceptionGroup):
        await run("leave_and_die")


async def test_cancellation_passes(run):
    """A cancelled action ends with the cancellation, in its phase, and leaves the phase as it was."""
    context = RequestContext()
    with anyio.move_on_after(0.01) as scope:
        await run("sleep", context=context)

    assert scope.cancelled_caught
    assert run.module.log == ["action"]
    assert context.phase == "render"


async def test_requests_do_not_mix(run):
    """Actions that run at the same time each see their own request."""
    contexts = [RequestContext(path=f"/{number}") for number in range(20)]
    async with anyio.create_task_group() as group:
        for context in contexts:
            group.start_soon(lambda context=context: run("in_thread", context=context))
            run.module.visitor.set("ann")

    assert all(context.expired_tags == ["posts"] for context in contexts)


async def test_text_of_an_outcome(run):
    """The text of an outcome does not show values or messages."""
    assert repr(await run("add", 1, 2)) == "<ActionOutcome value>"
    assert repr(await run("fail")) == "<ActionOutcome ValueError>"
    assert repr(await run("leave")) == "<ActionOutcome Redirect>"
