"""The file of SqliteStore: its bounds, and what happens to it from outside."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from jetbridge.cache import SqliteStore, StoreError
from jetbridge.cache import sqlite_file as module

pytestmark = pytest.mark.anyio


class Clock:
    now = 1000.0

    def __call__(self):
        self.now += 0.001
        return self.now


@pytest.fixture
async def make(tmp_path):
    """Makes stores of one file, which are closed with the test."""
    stores: list[SqliteStore] = []
    clock = Clock()

    def make(**options):
        stores.append(SqliteStore(tmp_path / "cache.sqlite", clock=clock, **options))
        return stores[-1]

    yield make
    for store in stores:
        await store.aclose()


async def fill(store, *keys, value=b"v", **options):
    for key in keys:
        await store.set(key, value, version=(await store.get(key)).version, **options)


async def kept(store, keys):
    return [key for key in keys if (await store.get(key)).value is not None]


def file_of(folder):
    (file,) = folder.glob("cache*.sqlite")
    return file


async def test_two_stores_of_one_file(make):
    """What one process keeps or expires, the other sees."""
    one, two = make(), make()
    await fill(one, "a", tags=["posts"])
    assert await kept(two, "a") == ["a"]
    await two.expire_tags(["posts"])
    assert await kept(one, "a") == []


async def test_entries_are_bounded(make):
    """When there are too many, those that were not used for longest go."""
    store = make(max_entries=10)
    await fill(store, *"abcdefghij")
    await kept(store, "ab")
    await fill(store, *"klm")

    assert {"a", "b", "m"} <= set(await kept(store, "abcdefghijklm"))
    assert len(await store.entries()) <= 10


async def test_bytes_are_bounded(make):
    """So do they when they take too much room; a value that alone takes more is not kept."""
    store = make(max_bytes=10_000)
    await fill(store, *"abcdefgh", value=b"x" * 2000)
    assert "h" in await kept(store, "abcdefgh")
    assert sum(entry.size for entry in await store.entries()) <= 10_000
    await fill(store, "i", value=b"x" * 10_000)
    assert await kept(store, "hi") == ["h"]


async def test_what_is_gone_makes_room_first(make):
    """Entries past their time go before those that can still be read."""
    store = make(max_entries=4)
    await fill(store, "a", "b")
    await fill(store, "c", "d", max_age=0.001)
    await fill(store, "e", "f")

    assert await kept(store, "abcdef") == ["a", "b", "e", "f"]


async def test_names_are_bounded(make):
    """However many tags are expired, the file remembers a bounded number, and nothing expired is ever served."""
    store = make(max_names=500)
    await fill(store, "old", tags=["first"])
    await store.expire_tags(["first"])
    before = await store.get("late")
    for number in range(20):
        await store.expire_tags([f"tag {number}:{index}" for index in range(100)])
    await fill(store, "new", tags=["first"])
    await store.set("late", b"v", version=before.version, tags=["tag 0:1"])

    names = await store._in_thread(lambda db: db.execute("SELECT count(*) FROM names").fetchone()[0])
    assert names <= 600
    assert await kept(store, ["old", "late", "new"]) == ["new"]


async def test_deleted_file(make, tmp_path):
    """A file that was deleted under a running application is made anew: nothing old is read, nothing fails."""
    store = make()
    await fill(store, "a")
    before = await store.get("b")
    for file in tmp_path.glob("cache*"):
        file.unlink()

    assert await kept(store, "a") == []
    await store.set("b", b"old", version=before.version)
    assert await kept(store, "b") == []
    await fill(store, "a")
    assert await kept(make(), "a") == ["a"]


async def test_after_a_new_start_of_the_machine(make, tmp_path, monkeypatch):
    """What was kept before the machine was started does not count, and its file goes."""
    store = make()
    await fill(store, "a")
    await store.aclose()
    first = file_of(tmp_path)
    boot = tmp_path / "boot"
    boot.write_text("0123abcd-another")
    monkeypatch.setattr(module, "_BOOT", boot)

    assert await kept(make(), "a") == []
    assert file_of(tmp_path).name == "cache-0123abcd.sqlite" != first.name


async def test_where_starts_cannot_be_told_apart(make, tmp_path, monkeypatch):
    """Elsewhere the file has its plain name, and every write reaches the disk."""
    monkeypatch.setattr(module, "_BOOT", tmp_path / "missing")
    store = make()
    await fill(store, "a")

    assert await kept(make(), "a") == ["a"]
    assert file_of(tmp_path).name == "cache.sqlite"
    assert await store._in_thread(lambda db: db.execute("PRAGMA synchronous").fetchone()[0]) == 2


async def test_file_of_another_version(make, tmp_path):
    """A file that another version of jetbridge has made is emptied."""
    store = make()
    await fill(store, "a")
    await store.aclose()
    with closing(sqlite3.connect(file_of(tmp_path))) as db:
        db.execute("PRAGMA user_version = 99")
        db.execute("DROP TABLE names")

    again = make()
    assert await kept(again, "a") == []
    await fill(again, "a")
    assert await kept(again, "a") == ["a"]


async def test_file_of_something_else(make, tmp_path):
    """A database that is not ours is left alone."""
    await kept(make(), "a")
    file = file_of(tmp_path)
    other = SqliteStore(tmp_path / "other.sqlite")
    path = tmp_path / file.name.replace("cache", "other")
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE users (name TEXT)")

    with pytest.raises(StoreError, match="a database of something else"):
        await other.get("a")
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT * FROM users").fetchall() == []


async def test_broken_file(make, tmp_path):
    """A file that is no database is named, with what to do."""
    store = make()
    await fill(store, "a")
    await store.aclose()
    file_of(tmp_path).write_bytes(b"x" * 10_000)

    with pytest.raises(StoreError, match=r"is broken .*delete it"):
        await store.get("a")


async def test_text_shows_no_content(make):
    """The text of a store shows no content."""
    store = make()
    await fill(store, "secret", value=b"secret")

    assert "secret" not in repr(store)


def plant_link(folder, name):
    (folder / "victim").touch()
    (folder / name).symlink_to(folder / "victim")


def plant_open_file(folder, name):
    (folder / name).touch()
    (folder / name).chmod(0o666)


@pytest.mark.parametrize("plant", [plant_link, plant_open_file])
@pytest.mark.parametrize("end", ["", "-wal", "-shm", "-journal"])
async def test_what_others_put_into_a_shared_folder(make, tmp_path, plant, end):
    """Where others may write, such as in /tmp, no link is followed and no file is used that is open to them."""
    tmp_path.chmod(0o1777)
    store = make()
    plant(tmp_path, store._file.path.name + end)

    with pytest.raises(StoreError, match="others"):
        await store.get("a")
    assert not [file for file in tmp_path.iterdir() if file.stat().st_size]


async def test_own_files_in_a_shared_folder(make, tmp_path):
    """What the store has made there itself it opens again, and nobody else can read it."""
    tmp_path.chmod(0o1777)
    await fill(make(), "a")

    assert await kept(make(), "a") == ["a"]
    assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {0o600}
