"""Guards: what they see, what they refuse, whom they let through, and mistakes that are found at start."""

from __future__ import annotations

import pytest

from jetbridge.actions import ActionRegistry, bind_arguments, run_action, run_guard
from jetbridge.context import RequestContext, identity
from jetbridge.errors import ActionError, ConfigError, Forbidden, Redirect, Unauthorized

pytestmark = pytest.mark.anyio

GUARDS = """
    from jetbridge.actions import action, public
    from jetbridge.context import redirect, unauthorized, forbidden
    from jetbridge.errors import ActionError

    ran = []

    async def member(session):
        if "user_id" not in session:
            unauthorized()
        return {"id": session["user_id"]}

    def member_in_thread(session):
        return session.get("user_id") or unauthorized()

    async def owner(request, session, post_id):
        if post_id != session.get("user_id"):
            forbidden()
        return f"{request.method} {post_id}"

    async def nobody(): return False
    async def anybody(): return True
    async def elsewhere(): redirect("/login")
    async def worded(): raise ActionError("Members only", status=401)
    async def broken(): return 1 / 0

    class Role:
        def __init__(self, name): self.name = name
        async def __call__(self, session): return session.get("role") == self.name

    editor = Role("editor")

    @action(guard=member)
    async def save(text: str, user): ran.append((text, user)); return user

    @action(guard=member_in_thread)
    async def first(user, text: str): ran.append((text, user)); return user

    @action(guard=owner)
    async def delete(post_id: int, *, user: str): ran.append(post_id); return user

    @action(guard=nobody)
    async def never(): ran.append("never")

    @action(guard=anybody)
    async def always(user): return user

    @action(guard=elsewhere)
    async def go(): ran.append("go")

    @action(guard=worded)
    async def tell(): ran.append("tell")

    @action(guard=broken)
    async def fail(): ran.append("fail")

    @action(guard=editor)
    async def edit(): ran.append("edit")

    @action(public=True)
    async def read(): ...
"""


@pytest.fixture
def call(registry_of):
    """Guard, then run an action by name with this session: the outcome, as a server does it."""
    module, registry = registry_of(GUARDS, "app.actions")

    async def call(name, *args, **session):
        context = RequestContext(method="POST", load_session=lambda: session)
        action = registry.of(getattr(module, name))
        bound = bind_arguments(action, args)
        refused = await run_guard(action.guard, bound if action.guard.needs_arguments else None, context)
        return refused or await run_action(bound, context)

    call.module, call.registry = module, registry
    return call


@pytest.mark.parametrize(
    ("name", "args", "session", "user"),
    [
        ("save", ("x",), {"user_id": 3}, {"id": 3}),
        ("first", ("x",), {"user_id": 3}, 3),
        ("delete", (3,), {"user_id": 3}, "POST 3"),
        ("always", (), {}, None),
        ("edit", (), {"role": "editor"}, None),
    ],
)
async def test_who_is_let_through(call, name, args, session, user):
    """The body runs, and its parameter `user`, wherever it stands, is what the guard returned."""
    outcome = await call(name, *args, **session)

    assert outcome.error is None
    assert outcome.value == user


@pytest.mark.parametrize(
    ("name", "args", "kind"),
    [
        ("save", ("x",), Unauthorized),
        ("first", ("x",), Unauthorized),
        ("delete", (3,), Forbidden),
        ("never", (), Forbidden),
        ("go", (), Redirect),
        ("tell", (), ActionError),
        ("fail", (), ZeroDivisionError),
        ("edit", (), Forbidden),
    ],
)
async def test_who_is_refused(call, name, args, kind):
    """What a guard raises ends the call as if the body had raised it, and the body does not run."""
    outcome = await call(name, *args)

    assert isinstance(outcome.signal or outcome.error, kind)
    assert call.module.ran == []


async def test_a_guard_runs_as_early_as_it_can(call):
    """Only a guard that asks for arguments must wait for them."""
    needs = {action.qualname: action.guard.needs_arguments for action in call.registry if action.guard}

    assert [name for name, needed in needs.items() if needed] == ["delete"]


async def test_the_browser_cannot_say_who_the_user_is(call):
    """`user` is no parameter of the action as the browser sees it."""
    names = [one.name for one in call.registry.of(call.module.save).signature.parameters]

    assert names == ["text"]


