"""The example on PostgreSQL: a server of its own on loopback, for as long as these tests run."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from e2e.application import Application, free_port, start
from e2e.raw import form_fields, post_form, send

BODY = "A body that is long enough."


def find_binaries() -> Path:
    """The newest PostgreSQL that Debian has installed, or the one on PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    on_path = shutil.which("initdb")
    if found:
        return found[-1]
    if on_path:
        return Path(on_path).resolve().parent
    raise FileNotFoundError("PostgreSQL is not installed: run scripts/install")


@pytest.fixture(scope="module")
def database_url() -> Iterator[str]:
    """An empty cluster. PostgreSQL refuses to run as root, so root runs it as the user of Debian's package."""
    user = pwd.getpwnam("postgres") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
    binaries = find_binaries()
    port = free_port()

    def run(*command: str) -> None:
        as_user = {"user": user.pw_uid, "group": user.pw_gid} if os.getuid() == 0 else {}
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder, timeout=120, **as_user)

    with tempfile.TemporaryDirectory(prefix="guide-postgres-") as name:
        folder = Path(name)
        os.chown(folder, user.pw_uid, user.pw_gid)
        data = folder / "data"
        run(str(binaries / "initdb"), "-D", str(data), "-A", "trust", "-U", "guide", "--no-sync")
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        run(str(binaries / "pg_ctl"), "-D", str(data), "-o", options, "-l", str(folder / "log"), "-w", "start")
        try:
            yield f"postgresql://guide@127.0.0.1:{port}/postgres"
        finally:
            run(str(binaries / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop")


@pytest.fixture(scope="module")
def app(built_example: Path, database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", database_url)
        application = start(built_example, tmp_path_factory.mktemp("postgres") / "server.log")
    yield application
    application.stop()


def test_a_post_is_written_to_postgresql(app: Application):
    """Named by DATABASE_URL, PostgreSQL holds the posts; nothing else changes for the visitor."""
    page = send(app, "GET", "/posts")
    fields = form_fields(page.text, "Create Post")

    answer = post_form(app, "/posts", [*fields, ("title", "Kept by PostgreSQL"), ("body", BODY)])

    assert answer.status == 200
    assert "Kept by PostgreSQL" in answer.text
    assert "Kept by PostgreSQL" in send(app, "GET", "/posts").text
    assert not app.log_file.with_suffix(".sqlite").exists()
