"""The database of the tests is a new file, named before the application opens one."""

import os
import tempfile
from pathlib import Path

import pytest

_folder = tempfile.TemporaryDirectory(prefix="guide-")
os.environ["GUIDE_DATABASE"] = str(Path(_folder.name) / "test.sqlite")
os.environ.pop("DATABASE_URL", None)


@pytest.fixture
def anyio_backend():
    return "asyncio"
