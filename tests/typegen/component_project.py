"""The components of components/ as a project: `python -m tests.typegen.component_project` writes the expected stubs."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from jetbridge.config import Config
from jetbridge.node.props import PropsReader
from jetbridge.typegen.client_stubs import write_client_stubs
from jetbridge.typegen.write import Generated

CASES = Path(__file__).parent / "components"
PACKAGES = Path(__file__).parents[2] / "client" / "node_modules"


def make_project(root: Path, *, cases: bool = True) -> Path:
    """A project without stubs: the packages of React's types, one of a third party, and an empty app/."""
    app = root / "app"
    app.mkdir(parents=True)
    if cases:
        shutil.copytree(CASES, app, ignore=shutil.ignore_patterns("*.pyi", "packages"), dirs_exist_ok=True)
    (root / "node_modules").mkdir()
    for name in ("@types", "csstype"):
        (root / "node_modules" / name).symlink_to(PACKAGES / name)
    shutil.copytree(CASES / "packages", root / "node_modules", dirs_exist_ok=True)
    return app


def write_stubs(root: Path) -> Generated:
    """Write the stubs of a project beside its client modules."""
    config = Config.load(root)
    with PropsReader(config) as reader:
        return write_client_stubs(config.app_path, reader.read)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        app = make_project(root)
        write_stubs(root)
        for stub in app.glob("*.pyi"):
            shutil.copy(stub, CASES)


if __name__ == "__main__":
    main()
