"""The production build of client components, by the project's own Vite."""

from __future__ import annotations

import gzip
import json
import re
import shutil
from pathlib import Path

import pytest

from jetbridge import wire
from jetbridge.config import Config
from jetbridge.errors import ConfigError, EncodeError
from jetbridge.flight.encoder import ClientRow
from jetbridge.flight.model import ClientReference
from jetbridge.node.manifest import Build
from jetbridge.node.vite import build
from tests.node.project import BASE, CLIENT_MODULES, FILES, SLOT

FORM = ClientReference("app/posts/create_post_form.tsx", "CreatePostForm")


@pytest.fixture(scope="module")
def loaded(built) -> Build:
    return Build.load(Config(root=built).out_path)


def client_files(build: Build) -> dict[str, str]:
    """The text files that browsers get, by name, without the runtime."""
    paths = [path for path in build.client_folder.iterdir() if path.suffix in (".js", ".css")]
    return {path.name: path.read_text("utf-8") for path in paths if path.name != build.runtime}


def test_client_modules_are_found(loaded):
    """A module is a client module when it says so itself; what it imports is not."""
    assert set(loaded.modules) == {name for name, text in FILES.items() if "use client" in text}
    assert loaded.modules["app/posts/counter.tsx"].exports == {"default", "Broken", "Never", "Repeat", "Hang"}


def test_client_reference_row(loaded):
    """A client reference is written with the module's hashed id, its files and its stylesheets."""
    module = loaded.modules[FORM.module]

    row = loaded.client_reference(FORM, BASE)

    assert re.fullmatch(r"[0-9a-f]{16}", row.id)
    assert (row.id, row.name, row.chunks[:2]) == (module.id, "CreatePostForm", (module.id, BASE + module.file))
    assert all((loaded.client_folder / url.removeprefix(BASE)).is_file() for url in row.chunks[1::2])
    assert [url.removeprefix(BASE) for url in row.stylesheets] == list(module.stylesheets)
    assert loaded.client_reference(FORM, BASE) is row


@pytest.mark.parametrize(
    ("module", "name", "row_name"),
    [("app/posts/counter.tsx", "", "default"), ("app/posts/counter.tsx", "default", "default")],
)
def test_default_export(loaded, module, name, row_name):
    """The default export is an export like others: Flight's empty name is for CommonJS."""
    assert loaded.client_reference(ClientReference(module, name), BASE).name == row_name


def test_built_in_components_need_no_chunk(loaded):
    """Link and its kin are in the runtime."""
    assert loaded.client_reference(ClientReference(wire.RUNTIME_MODULE, "Link"), BASE) == ClientRow(
        "jetbridge", (), "Link"
    )


@pytest.mark.parametrize(
    ("module", "name", "message"),
    [
        ("app/posts/field.tsx", "Field", r'field\.tsx is not in the build: it must say "use client"'),
        ("app/posts/late.tsx", "Lat", r"late\.tsx exports Late and no Lat\."),
    ],
)
def test_unknown_reference(loaded, module, name, message):
    """What the build does not hold is an error that says what to do."""
    with pytest.raises(EncodeError, match=message):
        loaded.client_reference(ClientReference(module, name), BASE)


def test_no_react_in_chunks(loaded):
    """React is in the runtime once; chunks read it from there."""
    files = client_files(loaded)

    assert sum(map(len, files.values())) < 6_000
    assert any(wire.RUNTIME_GLOBAL in text for text in files.values())
    assert not any("Meta Platforms" in text for text in files.values())


def test_small_shared_modules_are_one_file(loaded):
    """What client modules share is one file, and what wraps packages in CommonJS is another."""
    assert len({name for module in loaded.modules.values() for name in module.imports}) == 2


def test_chunks_can_lie_anywhere(loaded):
    """Files name each other relatively, since the folder they are served from is known only to the server."""
    for name, text in client_files(loaded).items():
        for target in re.findall(r"""(?:from|import)\s*["'`]([^"'`]+)["'`]|url\(([^)]+)\)""", text):
            path = "".join(target)
            assert path.startswith("./"), (name, path)
            assert (loaded.client_folder / path).is_file()


def test_nothing_of_the_server_reaches_the_browser(loaded, built):
    """No path of this machine, no module path, no Python and no source map is in what browsers get."""
    for text in client_files(loaded).values():
        assert str(built) not in text
        assert "app/" not in text
        assert "python source" not in text
        assert "sourceMappingURL" not in text
    assert not [path for path in loaded.client_folder.iterdir() if path.suffix == ".map"]


def test_action_placeholders_are_listed(loaded):
    """Files with a placeholder are named, and have no compressed twin: the server fills them in."""
    files = client_files(loaded)

    assert loaded.slots == {name for name, text in files.items() if f"{wire.ACTION_PLACEHOLDER}{SLOT}__" in text}
    assert loaded.slots
    assert not [name for name in loaded.slots if (loaded.client_folder / f"{name}.gz").exists()]


def test_compressed_twins(loaded):
    """The runtime lies there packed as well, by gzip and by Brotli."""
    runtime = loaded.client_folder / loaded.runtime

    assert gzip.decompress(runtime.with_name(runtime.name + ".gz").read_bytes()) == runtime.read_bytes()
    assert 0 < runtime.with_name(runtime.name + ".br").stat().st_size < runtime.stat().st_size / 3


