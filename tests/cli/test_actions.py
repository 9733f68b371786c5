"""`jetbridge actions`: every public endpoint with what protects it and who uses it, and the check of both."""

from __future__ import annotations

import json

import pytest

from jetbridge.cli.audit import says_it_asks

AUTH = (
    "from jetbridge import unauthorized\nasync def member(session):\n    return session.get('user') or unauthorized()\n"
)

ACTIONS = '''
"""use server"""
from jetbridge import action, session
from lib.auth import member, require_user

@action(guard=member, rate="5/minute", max_body_bytes=1000)
async def guarded(): ...

@action(public=True)
async def open_to_all(): ...

async def asks():
    user = await require_user()

async def reads_session():
    session().get("user")

async def asks_nobody(require_user: int): ...

async def nobody_needs(): ...
'''

USERS = {
    "app/one.tsx": (
        '"use client"\nimport {\n  guarded,\n  openToAll as o,\n  type asksNobody,\n} from "@/app/actions/some"\n'
    ),
    "app/two.tsx": (
        '"use client"\nimport type { nobodyNeeds } from "./actions/some"\nconst x = import("./actions/some")\n'
    ),
    "app/posts/[id]/page.py": (
        "from app.actions import some\nfrom app.actions.some import asks as a\nimport app.actions.some as s\n"
        "def page(id):\n    some.reads_session, s.asks_nobody\n"
        "    async def inline():\n        'use server'\n        return id\n    return None\n"
    ),
}


@pytest.fixture
def listed(finish, project):
    """The project with actions of every kind, and what `actions` says of it."""
    files = {"app/actions/some.py": ACTIONS.lstrip(), "lib/__init__.py": "", **USERS}
    files["lib/auth.py"] = AUTH + "async def require_user(): ...\n"
    for name, text in files.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text)
    (project / "app/actions/posts.py").unlink()
    (project / "app/counter.tsx").unlink()
    (project / "app/page.py").write_text("def page(): ...\n")

    def run(*options):
        return finish("actions", *options)

    return run


def test_list(listed):
    """Each action has its place, who may call it, its own limits, and the files that name it."""
    status, output = listed("--json")

    rows = {row["name"]: row for row in json.loads(output)}
    assert status == 0
    assert rows["guarded"] | {"id": ""} == {
        "name": "guarded",
        "kind": "exported",
        "file": "app/actions/some.py",
        "line": 5,
        "guard": "lib.auth.member",
        "public": False,
        "checks": [],
        "limits": {"max_body_bytes": 1000, "rate": "5/minute"},
        "usedBy": ["app/one.tsx", "app/two.tsx"],
        "id": "",
    }
    page = "app/posts/[id]/page.py"
    assert {name: (row["public"], row["checks"], row["usedBy"]) for name, row in rows.items()} == {
        "guarded": (False, [], ["app/one.tsx", "app/two.tsx"]),
        "openToAll": (True, [], ["app/one.tsx", "app/two.tsx"]),
        "asks": (False, ["require_user"], [page, "app/two.tsx"]),
        "readsSession": (False, ["session"], [page, "app/two.tsx"]),
        "asksNobody": (False, [], [page, "app/two.tsx"]),
        "nobodyNeeds": (False, [], ["app/two.tsx"]),
        "page.<locals>.inline": (False, [], None),
    }


def test_table(listed):
    """The table for people says in one column who may call."""
    _, output = listed()

    assert "lib.auth.member" in output
    assert "anybody (public)" in output
    assert "its body asks require_user()" in output
    assert "max_body_bytes 1000, rate 5/minute" in output


def test_check(listed, project):
    """`--check` fails when nobody has said who may call an action, and names the action; then those nobody uses."""
    (project / "app/two.tsx").unlink()

    status, output = listed("--check")

    assert status == 1
    lines = [line.split(" ")[:2] for line in output.splitlines()]
    assert lines == [
        ["app/actions/some.py:17:", "asksNobody"],
        ["app/actions/some.py:19:", "nobodyNeeds"],
        ["app/posts/[id]/page.py:6:", "page.<locals>.inline"],
        ["app/actions/some.py:19:", "nobodyNeeds"],
    ]


def test_check_passes(listed, project):
    """A guard for the whole module, and one for the page, are enough."""
    for name in ("app/actions/some.py", "app/posts/[id]/page.py"):
        file = project / name
        text = file.read_text()
        file.write_text(text.replace("\nasync def asks()", "\n__guard__ = member\nasync def asks()"))
    page = project / "app/posts/[id]/page.py"
    page.write_text("from jetbridge import public\n__guard__ = public\n" + page.read_text())

    status, output = listed("--check")

    assert (status, output) == (0, "")


@pytest.mark.parametrize(
    ("name", "asks"),
    [
        ("session", True),
        ("require_user", True),
        ("user_required", True),
        ("current_user", True),
        ("get_current_account", True),
        ("check_permission", True),
        ("can_edit", True),
        ("is_signed_in", True),
        ("author_of", False),
        ("cancel", False),
        ("delete", False),
        ("get_user", False),
    ],
)
def test_names_that_ask(name, asks):
    """What counts as asking who calls is decided by the words of a function's name."""
    assert says_it_asks(name) is asks