async def test_module_guard(registry_of):
    """`__guard__` guards every action of its module, those inside functions too; an action may say otherwise."""
    _, registry = registry_of("""
        from jetbridge.actions import action, public

        async def member(session): ...
        async def admin(session): ...
        __guard__ = member

        async def one():
            "use server"

        @action(guard=admin)
        async def two(): ...

        @action(public=True)
        async def three(): ...

        @action(guard=public)
        async def four(): ...

        def page():
            async def five():
                "use server"

            @action(guard=admin, rate="5/minute", name="page.six")
            async def six():
                "use server"

            return five, six
    """)

    found = {
        action.qualname.rpartition(".")[2]: (action.guard and action.guard.name, action.public) for action in registry
    }
    member, admin = ("app.page.member", False), ("app.page.admin", False)
    assert found == {
        "one": member,
        "two": admin,
        "three": (None, True),
        "four": (None, True),
        "five": member,
        "six": admin,
    }
    assert registry.named("page.six").options.rate == "5/minute"


async def test_public_module(registry_of):
    """`__guard__ = public` says of a whole module that anybody may call its actions."""
    _, registry = registry_of(
        '"""use server"""\nfrom jetbridge.actions import public\n__guard__ = public\nasync def a(): ...'
    )

    assert [(action.guard, action.public) for action in registry] == [(None, True)]


async def test_a_nested_action_keeps_its_captured_values_and_gets_its_user(registry_of):
    """A guarded action inside a function has its variables from the page, and its user from the guard."""
    module, registry = registry_of("""
        async def member(): return "ann"
        __guard__ = member

        def page(post):
            async def like(stars: int, user: str, more: int = 7):
                "use server"
                return post, stars, user, more
            return like
    """)
    reference = registry.reference(module.page("p1"))
    opened = registry.open(reference.id, [*reference.bound, 5])
    context = RequestContext()

    assert await run_guard(opened.action.guard, None, context) is None
    assert (await run_action(bind_arguments(opened.action, opened.args), context)).value == ("p1", 5, "ann", 7)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("@action(guard=3)\ndef save(): ...", "must be a function, not 3"),
        ("__guard__ = 'member'\n@action\ndef save(): ...", "must be a function, not 'member'"),
        ("def g(post): ...\n@action(guard=g)\ndef save(other): ...", "asks for `post`.*(other)"),
        ("def g(): ...\n@action(guard=g, public=True)\ndef save(): ...", "two things"),
        ("@action\ndef save(user): ...", "takes `user`, which a guard fills"),
        ("@action(public=True)\ndef save(user): ...", "takes `user`, which a guard fills"),
        ("def g(): ...\n@action(guard=g)\ndef save(user=None): ...", "default value would never be used"),
        (
            "def page():\n  g = print\n  @action(guard=g)\n  def save():\n    'use server'",
            r"@action\(guard=g\) inside a function",
        ),
        ("def page():\n  @action(**{})\n  def save():\n    'use server'", r"without \*\*"),
        ("def page():\n  @print\n  def save():\n    'use server'", "cannot have decorators but"),
        ("@action\ndef guard(): ...\n@action(guard=guard)\ndef save(): ...", "is an action itself"),
        ("@action(timeout=3)\ndef save(): ...", "cannot stop a plain `def`"),
        ("def page():\n  @action(timeout=3)\n  def save():\n    'use server'", "cannot stop a plain `def`"),
        ("def page():\n  @action(rate='often')\n  def save():\n    'use server'", "'often'"),
    ],
)
def test_mistakes(registry_of, source, message):
    """A guard that could not be asked, or would not be, is an error at start."""
    with pytest.raises(ConfigError, match=message):
        registry_of(f"from jetbridge.actions import action\n{source}")


def test_an_action_keeps_its_guard_when_it_moves(load_module, keys):
    """The guard is the action's own: in another module, under another name, it is the same."""
    home = load_module("def member(session): ...", "app.auth")
    moved = "from app.auth import member\nfrom jetbridge.actions import action\n@action(guard=member)\ndef {}(): ..."
    one, two = load_module(moved.format("a"), "app.one"), load_module(moved.format("b"), "app.deep.two")

    assert {action.guard.func for action in ActionRegistry(keys, [one, two])} == {home.member}


@pytest.mark.parametrize(
    ("user", "expected"),
    [(3, "3"), ("ann", "ann"), ({"id": 3}, "3"), (type("User", (), {"id": 4})(), "4"), (object(), None), (None, None)],
)
def test_identity(user, expected):
    """What tells users apart is their `id`, or the value itself where it is plain."""
    assert identity(user) == expected
