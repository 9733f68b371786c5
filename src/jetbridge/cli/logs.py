"""How log lines look in a terminal."""

from __future__ import annotations

import logging
import sys
from typing import Final

_QUIET: Final = ("uvicorn", "asyncio", "httpx", "httpcore", "watchfiles", "websockets")
"""Loggers whose everyday messages say nothing to a user of jetbridge."""


class _Formatter(logging.Formatter):
    """Time and text; the level only where it matters."""

    def format(self, record: logging.LogRecord) -> str:
        mark = "" if record.levelno < logging.WARNING else f"{record.levelname.lower()}: "
        text = f"{self.formatTime(record, '%H:%M:%S')}  {mark}{record.getMessage()}"
        return f"{text}\n{self.formatException(record.exc_info)}" if record.exc_info else text


def set_up_logging() -> None:
    """Send log lines to the terminal, in a form for people. A project that has configured logging keeps its own."""
    root = logging.getLogger()
    if not root.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(_Formatter())
        root.addHandler(handler)
        root.setLevel(logging.INFO)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
