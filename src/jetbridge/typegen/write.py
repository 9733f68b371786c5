"""Generated files on disk: written when they differ, removed when nothing needs them any more."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from jetbridge.actions.action import ServerAction
from jetbridge.routing.scan import RouteTree
from jetbridge.typegen.problems import Problem
from jetbridge.typegen.routes import routes_text
from jetbridge.typegen.stubs import StubWriter

OWN_TYPES: Final = Path(__file__).parent.parent / "_assets" / "types"
"""The declarations of the packages "jetbridge" and "jetbridge/internal", as the wheel carries them."""

_TSCONFIG: Final[dict[str, Any]] = {
    "compilerOptions": {
        "target": "ES2022",
        "module": "ESNext",
        "moduleResolution": "bundler",
        "lib": ["ES2023", "DOM", "DOM.Iterable"],
        "jsx": "react-jsx",
        "strict": True,
        "isolatedModules": True,
        "skipLibCheck": True,
        "noEmit": True,
        "rootDirs": ["..", "./types"],
        "paths": {
            "@/*": ["../*", "./types/*"],
            "jetbridge": ["./types/jetbridge/index.d.ts"],
            "jetbridge/*": ["./types/jetbridge/*.d.ts"],
        },
    },
}
"""What a project's tsconfig.json extends, so that TypeScript finds what Vite finds."""


@dataclass(slots=True)
class Generated:
    """changed: the files that were, or would be, written or removed. problems: what could not be expressed."""

    changed: list[Path] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def write_types(
    registry: Iterable[ServerAction],
    tree: RouteTree,
    out_path: Path,
    id_for: Callable[[ServerAction], str],
    *,
    check: bool = False,
) -> Generated:
    """Bring the TypeScript below `out_path` up to date: `types/**`, and `tsconfig.json` for the project's to extend.

    id_for: the text that stands for an action's id. check: look only.
    """
    files, problems = stub_files(registry, tree, out_path / "types", id_for)
    for path in sorted(OWN_TYPES.rglob("*.d.ts")):
        files[f"jetbridge/{path.relative_to(OWN_TYPES).as_posix()}"] = path.read_text("utf-8")
    files["jetbridge/routes.d.ts"] = routes_text(tree)
    app = tree.app_path.relative_to(tree.root_path).as_posix()
    changed = sync_folder(out_path / "types", files, check=check) + write_tsconfig(out_path, app, check=check)
    return Generated(changed, problems)


def write_tsconfig(out_path: Path, app_dir: str, *, check: bool = False) -> list[Path]:
    """Bring `tsconfig.json` below `out_path` up to date. It does not depend on what Python says."""
    include = {"include": [f"../{app_dir}/**/*", "./types/**/*"]}
    text = json.dumps({**_TSCONFIG, **include}, indent=2) + "\n"
    return sync_files({out_path / "tsconfig.json": text}, check=check)


def stub_files(
    registry: Iterable[ServerAction], tree: RouteTree, folder: Path, id_for: Callable[[ServerAction], str]
) -> tuple[dict[str, str], list[Problem]]:
    """The text of each stub by its path below `folder`: `app/actions/posts.js` for the actions of that .py, and so on.

    The actions of a package itself, in its `__init__.py`, are in files beside its folder.
    """
    paths = {module.__name__: path for path, module in tree.modules.items()}
    by_file: dict[Path, list[ServerAction]] = {}
    for action in registry:
        if action.export:
            by_file.setdefault(paths[action.module], []).append(action)
    writer = StubWriter(tree.root_path)
    files: dict[str, str] = {}
    problems: list[Problem] = []
    for file, actions in sorted(by_file.items()):
        source = file.parent if file.stem == "__init__" else file.with_suffix("")
        path = source.relative_to(tree.root_path).as_posix()
        stub = writer.write(sorted(actions, key=lambda action: action.line), file, folder / path, id_for)
        files |= {f"{path}.js": stub.script, f"{path}.d.ts": stub.types, f"{path}.d.ts.map": stub.source_map}
        problems += stub.problems
    return files, problems


def sync_folder(folder: Path, files: Mapping[str, str], *, check: bool = False) -> list[Path]:
    """Make `folder` hold these files and no others. Returns what differed."""
    wanted = {folder / name: text for name, text in files.items()}
    stale = sorted(path for path in folder.rglob("*") if path.is_file() and path not in wanted)
    if not check:
        for path in stale:
            path.unlink()
        for path in sorted((path for path in folder.rglob("*") if path.is_dir()), reverse=True):
            if not any(path.iterdir()):
                path.rmdir()
    return sync_files(wanted, check=check) + stale


def sync_files(files: Mapping[Path, str], *, check: bool = False) -> list[Path]:
    """Write those files whose text differs, each in one step, so that no reader sees half of one. Returns them."""
    differing = [path for path, text in files.items() if not path.is_file() or path.read_text("utf-8") != text]
    for path in [] if check else differing:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        draft.write_text(files[path], "utf-8")
        draft.replace(path)
    return differing
