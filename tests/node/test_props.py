"""The process that reads props."""

import itertools
import os
import signal
import threading
import time

import pytest

from jetbridge.config import Config
from jetbridge.errors import ConfigError
from jetbridge.node.props import PropsReader
from tests.typegen.component_project import make_project

CARD = '"use client"\nexport function Card({ title }: { title: string }) {\n  return <b>{title}</b>\n}\n'


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A project for all tests, and its reader. `write` makes or changes a file below app/ and returns its path."""
    root = tmp_path_factory.mktemp("props")
    with PropsReader(Config.load(root)) as reader:
        yield writer(make_project(root, cases=False)), reader


def writer(app):
    """Two edits within the resolution of the file system's clock are edits all the same."""
    clock = itertools.count(1)

    def write(name, text):
        path = app / name
        path.write_text(text)
        moment = time.time() + next(clock)
        os.utime(path, (moment, moment))
        return path

    return write


def props_of(module, name="Card"):
    (export,) = [export for export in module["exports"] if export["name"] == name]
    return {prop["name"]: prop["type"]["kind"] for prop in export["variants"][0]}


def test_read(project):
    """A component is told with its props, its place and its description."""
    write, reader = project
    card = write("card.tsx", CARD.replace("export", "/** Shows a title. */\nexport"))

    (export,) = reader.read([card])[card]["exports"]

    assert {key: export[key] for key in ("name", "file", "line", "doc", "parameters")} == {
        "name": "Card",
        "file": "app/card.tsx",
        "line": 3,
        "doc": "Shows a title.",
        "parameters": [],
    }
    assert export["variants"] == [[{"name": "title", "optional": False, "type": {"kind": "string"}, "doc": ""}]]


def test_edits_are_seen(project):
    """What is read again is read as it is now, and so is what it imports."""
    write, reader = project
    card = write("card.tsx", CARD)
    types = write("types.ts", "export type Title = string\n")
    assert props_of(reader.read([card])[card]) == {"title": "string"}

    write("card.tsx", f'{CARD.replace("title: string", "title: Title")}import type {{ Title }} from "./types"\n')
    assert props_of(reader.read([card])[card]) == {"title": "string"}

    write("types.ts", "export type Title = number\n")
    assert props_of(reader.read([card])[card]) == {"title": "number"}

    types.unlink()
    assert props_of(reader.read([card])[card]) == {"title": "any"}


def test_what_is_the_same_is_not_read_again(project):
    """A module is described anew when it, or a file that it imports, has changed; otherwise the last answer stands."""
    write, reader = project
    write("deep.ts", "export type Title = string\n")
    write("shallow.ts", 'import "./shallow.css"\nexport type { Title } from "./deep"\n')
    one = write("one.tsx", f'{CARD.replace("title: string", "title: Title")}import type {{ Title }} from "./shallow"\n')
    two = write("two.tsx", CARD)
    first = reader.read([one, two])

    assert all(module is first[path] for path, module in reader.read([one, two]).items())

    write("deep.ts", "export type Title = number\n")
    second = reader.read([one, two])
    assert second[two] is first[two]
    assert props_of(second[one]) == {"title": "number"}


def test_settings_of_the_project_are_followed(project):
    """A change to tsconfig.json holds for every module."""
    write, reader = project
    write("names.ts", "export type Title = number\n")
    card = write(
        "named.tsx", f'{CARD.replace("title: string", "title: Title")}import type {{ Title }} from "~/names"\n'
    )
    settings = card.parent.parent / "tsconfig.json"
    assert props_of(reader.read([card])[card]) == {"title": "any"}

    settings.write_text('{"compilerOptions": {"paths": {"~/*": ["./app/*"]}}}')
    read = props_of(reader.read([card])[card])
    settings.unlink()

    assert read == {"title": "number"}


