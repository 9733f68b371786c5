"""What a build holds, and what a visitor has to load."""

from __future__ import annotations

import ast
import gzip
import re
import subprocess
import sys
from pathlib import Path

import pytest

from e2e.application import EXAMPLE, Application
from e2e.raw import send
from e2e.visitor import Visitor


def python_secrets(folder: Path) -> set[str]:
    """Texts of the Python sources that belong to the server: docstrings, strings, comments, names of modules."""
    found: set[str] = set()
    for file in [*(folder / "app" / "actions").glob("*.py"), *(folder / "lib").glob("*.py")]:
        source = file.read_text("utf-8")
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= {line.strip() for line in node.value.splitlines()}
        found |= {line.strip() for line in re.findall(r"# (.*)", source)}
    return {text for text in found if len(text) > 12}


def client_files(app: Application) -> dict[Path, str]:
    """Every file that the browser can be given, source maps included."""
    files = [file for file in (app.folder / ".jetbridge" / "build" / "client").rglob("*") if file.is_file()]
    return {file: file.read_text("utf-8", "replace") for file in files}


def test_no_python_in_the_browser(app: Application):
    """No docstring, message, default value, comment or path of the server stands in what the browser can load."""
    files = client_files(app)
    assert len(files) >= 8
    secrets = python_secrets(app.folder) | {
        str(app.folder),
        str(EXAMPLE),
        "app.actions",
        "posts.py",
    }

    leaks = [(file.name, text) for file, content in files.items() for text in secrets if text in content]
    assert leaks == []


def test_sentinels_are_looked_for():
    """The search above looks for what it should."""
    secrets = python_secrets(EXAMPLE)

    assert {"That username is already taken", "connection refused by partner.internal:8443"} <= secrets
    assert "they show their authors' names" in secrets


def test_no_python_in_the_pages(app: Application):
    """The same holds for the pages themselves."""
    for path in ("/", "/posts", "/posts/1", "/sync", "/login"):
        page = send(app, "GET", path).text
        assert str(app.folder) not in page
        assert "app.actions" not in page
        assert "app/actions" not in page


def test_first_load(app: Application, visitor: Visitor):
    """The first visit of /posts loads less than 85 KB, compressed, in all."""
    visitor.visit("/posts")
    visitor.page.wait_for_load_state("networkidle")
    sizes = {request.url: sent_size(app, request.url) for request in visitor.requests}

    assert any(url.endswith(".js") for url in sizes)
    assert sum(sizes.values()) < 85_000, sizes


def sent_size(app: Application, url: str) -> int:
    """How many bytes a browser gets that knows gzip; what is sent as it is would be compressed by a proxy."""
    answer = send(app, "GET", url.removeprefix(app.url), headers={"Accept-Encoding": "gzip"})
    assert answer.status == 200
    return len(answer.body if "content-encoding" in answer.headers else gzip.compress(answer.body, 9))


def test_built_files_are_kept(app: Application):
    """Built files may be kept for ever: their address changes when they do."""
    scripts = re.findall(r'(?:src|href)="(/_jetbridge/assets/[^"]+\.js)"', send(app, "GET", "/posts").text)
    assert scripts
    for path in scripts:
        answer = send(app, "GET", path)
        assert answer.status == 200
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["content-type"].startswith("text/javascript")


def test_types(app: Application):
    """TypeScript agrees with the generated types, and it does notice a wrong name."""
    check = ["node_modules/.bin/tsc", "--noEmit"]
    right = subprocess.run(check, cwd=app.folder, capture_output=True, text=True, check=False)
    assert right.returncode == 0, right.stdout

    wrong = app.folder / "app" / "posts" / "wrong.tsx"
    wrong.write_text(
        'import { createPost } from "@/app/actions/posts"\n'
        "const state = { error: null, saved: false, title: '', body: '' }\n"
        "export const a = createPost({ ...state, saved: 1 }, new FormData())\n"
        "export const b = createPost(1)\n"
        "export const c = async () => (await createPost(state, new FormData())).erorr\n"
    )
    try:
        found = subprocess.run(check, cwd=app.folder, capture_output=True, text=True, check=False).stdout
    finally:
        wrong.unlink()
    assert [f"wrong.tsx({line}," in found for line in (3, 4, 5)] == [True, True, True], found


@pytest.mark.slow
def test_python_types(app: Application):
    """mypy agrees with the example in strict mode."""
    result = subprocess.run([sys.executable, "-m", "mypy"], cwd=app.folder, capture_output=True, text=True, check=False)

    assert result.returncode == 0, result.stdout
