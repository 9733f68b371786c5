"""The Node process that reads what props client components take, with the TypeScript compiler."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Self

from jetbridge.config import Config
from jetbridge.errors import ConfigError
from jetbridge.node.runtime import find_asset, find_node
from jetbridge.node.vite import project_settings


class PropsReader:
    """Reads client modules; what it knows of a project it keeps until `close`, so that a second reading is quick.

    It may be used by several threads: one waits for the other.
    """

    def __init__(self, config: Config) -> None:
        self._config = config
        self._process: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()
        self._known: dict[Path, Mapping[str, Any]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(self, paths: Sequence[Path]) -> dict[Path, Mapping[str, Any]]:
        """What the TypeScript compiler says of these files; see client/src/props-components.ts for its shape.

        For a file of which there is nothing new it is the object of the last time.
        Raises: ConfigError when there is no Node, or it gives up.
        """
        if not paths:
            return {}
        with self._lock:
            line = self._ask(json.dumps({"paths": [str(path) for path in paths]}))
            answer: dict[str, Any] = json.loads(line or '{"error": "the process ended by itself"}')
            if "error" in answer:
                raise ConfigError(f"The props of the client components cannot be read: {answer['error']}")
            modules = {Path(path): module for path, module in answer["modules"].items()}
            self._known |= {path: module for path, module in modules.items() if module is not None}
            return {path: self._known[path] for path in modules}

    def close(self) -> None:
        """End the process; a reading under way fails."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            with self._lock:
                _bury(process)

    def _ask(self, request: str) -> str:
        process = self._process
        if process is not None and process.poll() is not None:
            _bury(process)
            process = None
        if process is None:
            self._process = process = self._start()
        stdin, stdout = _pipes(process)
        with suppress(OSError, ValueError):
            stdin.write(f"{request}\n")
            stdin.flush()
            return stdout.readline()
        return ""

    def _start(self) -> subprocess.Popen[str]:
        settings = {**project_settings(self._config), "lib": str(find_asset("typescript"))}
        return subprocess.Popen(  # noqa: S603
            [find_node(self._config), str(find_asset("props.cjs")), json.dumps(settings)],
            cwd=self._config.root,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            # Ctrl-C in a terminal goes to the whole group; who keeps the process ends it.
            start_new_session=True,
        )


def _bury(process: subprocess.Popen[str]) -> None:
    """Let go of a process that has ended, or is about to."""
    process.wait()
    for pipe in _pipes(process):
        with suppress(OSError):
            pipe.close()


def _pipes(process: subprocess.Popen[str]) -> tuple[IO[str], IO[str]]:
    if process.stdin is None or process.stdout is None:
        raise ValueError("the process was started without pipes")
    return process.stdin, process.stdout
