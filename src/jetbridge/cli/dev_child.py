"""`python -m jetbridge.cli.dev_child`: the Python process that `jetbridge dev` starts again after each edit.

It imports everything but the project, waits for a line on its input, reads the project and serves it. When its input
ends, so does it: nothing outlives the process that started it.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import Any

import uvicorn

from jetbridge.cli.access_log import AccessLog
from jetbridge.cli.dev_process import RETIRE_SECONDS
from jetbridge.cli.generate import generate_types
from jetbridge.cli.logs import set_up_logging
from jetbridge.config import Config
from jetbridge.errors import JetbridgeError
from jetbridge.server.application import Jetbridge
from jetbridge.server.wiring import Project


def main(listening_fd: int, report_fd: int) -> None:
    """Serve on an inherited socket; report once, as JSON, when the project has been read."""
    if not sys.stdin.readline():
        return
    started = time.perf_counter()
    set_up_logging()
    config = Config.load(os.environ["JETBRIDGE_ROOT"], dev=True)
    application = Jetbridge(config=config)
    report = _report(application)
    report["seconds"] = time.perf_counter() - started
    with open(report_fd, "w", encoding="utf-8") as stream:
        json.dump(report, stream)
    threading.Thread(target=_end_with_input, daemon=True).start()
    settings = uvicorn.Config(
        AccessLog(application),
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        ws="none",
        timeout_graceful_shutdown=int(RETIRE_SECONDS),
    )
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
    uvicorn.Server(settings).run(sockets=[socket.socket(fileno=listening_fd)])


def _report(application: Jetbridge) -> dict[str, Any]:
    """What the terminal shows: the size of the application, or why it cannot start."""
    try:
        state = application.state
        generated = generate_types(Project(application.config, state.keys, state.tree, state.registry), stubs=False)
    except JetbridgeError as error:
        return {"error": str(error), "trace": _own_trace(error, application.config.root)}
    pages = sum(route.page is not None for route in state.tree.routes)
    return {
        "pages": pages,
        "handlers": len(state.tree.routes) - pages,
        "actions": len(state.registry),
        "problems": [str(problem) for problem in generated.problems],
    }


def _own_trace(error: BaseException, root: Path) -> str:
    """The frames of the project's own code that led to an error, and the source line of a syntax error."""
    cause = error.__cause__
    if cause is None:
        return ""
    if isinstance(cause, SyntaxError):
        return "".join(traceback.format_exception_only(cause))
    frames = [
        frame
        for frame in traceback.extract_tb(cause.__traceback__)
        if frame.filename.startswith(f"{root}{os.sep}") and "site-packages" not in frame.filename
    ]
    return "".join([*traceback.format_list(frames), *traceback.format_exception_only(cause)])


def _end_with_input() -> None:
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
