"""What the build of the client modules left on disk, and how a client reference is written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Final

from jetbridge import wire
from jetbridge.errors import ConfigError, EncodeError
from jetbridge.flight.encoder import ClientRow
from jetbridge.flight.model import ClientReference

VERSION: Final = 1

_AGAIN: Final = "Run `jetbridge build`."


@dataclass(frozen=True, slots=True)
class ClientModule:
    """One built client module. id: on the wire; file, imports, stylesheets: of the browser; ssr: file for Node."""

    id: str
    file: str
    imports: tuple[str, ...]
    stylesheets: tuple[str, ...]
    exports: frozenset[str]
    ssr: str


@dataclass(frozen=True, slots=True)
class Build:
    """A production build.

    id: changes whenever a built file does. runtime: file of React and our browser side.
    slots: files of the browser that hold placeholders where ids of actions belong.
    """

    id: str
    runtime: str
    folder: Path
    modules: Mapping[str, ClientModule]
    slots: frozenset[str]
    _rows: dict[tuple[ClientReference, str], ClientRow] = field(default_factory=dict, repr=False, compare=False)

    head: ClassVar[str] = ""

    @classmethod
    def load(cls, out_path: Path) -> Build:
        """Read `.jetbridge/build`. Raises: ConfigError when it is missing or was made by another version."""
        folder = out_path / "build"
        path = folder / "manifest.json"
        try:
            manifest = json.loads(path.read_bytes())
        except FileNotFoundError:
            raise ConfigError(f"There is no build in {folder}. {_AGAIN}") from None
        if manifest.get("version") != VERSION:
            raise ConfigError(f"The build in {folder} was made by another version of jetbridge. {_AGAIN}")
        if manifest.get("react") != wire.REACT_VERSION:
            raise ConfigError(
                f"The build in {folder} was made by another version of jetbridge, with React {manifest.get('react')}; "
                f"this one speaks the protocol of {wire.REACT_VERSION}. {_AGAIN}"
            )
        modules = {path: _module(entry) for path, entry in manifest["modules"].items()}
        return cls(manifest["id"], manifest["runtime"], folder, modules, frozenset(manifest["slots"]))

    @property
    def client_folder(self) -> Path:
        """The files for the browser."""
        return self.folder / "client"

    @property
    def ssr_folder(self) -> Path:
        """The files for Node."""
        return self.folder / "ssr"

    def bootstrap_modules(self, asset_base: str) -> tuple[str, ...]:
        """URLs of the modules that start the page."""
        return (asset_base + self.runtime,)

    def client_reference(self, reference: ClientReference, asset_base: str) -> ClientRow:
        """How a client reference is written. asset_base: URL path of the built files, with "/" at its end.

        Raises: EncodeError when the build does not hold it.
        """
        row = self._rows.get((reference, asset_base))
        if row is None:
            row = self._rows[reference, asset_base] = self._client_row(reference, asset_base)
        return row

    def _client_row(self, reference: ClientReference, asset_base: str) -> ClientRow:
        name = reference.name or "default"
        if reference.module == wire.RUNTIME_MODULE:
            return ClientRow(reference.module, (), name)
        module = self.modules.get(reference.module)
        if module is None:
            raise EncodeError(f'{reference.module} is not in the build: it must say "use client". {_AGAIN}')
        if name not in module.exports:
            known = ", ".join(sorted(module.exports)) or "nothing"
            raise EncodeError(f"{reference.module} exports {known} and no {name}. {_AGAIN}")
        # The chunk named like the module is the module; the others are what it imports, so that all load at once.
        files: tuple[str, ...] = (module.id, asset_base + module.file)
        for imported in module.imports:
            files += (imported, asset_base + imported)
        return ClientRow(module.id, files, name, tuple(asset_base + href for href in module.stylesheets))


def _module(entry: dict[str, Any]) -> ClientModule:
    return ClientModule(
        id=entry["id"],
        file=entry["file"],
        imports=tuple(entry["imports"]),
        stylesheets=tuple(entry["stylesheets"]),
        exports=frozenset(entry["exports"]),
        ssr=entry["ssr"],
    )
