"""The commands that list, generate and build, and what each says when it cannot."""

from __future__ import annotations

import json
import socket

import pytest


def test_routes(finish):
    """`routes` lists every URL with its kind, methods and file."""
    status, output = finish("routes")

    assert status == 0
    assert [line.split() for line in output.splitlines()] == [
        ["url", "kind", "methods", "file"],
        ["/", "page", "GET", "app/page.py"],
        ["/api", "handler", "GET", "app/api/route.py"],
        ["/posts/[id]", "page", "GET", "app/posts/[id]/page.py"],
    ]


def test_actions(finish):
    """`actions --json` lists every function that a browser can call, those inside of pages included."""
    status, output = finish("actions", "--json")

    rows = json.loads(output)
    assert status == 0
    assert [(row["name"], row["kind"], f"{row['file']}:{row['line']}") for row in rows] == [
        ("createPost", "exported", "app/actions/posts.py:7"),
        ("delete", "exported", "app/actions/posts.py:11"),
        ("page.<locals>.remove", "sealed", "app/posts/[id]/page.py:4"),
    ]
    assert len({row["id"] for row in rows}) == 3


def test_types(finish, project):
    """`types` writes what differs, `--check` says so and fails, and what nothing needs any more goes."""
    stubs = project / ".jetbridge" / "types" / "app" / "actions"

    status, output = finish("types", "--check")
    assert status == 1
    assert "out of date: .jetbridge/types/app/actions/posts.d.ts" in output
    assert not stubs.exists()

    assert finish("types")[0] == 0
    assert finish("types", "--check") == (0, "")
    text = (stubs / "posts.d.ts").read_text()
    assert "export declare const createPost: (prevState: State, title?: string) => Promise<State>\n" in text
    assert "export { delete_ as delete }" in text
    assert "Secret" not in text
    assert "posts.py" not in (stubs / "posts.js").read_text()
    assert "Counter" in (project / "app" / "counter.pyi").read_text()
    assert (project / "app" / "posts" / "[id]" / "part.pyi").exists()

    (project / "app" / "actions" / "posts.py").write_text('"""use server"""\nasync def other() -> None: ...\n')
    (project / "app" / "actions" / "more.py").write_text('"""use server"""\nasync def more() -> None: ...\n')
    (project / "app" / "counter.tsx").unlink()
    (project / "app" / "page.py").write_text("def page(): ...\n")
    _, output = finish("types")
    assert sorted(output.split()[1::2]) == [
        *(f".jetbridge/types/app/actions/more{suffix}" for suffix in (".d.ts", ".d.ts.map", ".js")),
        *(f".jetbridge/types/app/actions/posts{suffix}" for suffix in (".d.ts", ".d.ts.map", ".js")),
        "app/counter.pyi",
    ]
    assert not (project / "app" / "counter.pyi").exists()


def test_props_that_cannot_be_expressed_fail_the_check(finish, project):
    """`types --check` names a component of which Python cannot know the props, with its place and what to do."""
    component = project / "app" / "loose.tsx"
    component.write_text('"use client"\nexport function Loose(props: any) { return null }\n')
    finish("types")

    status, output = finish("types", "--check")

    assert status == 1
    assert output.strip() == "app/loose.tsx:2: Loose: nothing is known of its props: give them a type"


def test_types_without_node(finish, project):
    """Without Node the names of components are written, a line says what is missing, and nothing fails."""
    status, output = finish("types", JETBRIDGE_NODE="/nonexistent/node")

    assert status == 0
    assert "The props of client components are not read: /nonexistent/node" in output
    assert "Counter: ClientComponent\n" in (project / "app" / "counter.pyi").read_text()

    finish("types")
    assert "class CounterComponent(" in (project / "app" / "counter.pyi").read_text()


def test_types_that_cannot_be_expressed(finish, project):
    """`--check` fails for annotations without a type and for paths that lead nowhere, and says where and what to do."""
    (project / "app" / "actions" / "posts.py").write_text(
        '"""use server"""\nfrom datetime import timedelta\nfrom jetbridge import redirect\n\n'
        "async def wait() -> timedelta:\n    redirect('/nowhere')\n"
    )
    (project / "app" / "counter.tsx").unlink()
    (project / "app" / "page.py").write_text("def page(): ...\n")

    assert finish("types")[0] == 0
    status, output = finish("types", "--check")

    assert status == 1
    assert "app/actions/posts.py:5: the result of wait(): timedelta cannot travel" in output
    assert "Return seconds as int or float." in output
    assert 'app/actions/posts.py:6: redirect("/nowhere"): no page and no route handler has this path.' in output
    assert "out of date" not in output


def test_own_stub_is_left_alone(finish, project):
    """A .pyi that a person wrote is neither changed nor removed."""
    own = "from typing import Any\nCounter: Any\n"
    (project / "app" / "counter.pyi").write_text(own)

    finish("types")

    assert (project / "app" / "counter.pyi").read_text() == own


@pytest.mark.parametrize(
    ("change", "command", "texts"),
    [
        ({"app/page.py": "def page(:\n"}, "routes", ["app/page.py:1: SyntaxError"]),
        ({"app/page.py": "import nothing_there\n"}, "actions", ["app/page.py:1: ModuleNotFoundError"]),
        ({"app/page.py": "def page(serch_params): ..."}, "routes", ["page.py:1", "'search_params'"]),
        ({"app/page.py": "1 / 0\n"}, "build", ["app/page.py:1: ZeroDivisionError"]),
        ({"app/page.py": None, "pyproject.toml": "[tool.jetbridge]\napp_dir = 'nowhere'\n"}, "dev", ["nowhere/"]),
        ({"pyproject.toml": "[tool.jetbridge]\nprot = 1\n"}, "routes", ["prot", "known:"]),
        ({}, "start", ["no build", "jetbridge build"]),
        ({"node_modules": None}, "build", ["vite", "npm install"]),
        ({"node_modules": None}, "dev", ["vite", "npm install"]),
    ],
)
def test_mistake_is_one_message(finish, project, change, command, texts):
    """A mistake ends a command with status 1 and one message that says what to do, without a traceback."""
    for name, text in change.items():
        if text is None:
            (project / name).unlink()
        else:
            (project / name).write_text(text)

    status, output = finish(command)

    assert status == 1
    assert output.startswith("Error: ")
    assert "Traceback" not in output
    for text in texts:
        assert text in output


@pytest.mark.parametrize("command", ["dev", "build"])
def test_missing_node(finish, command):
    """Without a Node that runs the message says how to get one."""
    status, output = finish(command, JETBRIDGE_NODE="/nonexistent/node")

    assert status == 1
    assert "pip install 'jetbridge[node]'" in output


def test_port_in_use(finish):
    """A port in use is named, with another one to take."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        status, output = finish("dev", "--port", str(port))

    assert status == 1
    assert f"Error: Port {port} is in use" in output
    assert f"--port {port + 1}" in output


def test_several_processes_need_a_key(finish):
    """More than one process refuse to start without a common key."""
    status, output = finish("start", "--workers", "2")

    assert status == 1
    assert "JETBRIDGE_SECRET" in output


def test_help(finish):
    """Every command is explained."""
    status, output = finish("--help")

    assert status == 0
    for command in ("actions", "build", "dev", "routes", "start", "types"):
        assert f"\n  {command} " in output
    assert not [line for line in output.splitlines() if line.startswith("  ") and line.endswith("...")]