def test_order_does_not_depend_on_the_past(project):
    """After other types were read a module is told in the same words as by a process that starts with it."""
    write, reader = project
    props = (
        """shape: { kind: "a"; x: 1 } | { kind: "b"; y: 2 } | null; key2: "b" | "a" | 3; full: Pick<Full, "m" | "z">"""
    )
    types = '"use client"\ntype Full = { z: 1; a: 2; m: 3 }\n'
    source = f"{types}export function Card(props: {{ {props} }}) {{ return <b /> }}\n"
    backwards = source.replace('"a"', '"c"').replace('"m" | "z"', '"z" | "m"').replace("x: 1", "z: 3; x: 1")
    reader.read([write("ordered.tsx", backwards)])
    path = write("ordered.tsx", source)

    warm = reader.read([path])[path]

    with PropsReader(Config.load(path.parent.parent)) as fresh:
        assert fresh.read([path])[path] == warm


def test_second_reading_is_quick(project):
    """Once warm, 100 components are read in less than 200 ms after an edit."""
    write, reader = project
    paths = [write(f"many{number}.tsx", CARD.replace("Card", f"Card{number}")) for number in range(100)]
    reader.read(paths)
    times = []
    for number in range(8):
        write("many7.tsx", CARD.replace("Card", "Card7").replace("title", f"title{number}"))
        started = time.perf_counter()
        modules = reader.read(paths)
        times.append(time.perf_counter() - started)
        assert props_of(modules[paths[7]], "Card7") == {f"title{number}": "string"}

    assert min(times) < 0.2


def test_without_the_types_of_react(tmp_path):
    """A project without @types/react still has components; what React's types would say is anything."""
    app = make_project(tmp_path, cases=False)
    (tmp_path / "node_modules" / "@types").unlink()
    card = writer(app)(
        "card.tsx", f'import type {{ ReactNode }} from "react"\n{CARD.replace("title: string", "title: ReactNode")}'
    )

    with PropsReader(Config.load(tmp_path)) as reader:
        assert props_of(reader.read([card])[card]) == {"title": "any"}


def test_broken_source(project):
    """A file with a syntax error is read as far as it goes."""
    write, reader = project
    card = write("card.tsx", f"{CARD}\nexport function Menu(props: {{ a: ")

    assert props_of(reader.read([card])[card]) == {"title": "string"}


def test_missing_file(project):
    """A file that is gone meanwhile is left out."""
    write, reader = project
    card = write("card.tsx", CARD)

    assert list(reader.read([card, card.with_name("gone.tsx")])) == [card]


def test_nothing_to_read(tmp_path):
    """Without client modules no process is started."""
    reader = PropsReader(Config(root=tmp_path))

    assert reader.read([]) == {}
    assert reader._process is None


def test_process_comes_back(project):
    """When the process ends, the next reading starts another one."""
    write, reader = project
    card = write("card.tsx", CARD)
    reader.read([card])

    os.kill(reader._process.pid, signal.SIGKILL)
    reader._process.wait()

    assert props_of(reader.read([card])[card]) == {"title": "string"}


def test_close_ends_a_reading(tmp_path):
    """A reading that is under way fails when the process is ended, and says what failed."""
    path = writer(make_project(tmp_path, cases=False))("card.tsx", CARD)
    reader = PropsReader(Config.load(tmp_path))
    failed = []

    def read():
        try:
            reader.read([path])
        except ConfigError as error:
            failed.append(str(error))

    thread = threading.Thread(target=read)
    thread.start()
    while reader._process is None:
        time.sleep(0.001)
    reader.close()
    thread.join()

    assert failed == ["The props of the client components cannot be read: the process ended by itself"]


def test_without_node(tmp_path, monkeypatch):
    """Without Node the error says how to get it."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("jetbridge.node.runtime._from_wheel", lambda: None)
    reader = PropsReader(Config(root=tmp_path))

    with pytest.raises(ConfigError, match="There is no Node"):
        reader.read([tmp_path / "card.tsx"])
