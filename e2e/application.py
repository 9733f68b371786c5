"""The example, copied, built and served as a user would do it."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
EXAMPLE = REPOSITORY / "examples" / "guide"
FORMS = REPOSITORY / "e2e" / "apps" / "forms"
KEPT = REPOSITORY / "e2e" / "apps" / "kept"
ROUND_TRIPS = REPOSITORY / "e2e" / "apps" / "round_trips"
COMMAND = str(Path(sys.executable).parent / "jetbridge")

SECRETS = {
    "JETBRIDGE_SECRET": "an end-to-end secret of more than 32 characters",
    "STRIPE_WEBHOOK_SECRET": "whsec_of_the_end_to_end_tests",
    "GITHUB_WEBHOOK_SECRET": "github_of_the_end_to_end_tests",
    "GUIDE_API_TOKEN": "token-of-the-telephone",
}


def copy_example(target: Path, source: Path = EXAMPLE) -> Path:
    """Copy the sources of the example, or of another application; the example's node_modules are linked."""
    left_out = shutil.ignore_patterns("node_modules", ".jetbridge", "__pycache__", "*.sqlite*", ".*_cache")
    shutil.copytree(source, target, ignore=left_out)
    (target / "node_modules").symlink_to(EXAMPLE / "node_modules")
    return target


def build_example(folder: Path) -> None:
    """Run `jetbridge build` there."""
    result = subprocess.run([COMMAND, "build"], cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    if result.returncode != 0:
        raise RuntimeError(f"jetbridge build failed in {folder}:\n{result.stdout}\n{result.stderr}")


def free_port() -> int:
    """A port that nobody listens on at the moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@dataclass
class Application:
    """One running `jetbridge start` or `jetbridge dev`. url: without a slash at the end."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]
    log_file: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def log(self) -> str:
        """Everything it has written so far."""
        return self.log_file.read_text("utf-8", "replace")

    def stop(self) -> int:
        """Press Ctrl-C, wait until it has ended and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                raise RuntimeError(f"Ctrl-C does not end the server:\n{self.log()}") from None
        return self.process.wait()

    def processes(self) -> dict[int, str]:
        """It and everything it has started: name by process id."""
        found: dict[int, str] = {}
        waiting = [self.process.pid]
        while waiting:
            pid = waiting.pop()
            try:
                found[pid] = Path(f"/proc/{pid}/comm").read_text().strip()
                children = Path(f"/proc/{pid}/task").glob("*/children")
                waiting += [int(child) for file in children for child in file.read_text().split()]
            except (FileNotFoundError, ProcessLookupError):
                continue
        return found

    def server_pid(self) -> int:
        """The process that answers requests."""
        return self.process.pid

    def node_pids(self) -> list[int]:
        """The Node workers."""
        return [pid for pid, name in self.processes().items() if name.startswith(("node", "MainThread"))]


def start(
    folder: Path,
    log_file: Path,
    *arguments: str,
    command: str = "start",
    small_page: str = "/login",
    environment: Mapping[str, str] | None = None,
) -> Application:
    """Serve a copy of the example on a free port, and wait until it answers.

    environment: further variables; without them it has a database of its own.
    """
    port = free_port()
    log = log_file.open("wb")
    variables = {"GUIDE_DATABASE": str(log_file.with_suffix(".sqlite")), "PYTHONUNBUFFERED": "1", **SECRETS}
    process = subprocess.Popen(
        [COMMAND, command, "--port", str(port), *arguments],
        cwd=folder,
        stdout=log,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **variables, **(environment or {})},
        start_new_session=True,
    )
    log.close()
    application = Application(folder, port, process, log_file)
    wait_until_it_answers(application, small_page)
    return application


def wait_until_it_answers(application: Application, small_page: str, seconds: float = 30) -> None:
    """Ask for a small page until there is an answer."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if application.process.poll() is not None:
            raise RuntimeError(f"The server has ended:\n{application.log()}")
        connection = http.client.HTTPConnection("127.0.0.1", application.port, timeout=10)
        try:
            connection.request("GET", small_page)
            status = connection.getresponse().status
        except OSError:
            time.sleep(0.1)
            continue
        finally:
            connection.close()
        if status != 200:
            raise RuntimeError(f"{small_page} answers {status}:\n{application.log()}")
        return
    application.process.kill()
    application.process.wait()
    raise RuntimeError(f"The server does not answer:\n{application.log()}")


def resident_mib(pid: int) -> float:
    """How much memory a process holds, in MiB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024
