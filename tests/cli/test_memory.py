"""What the process settings are good for."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

PROGRAM = """
import hashlib, threading
from jetbridge.cli.memory import limit_allocator

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096 / 2**20

def hash_passwords():
    for _ in range(3):
        hashlib.scrypt(b"password", salt=bytes(16), n=2**13, r=8, p=1)

limit_allocator()
before = resident()
threads = [threading.Thread(target=hash_passwords) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(resident() - before)
"""


def growth(**env: str) -> float:
    """MiB that are kept after passwords were hashed in threads, 8 MiB at a time."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")} | env
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=variables, capture_output=True, text=True, check=True)
    return float(done.stdout)


@pytest.mark.slow
def test_memory_of_hashed_passwords_is_given_back():
    """Large blocks go back to the system; whoever has set glibc's own variables decides for himself."""
    assert growth() < 12
    assert growth(MALLOC_MMAP_THRESHOLD_="33554432", MALLOC_TRIM_THRESHOLD_="268435456") > 12
