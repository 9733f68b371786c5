"""Development: the `.pyi` files of client components, brought up to date in the background after each edit."""

from __future__ import annotations

import asyncio

from jetbridge.cli.generate import show_problems
from jetbridge.config import Config
from jetbridge.errors import ConfigError
from jetbridge.node.props import PropsReader
from jetbridge.typegen.client_stubs import KnownStubs, find_client_files, write_client_stubs
from jetbridge.typegen.write import Generated


class StubKeeper:
    """Keeps the stubs of a project. Nothing waits for them: they are for type checkers and editors."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._reader = PropsReader(config)
        self._exports = find_client_files(config.app_path).modules
        self._wanted = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._shown: list[str] = []
        self._known: KnownStubs = {}

    def have_exports_changed(self) -> bool:
        """Whether client modules came, went or export other names than when this was last asked."""
        before, self._exports = self._exports, find_client_files(self._config.app_path).modules
        return self._exports != before

    def refresh(self) -> None:
        """Bring the stubs up to date, soon."""
        self._wanted.set()
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Stop; a refresh that is under way ends early."""
        if self._task is not None:
            self._task.cancel()
        await asyncio.to_thread(self._reader.close)
        if self._task is not None:
            await asyncio.wait({self._task})

    def _write(self) -> Generated:
        return write_client_stubs(self._config.app_path, self._reader.read, known=self._known)

    async def _run(self) -> None:
        while await self._wanted.wait():
            self._wanted.clear()
            try:
                generated = await asyncio.to_thread(self._write)
                found = [str(problem) for problem in generated.problems]
            except (ConfigError, OSError) as error:
                found = [str(error)]
            show_problems(text for text in found if text not in self._shown)
            self._shown = found