def test_build_id_follows_the_files(copy_of_build, loaded):
    """Building again gives the same id; an edit gives another."""
    assert build(copy_of_build).id == loaded.id

    edited = copy_of_build.app_path / "posts" / "field.tsx"
    edited.write_text(edited.read_text().replace("<input", "<input className='wide'"))

    assert build(copy_of_build).id != loaded.id
    assert sorted(path.name for path in copy_of_build.out_path.iterdir()) == ["build", "types"]


def test_project_without_client_components(make_project):
    """Without client components there is nothing to bundle, so Vite need not be installed."""
    config = make_project({"app/page.py": "def page(): ..."}, packages=())

    made = build(config)

    assert made.modules == {}
    assert (made.client_folder / made.runtime).is_file()


def install_package(config: Config, name: str, version: str) -> None:
    folder = config.root / "node_modules" / name
    folder.mkdir(parents=True)
    (folder / "package.json").write_text(json.dumps({"name": name, "version": version, "main": "index.js"}))


@pytest.mark.parametrize(
    ("packages", "installed", "message"),
    [
        (
            (),
            None,
            r"vite is not installed in .*\. Run: npm install --save-dev vite@8 @vitejs/plugin-react$",
        ),
        (("vite",), None, r"The package @vitejs/plugin-react is not installed .* Run: npm install"),
        (("@vitejs",), ("vite", "7.3.0"), r"^vite 7\.3\.0 is installed, but 8 or newer is needed\. Run: npm install"),
        (("vite", "@vitejs"), ("react", "19.2.0"), r"^react 19\.2\.0 is installed, but .* 19\.3\.1\. Run: npm install"),
        (("vite", "@vitejs"), ("react-dom", "18.0.0"), r"^react-dom 18\.0\.0 is installed, but .* 19\.3\.1\."),
    ],
)
def test_missing_or_wrong_packages(make_project, packages, installed, message):
    """What npm has to install is said in one line, with the command."""
    config = make_project(packages=packages)
    if installed:
        install_package(config, *installed)

    with pytest.raises(ConfigError, match=message) as refused:
        build(config)

    assert "\n" not in str(refused.value)


def test_react_of_the_right_version(make_project):
    """A project may have React itself, in the runtime's version."""
    config = make_project()
    (config.root / "node_modules" / "react").symlink_to(CLIENT_MODULES / "react")

    assert build(config).modules


def test_syntax_error_names_the_place(make_project):
    """A mistake in a component is shown with file and line, and the old build stays."""
    config = make_project()
    before = build(config)
    (config.app_path / "posts" / "field.tsx").write_text("export const x =\n  <a")

    with pytest.raises(ConfigError, match=r"app/posts/field\.tsx:2:\d+"):
        build(config)

    assert Build.load(config.out_path) == before


def test_python_module_without_stub(make_project):
    """An import of a Python module that has no stub says so, rather than that a file is missing."""
    config = make_project()
    shutil.rmtree(config.out_path)

    with pytest.raises(ConfigError, match=r"app/actions/posts\.py has no stub: it holds no server action"):
        build(config)


def test_own_vite_configuration(make_project):
    """The project's vite.config is honoured: its plugins and its constants."""
    config = make_project(
        {
            "app/hello.tsx": '"use client"\nimport text from "virtual:text"\nexport const Hello = () => MARK + text',
            "vite.config.mjs": """
                import react from "@vitejs/plugin-react"
                const text = { name: "text", resolveId: (id) => id === "virtual:text" ? "\\0text" : undefined,
                               load: (id) => id === "\\0text" ? "export default 'from a plugin'" : undefined }
                export default { plugins: [react(), text], define: { MARK: '"a constant"' } }
            """,
        }
    )

    (text,) = client_files(build(config)).values()

    assert "a constant" in text
    assert "from a plugin" in text


def test_path_of_this_machine_is_refused(make_project):
    """A chunk that would tell visitors where the project lies is not built."""
    config = make_project({"app/where.tsx": '"use client"\nexport const Where = () => "PLACE"'})
    module = config.app_path / "where.tsx"
    module.write_text(module.read_text().replace("PLACE", str(config.root)))

    with pytest.raises(ConfigError, match="which visitors could read"):
        build(config)


DIRECTIVES = [
    ('"use client"', True),
    ("'use client';\nexport {}", True),
    ("\ufeff// a\n/* b\n */\n'use strict'\n\"use client\"", True),
    ('import "./other"\n"use client"', False),
    ('// "use client"\nexport {}', False),
    ('const a = "use client"', False),
    ('"use server"', False),
]
"""The start of a module, and whether that makes it a client module."""


def test_use_client_is_a_directive(make_project):
    """Only comments and other directives may stand before `"use client"`."""
    files = {f"app/module{number}.tsx": f"{source}\n" for number, (source, _) in enumerate(DIRECTIVES)}

    made = build(make_project(files))

    assert [f"app/module{number}.tsx" in made.modules for number in range(len(DIRECTIVES))] == [
        is_client for _, is_client in DIRECTIVES
    ]


@pytest.mark.parametrize(
    ("manifest", "message"),
    [
        (None, "There is no build in"),
        ({"version": 0}, "made by another version of jetbridge"),
        ({"version": 1, "react": "19.0.0"}, r"with React 19\.0\.0; this one speaks the protocol of 19\."),
    ],
)
def test_build_that_cannot_be_served(tmp_path: Path, manifest, message):
    """A build that is missing or was made by another version says what to run."""
    if manifest is not None:
        (tmp_path / "build").mkdir()
        (tmp_path / "build" / "manifest.json").write_text(json.dumps(manifest))

    with pytest.raises(ConfigError, match=rf"{message}.* Run `jetbridge build`\."):
        Build.load(tmp_path)
