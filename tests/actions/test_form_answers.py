"""Actions of the shape (previous state, form): a form that does not fit is answered by a state."""

from __future__ import annotations

from pathlib import Path

import pytest

from jetbridge.actions import bind_arguments, check_field, run_action, run_guard
from jetbridge.context import RequestContext
from jetbridge.errors import ConfigError, InvalidArguments
from jetbridge.flight.model import File, FormData
from jetbridge.typegen.stubs import StubWriter

pytestmark = pytest.mark.anyio

ACTIONS = '''
    """use server"""
    from dataclasses import dataclass, field
    from typing import Annotated, Any, Never, NotRequired, TypedDict

    from pydantic import BaseModel, Field, SecretStr

    from jetbridge import FieldError, FormData, FormState, ParseFailure, action, redirect, revalidate_tag

    ran = []

    class Account(BaseModel):
        username: Annotated[str, Field(min_length=3)]
        password: SecretStr
        newsletter: bool = True

    class Saved(FormState):
        saved: NotRequired[bool]

    class Short(TypedDict):
        error: str | None

    @dataclass
    class Detailed:
        error: str | None = None
        fields: dict[str, list[str]] = field(default_factory=dict)
        step: int = 1

    class Counted(TypedDict):
        count: int

    def _say_no(failure: ParseFailure) -> Counted:
        return {"count": len(failure.error.fields)}

    async def _say_no_later(failure: ParseFailure) -> Counted:
        return {"count": -len(failure.error.fields)}

    def _fail(failure: ParseFailure) -> Counted:
        raise RuntimeError("no state today")

    async def full(prev_state: FormState, form: Account) -> FormState:
        ran.append(form)
        return {"error": None}

    async def saved(prev_state: Saved | None, form: Account) -> Saved:
        ran.append(form)
        if form.username == "taken":
            raise FieldError("username", "That name is taken.")
        if form.username == "whole":
            raise FieldError("", "Not today.")
        return {"error": None, "saved": True}

    async def short(prev_state: Short, form: Account) -> Short: ...
    async def detailed(state: Detailed, form: Account) -> Detailed: ...
    async def loose(_prev_state, form: Account): ...
    async def anything(prev_state: Any, form: Account) -> dict[str, Any]: ...
    async def leaves(prev_state: FormState, form: Account) -> Never: redirect("/")
    async def nothing(prev_state: FormState, form: Account) -> None: ...
    async def bound(id: int, prev_state: FormState, form: Account) -> FormState: ...
    async def by_type(before: FormState, form: Account) -> FormState: ...
    async def unchecked(prev_state: "Later", form: Account) -> "FormState": ...

    Later = Any

    @action(invalid=_say_no)
    async def own(before: Counted, form: Account) -> Counted: ...

    @action(invalid=_say_no_later)
    async def own_async(before: Counted, form: Account) -> Counted: ...

    @action(invalid=_fail)
    async def own_fails(before: Counted, form: Account) -> Counted: ...

    async def counts(prev_state: Counted, form: Account) -> Counted: ...
    async def two(post: int, form: Account) -> None: ...
    async def one(form: Account) -> FormState: raise FieldError("username", "no")
    async def raw(prev_state: FormState, form: FormData) -> FormState: raise FieldError("username", "no")

    def by_id(account_id):
        async def rename(prev_state: FormState, form: Account) -> FormState:
            "use server"
            raise FieldError("username", f"{account_id} says no")
        return rename
'''

GOOD = FormData([("username", "ann"), ("password", "hunter2")])
BAD = FormData([("username", "a"), ("password", "hunter2"), ("newsletter", "on"), ("photo", File(b"x", "a"))])
FIELDS = {"username": ["Username must be at least 3 characters"]}
VALUES = {"username": "a", "newsletter": "on"}
FULL = {"error": FIELDS["username"][0], "fields": FIELDS, "values": VALUES}
START = {"error": None}


@pytest.fixture
def run(registry_of):
    """Bind and run an action; its outcome."""
    module, registry = registry_of(ACTIONS, "app.actions")

    async def run(name: str, *args: object):
        return await run_action(bind_arguments(registry.of(getattr(module, name)), args), RequestContext())

    run.module, run.registry = module, registry
    return run


