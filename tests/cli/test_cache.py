"""`jetbridge cache`: what is kept can be listed, read and taken away, from another process than the server's."""

from __future__ import annotations

import json

import anyio
import pytest
from click.testing import CliRunner

from jetbridge.cache.sqlite import SqliteStore
from jetbridge.cli.main import main
from jetbridge.server.kept_page import Asked, KeptPage

PAGE = KeptPage.make("html", b"<!DOCTYPE html><p>100 %</p>", 1_700_000_000, Asked(frozenset("q"), (("q", "1"),)), None)
ENTRIES = {
    "app.feed:latest:1": (b'[{"title":"One"}]', ("posts",)),
    "app.feed:latest:2": (b"2", ("posts", "two")),
    "app.side:Side:3": (b'\x00flight build\n{"own":1}\n%x:["$","p",null,{}]\n', ()),
    "page:/posts:0:html:f": (PAGE.dump(), ("posts",)),
}


@pytest.fixture
def kept(project, monkeypatch):
    """A project with something in its cache; runs `jetbridge cache` in it: status and output."""
    monkeypatch.chdir(project)
    monkeypatch.setenv("JETBRIDGE_CACHE", "sqlite:///cache.sqlite")

    async def fill():
        store = SqliteStore(project / "cache.sqlite")
        for key, (value, tags) in ENTRIES.items():
            version = (await store.get(key)).version
            await store.set(key, value, version=version, tags=tags, max_age=3600)
        await store.aclose()

    anyio.run(fill)
    return lambda *args: run("cache", *args)


def run(*args):
    done = CliRunner().invoke(main, args)
    return done.exit_code, done.output


def keys(kept):
    return [entry["key"] for entry in json.loads(kept("list", "--json")[1])]


def test_list(kept):
    """A table for people, with how old each entry is and how long it lives."""
    status, output = kept("list")

    lines = [line.split() for line in output.splitlines()]
    assert status == 0
    assert lines[0] == ["key", "bytes", "age", "expires", "in", "tags"]
    assert [line[0] for line in lines[1:]] == sorted(ENTRIES)
    assert lines[1][3:] == ["s", "60", "min", "posts"]


def test_list_of_a_prefix(kept):
    """Only keys that begin so, and not too many; JSON for programs."""
    _, output = kept("list", "app.feed:", "--json")
    _, limited = kept("list", "--limit", "2")

    entries = json.loads(output)
    assert [entry["key"] for entry in entries] == ["app.feed:latest:1", "app.feed:latest:2"]
    assert entries[1]["tags"] == ["posts", "two"]
    assert entries[1]["size"] == 1
    assert not entries[1]["stale"]
    assert limited.splitlines()[-1] == "Only 2 are shown; see --limit."
    assert kept("list", "nothing") == (0, "Nothing is kept there.\n")


@pytest.mark.parametrize(
    ("key", "parts"),
    [
        ("app.feed:latest:1", ["holds: data", '"title": "One"']),
        ("app.side", ["key: app.side:Side:3", "holds: component", '["$","p",null,{}]']),
        ("page:/posts", ["holds: page", "kind: html", "rendered: 2023-11-14 22:13:20", "q=1", "<p>100 %</p>"]),
    ],
)
def test_show(kept, key, parts):
    """Data as JSON, pages and components as text; the beginning of a key is enough."""
    status, output = kept("show", key)

    assert status == 0
    assert all(part in output for part in parts)


@pytest.mark.parametrize(
    ("key", "text"), [("nothing", "Nothing is kept under 'nothing'"), ("app.feed", "app.feed:latest:2")]
)
def test_show_of_none_or_several(kept, key, text):
    """It says what there is instead."""
    status, output = kept("show", key)

    assert status == 1
    assert text in output


@pytest.mark.parametrize(
    ("args", "left"),
    [
        (["app.feed:"], 2),
        (["--tag", "two"], 3),
        (["--tag", "posts", "--tag", "other"], 1),
        (["--all"], 0),
    ],
)
def test_clear(kept, args, left):
    """By prefix, by tag, or everything."""
    status, _ = kept("clear", *args)

    assert status == 0
    assert len(keys(kept)) == left


def test_clear_of_a_path(kept, project):
    """As `revalidate_path`: whoever reads for this path finds nothing older."""
    status, output = kept("clear", "--path", "/posts", "--layout")

    async def read(paths):
        store = SqliteStore(project / "cache.sqlite")
        found = await store.get("app.feed:latest:1", paths)
        await store.aclose()
        return found.value

    assert (status, output) == (0, "Expired /posts.\n")
    assert anyio.run(read, ("layout:/posts",)) is None
    assert anyio.run(read, ("layout:/other",)) is not None


@pytest.mark.parametrize("args", [[], ["app", "--all"], ["--tag", "a", "app"]])
def test_clear_wants_to_know_what(kept, args):
    """Nothing is removed by mistake."""
    status, output = kept("clear", *args)

    assert status == 2
    assert "Say what to clear" in output
    assert len(keys(kept)) == len(ENTRIES)


@pytest.mark.parametrize("command", [["list"], ["show", "x"], ["clear", "--all"]])
def test_a_cache_in_memory(project, monkeypatch, command):
    """The memory of a server is out of reach: it says so, and what to do."""
    monkeypatch.chdir(project)
    monkeypatch.delenv("JETBRIDGE_CACHE", raising=False)
    status, output = run("cache", *command)

    assert status == 1
    assert "lives in the memory of the server's process" in output
    assert "restart the server" in output


def test_a_store_that_is_away(project, monkeypatch):
    """A store that cannot be reached is an error, not an empty list."""
    monkeypatch.chdir(project)
    monkeypatch.setenv("JETBRIDGE_CACHE", "redis://127.0.0.1:1/0")
    status, output = run("cache", "list")

    assert status == 1
    assert output.startswith("Error: ")


def test_the_command_line(project, finish):
    """As a person calls it, in the project's folder."""
    status, output = finish("cache", "list", JETBRIDGE_CACHE="sqlite:///cache.sqlite")

    assert (status, output) == (0, "Nothing is kept there.\n")
    assert "page:/posts" in finish("cache", "list", "--help")[1]
