"""The built files, below `/_jetbridge/assets/<fingerprint>/`.

Built files hold a placeholder where an action's id belongs, because ids hang on a key that only the running server has.
It is replaced once at start. The fingerprint of the key stands in the URL, so files may be cached for ever.
"""

from __future__ import annotations

import gzip
import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from starlette.types import Send

from jetbridge import wire
from jetbridge.server.responses import raw_headers, send_bytes, send_text

_PLACEHOLDER: Final = re.compile(re.escape(wire.ACTION_PLACEHOLDER).encode() + rb"([0-9a-f]{16})__")
_TEXT: Final = frozenset({".js", ".mjs", ".css", ".svg", ".json", ".html", ".txt"})


@dataclass(frozen=True, slots=True)
class Asset:
    """One file in memory. encodings: content-coding -> bytes; "" is the file as it is."""

    content_type: str
    encodings: Mapping[str, bytes]


class Assets:
    """Every built file of one application, kept in memory."""

    def __init__(self, files: Mapping[str, Asset], fingerprint: str) -> None:
        self._files = files
        self.base = f"{wire.ASSET_PATH}{fingerprint}/"

    @classmethod
    def load(cls, folder: Path, slots: Mapping[str, str], fingerprint: str) -> Assets:
        """Read a build. slots: placeholder -> id of the action it stands for."""
        files: dict[str, Asset] = {}
        paths = sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []
        for path in paths:
            if path.suffix not in (".gz", ".br", ".map"):
                files[path.relative_to(folder).as_posix()] = _load(path, slots)
        return cls(files, fingerprint)

    async def respond(self, send: Send, path: str, accept_encoding: str) -> None:
        """Answer a GET or HEAD below wire.ASSET_PATH. An old fingerprint gets the current file, not to be kept."""
        _, _, name = path.removeprefix(wire.ASSET_PATH).partition("/")
        asset = self._files.get(name)
        if asset is None:
            await send_text(send, 404, "No such file in this build.")
            return
        accepted = _accepted(accept_encoding)
        coding = next((coding for coding in ("br", "gzip") if coding in accepted and coding in asset.encodings), "")
        current = path.startswith(self.base)
        headers = {
            "content-type": asset.content_type,
            "cache-control": "public, max-age=31536000, immutable" if current else "no-cache",
            "vary": "accept-encoding",
            "x-content-type-options": "nosniff",
        }
        if coding:
            headers["content-encoding"] = coding
        await send_bytes(send, 200, raw_headers(headers), asset.encodings[coding])


def _accepted(accept_encoding: str) -> set[str]:
    """The codings that the browser names, without those of quality 0."""
    parts = (part.lower().replace(" ", "").partition(";q=") for part in accept_encoding.split(","))
    return {coding for coding, _, quality in parts if not quality or quality.strip("0.")}


def _load(path: Path, slots: Mapping[str, str]) -> Asset:
    body = path.read_bytes()
    filled = _PLACEHOLDER.sub(lambda found: slots.get(found[1].decode(), "").encode(), body)
    encodings = {"": filled}
    if path.suffix in _TEXT:
        for coding, suffix in (("gzip", ".gz"), ("br", ".br")):
            packed = path.with_name(path.name + suffix)
            if filled == body and packed.is_file():
                encodings[coding] = packed.read_bytes()
        if "gzip" not in encodings:
            encodings["gzip"] = gzip.compress(filled, 9, mtime=0)
    kind = "text/javascript" if path.suffix in (".js", ".mjs") else mimetypes.guess_type(path.name)[0]
    kind = kind or "application/octet-stream"
    return Asset(f"{kind}; charset=utf-8" if path.suffix in _TEXT else kind, encodings)