@pytest.mark.parametrize(
    ("name", "args", "expected"),
    [
        ("full", (START,), FULL),
        ("saved", (None,), FULL),
        ("saved", ({"error": None, "saved": True},), FULL),
        ("saved", (FULL,), FULL),
        ("short", (START,), {"error": FULL["error"]}),
        ("loose", (1,), FULL),
        ("anything", (1,), FULL),
        ("leaves", (START,), FULL),
        ("nothing", (START,), FULL),
        ("bound", (3, START), FULL),
        ("by_type", (START,), FULL),
        ("unchecked", (START,), FULL),
        ("own", ({"count": 0},), {"count": 1}),
        ("own_async", ({"count": 0},), {"count": -1}),
    ],
)
async def test_a_form_that_does_not_fit(run, name, args, expected):
    """It is answered by the state, in the type that the action returns; the body does not run."""
    outcome = await run(name, *args, BAD)

    assert outcome.value == expected
    assert outcome.error is None
    assert outcome.refused == ("username",)
    assert run.module.ran == []


async def test_a_state_that_is_a_class(run):
    """A dataclass gets what it has fields for, and its own defaults for the rest."""
    outcome = await run("detailed", {}, BAD)

    assert outcome.value == run.module.Detailed(FULL["error"], FIELDS)


async def test_a_form_that_fits(run):
    """The body gets the model, and its own state is the answer."""
    outcome = await run("saved", None, GOOD)

    assert outcome.value == {"error": None, "saved": True}
    assert outcome.refused == ()
    assert [(form.username, form.newsletter) for form in run.module.ran] == [("ann", False)]


async def test_an_object_in_place_of_the_form(run):
    """A call with an object is answered in the same way."""
    assert (await run("full", START, {"username": "a"})).value == {
        "error": FIELDS["username"][0],
        "fields": {**FIELDS, "password": ["Password is required"]},
        "values": {},
    }
    assert (await run("full", START, {"username": "ann", "password": "x"})).value == START


@pytest.mark.parametrize(
    ("name", "fields", "message"),
    [
        ("taken", {"username": ["That name is taken."]}, "That name is taken."),
        ("whole", {"": ["Not today."]}, "Not today."),
    ],
)
async def test_field_error(run, name, fields, message):
    """A FieldError of the body is the same kind of state."""
    form = FormData([("username", name), ("password", "hunter2")])
    outcome = await run("saved", None, form)

    assert outcome.error is None
    assert outcome.value == {"error": message, "fields": fields, "values": {"username": name}}


async def test_field_error_in_a_nested_action(run):
    """An action inside a function answers in the same way."""
    registry = run.registry
    reference = registry.reference(run.module.by_id(7))
    opened = registry.open(reference.id, [*reference.bound, START, GOOD])
    outcome = await run_action(bind_arguments(opened.action, opened.args), RequestContext())

    assert outcome.value["error"] == "7 says no"


@pytest.mark.parametrize(("name", "args"), [("raw", (START, GOOD)), ("one", (GOOD,))])
async def test_without_a_state_a_field_error_is_an_error(run, name, args):
    """Where there is no state to put it in, a FieldError is what every ActionError is."""
    outcome = await run(name, *args)

    assert outcome.error.field == "username"


async def test_a_state_that_cannot_be_made(run):
    """What `invalid` raises is the action's error."""
    assert str((await run("own_fails", {"count": 0}, BAD)).error) == "no state today"


@pytest.mark.parametrize(
    ("name", "args", "field"),
    [
        ("full", ("forged", BAD), "prev_state"),
        ("full", ({"error": 3}, BAD), "prev_state.error"),
        ("bound", ("x", START, BAD), "id"),
        ("full", (BAD,), "form"),
        ("full", (START, 3), "form"),
        ("counts", ({"count": 1}, BAD), "username"),
        ("two", (1, BAD), "username"),
        ("one", (BAD,), "username"),
    ],
)
async def test_other_wrong_calls_are_refused(run, name, args, field):
    """A wrong previous state, wrong other arguments, and an action whose state has no place for errors: 422."""
    with pytest.raises(InvalidArguments) as info:
        await run(name, *args)

    assert field in info.value.fields
    assert run.module.ran == []


