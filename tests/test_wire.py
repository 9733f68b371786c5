"""The names that Python and the browser share are the same on both sides."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parent.parent / "scripts" / "wire"


def test_the_browsers_copy_is_current():
    """client/src/wire.ts is what scripts/wire makes of src/jetbridge/wire.py."""
    check = subprocess.run([sys.executable, str(SCRIPT), "--check"], capture_output=True, text=True, check=False)

    assert check.returncode == 0, check.stderr
