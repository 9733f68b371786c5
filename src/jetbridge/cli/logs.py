"""How log lines look in a terminal."""

from __future__ import annotations

import asyncio
import logging
import sys
from typing import Final

_QUIET: Final = ("uvicorn", "asyncio", "httpx2", "httpcore2", "watchfiles", "websockets")
"""Loggers whose everyday messages say nothing to a user of jetbridge."""


class _Formatter(logging.Formatter):
    """Time and text; the level only where it matters."""

    def format(self, record: logging.LogRecord) -> str:
        mark = "" if record.levelno < logging.WARNING else f"{record.levelname.lower()}: "
        text = f"{self.formatTime(record, '%H:%M:%S')}  {mark}{record.getMessage()}"
        return f"{text}\n{self.formatException(record.exc_info)}" if record.exc_info else text


def _is_news(record: logging.LogRecord) -> bool:
    """Not the traceback of each request that is cut off at the end: uvicorn has said how many there are."""
    return not (record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError))


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
    # Our own line about a form that is refused says it too.
    logging.getLogger("python_multipart").setLevel(logging.ERROR)
    logging.getLogger("uvicorn.error").addFilter(_is_news)