async def test_a_guard_that_asks_for_arguments_is_not_asked_without_any(registry_of):
    """Nothing runs, so there is nothing to guard."""
    module, registry = registry_of('''
        """use server"""
        from pydantic import BaseModel
        from jetbridge import FormState, action

        class Post(BaseModel):
            title: str

        def _owns(form):
            raise AssertionError

        @action(guard=_owns)
        async def save(prev_state: FormState, form: Post) -> FormState: ...
    ''')
    call = bind_arguments(registry.of(module.save), [START, FormData()])

    assert await run_guard(call.action.guard, call, RequestContext()) is None
    assert (await run_action(call, RequestContext())).value["error"] == "Title is required"


MODULE = '''
    """use server"""
    from pydantic import BaseModel
    from jetbridge import FormState, action

    class Post(BaseModel):
        title: str

    __invalid__ = lambda failure: {"error": "module"}
    def _own(failure): return {"error": "own"}

    async def first(prev_state: FormState, form: Post) -> FormState: ...
    @action(invalid=_own)
    async def second(prev_state: FormState, form: Post) -> FormState: ...
    async def third(id: int, form: Post) -> None: ...
'''


async def test_module_default(registry_of):
    """`__invalid__` is the default of its module; an action's own word goes before it."""
    module, registry = registry_of(MODULE)

    for func, expected in ((module.first, "module"), (module.second, "own")):
        call = bind_arguments(registry.of(func), [START, FormData()])
        assert (await run_action(call, RequestContext())).value == {"error": expected}
    with pytest.raises(InvalidArguments):
        bind_arguments(registry.of(module.third), [1, FormData()])


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("class S(TypedDict):\n    error: str | None\n    saved: bool", "saved: Field required"),
        ("class S(TypedDict):\n    error: str | None\n    fields: dict[str, str]", "fields.a"),
        ("__invalid__ = 3\nclass S(TypedDict):\n    error: str | None", "__invalid__ must be a function"),
        ("@action(invalid=3)\nasync def f(): ...\nclass S: ...", "invalid=...* must be a function"),
    ],
)
def test_a_state_that_could_never_be_made(registry_of, source, message):
    """A type that has `error` and needs what nobody has is an error at start, with the way out."""
    lines = ['"""use server"""', "from typing import TypedDict", "from pydantic import BaseModel"]
    lines += ["from jetbridge import action", source, "class Post(BaseModel):\n    title: str"]

    with pytest.raises(ConfigError, match=message):
        registry_of("\n".join([*lines, "async def save(prev_state: S, form: Post) -> S: ..."]))


@pytest.mark.parametrize(
    ("field", "messages"),
    [("username", FIELDS["username"]), ("password", []), ("", []), ("nobody", [])],
)
async def test_check_one_field(run, field, messages):
    """The rules can be asked about one field, whatever the others hold; the body does not run."""
    action = run.registry.of(run.module.full)

    assert check_field(action, [None, BAD], field) == messages
    assert check_field(action, [None, GOOD], field) == []
    assert run.module.ran == []


@pytest.mark.parametrize(("name", "args"), [("full", []), ("full", [None, {}]), ("raw", [None, BAD])])
def test_nothing_to_check(run, name, args):
    """Without a form, or for an action that takes none as a model, there is nothing to ask."""
    with pytest.raises(InvalidArguments, match="no form"):
        check_field(run.registry.of(getattr(run.module, name)), args, "username")


def test_typescript(run):
    """The generated types know the state, also where the action returns something else."""
    folder = Path(run.module.__file__).parent
    actions = [action for action in run.registry if action.export]
    text = StubWriter(folder).write(actions, folder / "actions.py", folder / "actions", lambda action: action.id).types
    state = "export interface FormState {\n  error: string | null\n  fields?: Record<string, string[]>\n"
    form = "form: FormData | AccountInput"

    assert state + "  values?: Record<string, string | string[]>\n}" in text
    assert f"full: (prevState: FormState, {form}) => Promise<FormState>" in text
    assert f"saved: (prevState: Saved | null, {form}) => Promise<Saved>" in text
    assert f"short: (prevState: Short, {form}) => Promise<Short>" in text
    assert f"leaves: (prevState: FormState, {form}) => Promise<FormState>" in text
    assert f"nothing: (prevState: FormState, {form}) => Promise<FormState | null>" in text
    assert f"loose: (prevState: FormState, {form}) => Promise<FormState>" in text
    assert f"own: (before: Counted, {form}) => Promise<Counted>" in text
