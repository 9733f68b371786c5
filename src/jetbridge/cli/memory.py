"""Settings of the process that keep its memory small and its pauses short. Measured with examples/guide."""

from __future__ import annotations

import ctypes
import gc
import os
import sys
from typing import Final

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
"""Numbers of mallopt() in glibc's malloc.h."""

_MIB: Final = 1024 * 1024
_SETTINGS: Final = ((_ARENA_MAX, 2), (_MMAP_THRESHOLD, _MIB), (_TRIM_THRESHOLD, 2 * _MIB))


def limit_allocator() -> None:
    """Have glibc give large blocks back to the system. To be called before threads are started.

    By itself it raises its threshold for "large" with each one that is freed, up to 32 MiB, and keeps a heap for each
    thread. An application that hashes passwords in threads then holds on to tens of MiB. Who has set MALLOC_… or
    GLIBC_TUNABLES is left alone.
    """
    if sys.platform != "linux" or any(name.startswith(("MALLOC_", "GLIBC_TUNABLES")) for name in os.environ):
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:  # other C libraries have none
        for option, value in _SETTINGS:
            mallopt(option, value)


def freeze_startup() -> None:
    """Take what was imported out of garbage collection: it stays anyway, and a full collection walks all of it."""
    gc.collect()
    gc.freeze()
