"""Which store an application uses, and where the errors of its background go."""

from __future__ import annotations

import stat
import tempfile

import pytest

from jetbridge.cache import MemoryStore, SqliteStore
from jetbridge.config import Config
from jetbridge.errors import ConfigError
from jetbridge.server.cache_store import choose_store, default_file, report_to


@pytest.fixture
def make_config(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    root = tmp_path / "project"
    (root / ".jetbridge").mkdir(parents=True)

    def make(**options):
        return Config(root=root, **options)

    return make


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        ({}, MemoryStore),
        ({"workers": 4}, SqliteStore),
        ({"workers": 4, "dev": True}, MemoryStore),
        ({"workers": 4, "cache": "memory"}, MemoryStore),
        ({"cache": "sqlite:///cache.sqlite"}, SqliteStore),
    ],
)
def test_choice(make_config, options, kind):
    """One process keeps its cache in memory, several share a file, unless the configuration says something else."""
    store = choose_store(make_config(**options))

    assert isinstance(getattr(store, "inner", store), kind)


def test_default_file(make_config):
    """The file of several processes lies beside the build."""
    config = make_config(workers=2)

    assert default_file(config) == config.out_path / "cache" / "cache.sqlite"


def test_project_that_is_read_only(make_config, monkeypatch):
    """Where the project cannot be written to, it lies in a temporary folder of its own, for the owner alone."""
    monkeypatch.setattr("os.access", lambda *_: False)
    file = default_file(make_config(workers=2))

    assert str(file).startswith(tempfile.gettempdir())
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert default_file(make_config(workers=2)) == file
    file.parent.chmod(0o777)
    with pytest.raises(ConfigError, match="belongs to somebody else"):
        default_file(make_config(workers=2))


@pytest.mark.anyio
async def test_reports(caplog):
    """An error in the background reaches the hook with a reference that stands in the log."""
    reports = []
    await report_to(reports.append)(ValueError("no"), "the cached app.feed:latest")

    assert [(str(report.error), report.where) for report in reports] == [("no", "the cached app.feed:latest")]
    assert reports[0].reference in caplog.text


PAGE = """
from jetbridge import cached

@cached(revalidate="feed")
async def get() -> int:
    return 3

async def page():
    return str(await get())
"""


@pytest.mark.anyio
async def test_application(make_site, tmp_path):
    """An application uses its own store and profiles, and closes the store when it ends."""
    (tmp_path / "pyproject.toml").write_text("[tool.jetbridge.cache_profiles]\nfeed = {revalidate = 5}")
    async with make_site({"page.py": PAGE}, cache="sqlite:///cache.sqlite") as site:
        assert (await site.get("/")).status_code == 200
        assert (await site.app.state.store.inner.get("a")).version > 0
        assert list(tmp_path.glob("cache*.sqlite-wal"))
        await site.app.close()

    assert not list(tmp_path.glob("cache*.sqlite-wal"))
