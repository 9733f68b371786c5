"""The files of the project's public/ folder, served at the root of the site."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import anyio
from starlette.responses import FileResponse


class PublicFiles:
    """public/ by URL path. In production the folder is listed once at start, so a miss costs one lookup."""

    def __init__(self, folder: Path, *, live: bool) -> None:
        self._folder = folder.resolve()
        self._live = live
        self._files = {} if live else self._list()

    def _list(self) -> dict[str, Path]:
        if not self._folder.is_dir():
            return {}
        files = (path for path in self._folder.rglob("*") if path.is_file())
        return {"/" + path.relative_to(self._folder).as_posix(): path for path in files}

    def find(self, path: str) -> Path | None:
        """The file for a URL path (percent-encoded), or None. Never one outside of public/."""
        if "%" in path:
            path = unquote(path)
        if not self._live:
            return self._files.get(path)
        if path.endswith("/") or "\x00" in path:
            return None
        try:
            file = (self._folder / path.lstrip("/")).resolve()
            return file if file.is_relative_to(self._folder) and file.is_file() else None
        except OSError:  # a name that is too long for the file system
            return None

    async def response(self, file: Path) -> FileResponse | None:
        """The file, to be checked for freshness by the browser at each use: its URL does not change when it does.

        None when it has been taken away since the start.
        """
        try:
            stat = await anyio.to_thread.run_sync(file.stat)
        except OSError:
            return None
        return FileResponse(file, stat_result=stat, headers={"cache-control": "public, max-age=0, must-revalidate"})
