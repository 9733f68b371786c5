"""Which versions of React understand what we write, and what we make of what they send: the table in the docs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from versions import VersionCheck, VersionOracle

from jetbridge.wire import REACT_VERSION
from tests.flight.adapter import Adapter

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "conformance" / "versions"

STREAMS_AS_ARGUMENTS = {"reply/streams", "reply/identity"}
OLDER_THAN_19_3 = {"flight/streams", "flight/server-references", "flight/endings", "reply/temporary-references"}
ELEMENTS_IN_DEVELOPMENT = {
    f"flight/{group} (development)"
    for group in (
        *("binary", "client-references", "collections", "components", "dates", "elements", "endings", "hints"),
        *("identity", "promises", "server-references", "streams", "strings", "temporary-references"),
    )
}

MISUNDERSTOOD = {
    "19.3.0": STREAMS_AS_ARGUMENTS,
    "19.2.9": OLDER_THAN_19_3,
    "19.1.10": OLDER_THAN_19_3 | ELEMENTS_IN_DEVELOPMENT,
}
"""By version: the groups of recorded cases that it and we do not agree on."""


def test_every_installed_version_is_in_the_table() -> None:
    """What is checked is what is installed, and what the documentation says something about."""
    installed = json.loads((FOLDER / "package.json").read_text())["workspaces"]
    table = (ROOT / "docs" / "reference" / "flight.md").read_text().partition("## Which React")[2]

    assert set(installed) == set(MISUNDERSTOOD)
    assert [version for version in (*installed, REACT_VERSION) if version not in table] == []


@pytest.mark.parametrize("folder", ["client", "conformance/oracle", "examples/guide"])
def test_packages_have_the_spoken_version(folder: str) -> None:
    """The React that the wheel carries, the one we are tested against and the example's are the one that is spoken."""
    wanted = json.loads((ROOT / folder / "package.json").read_text())["dependencies"]
    locked = json.loads((ROOT / folder / "package-lock.json").read_text())["packages"]
    names = [name for name in wanted if name.startswith("react")]

    assert {wanted[name] for name in names} == {REACT_VERSION}
    assert {locked[f"node_modules/{name}"]["version"] for name in names} == {REACT_VERSION}


@pytest.mark.slow
@pytest.mark.parametrize("version", MISUNDERSTOOD)
def test_version(version: str) -> None:
    """Another version of React disagrees with us on what the documentation says, and on nothing else."""
    with VersionOracle(FOLDER / version) as oracle:
        check = VersionCheck(Adapter(), oracle)

    assert check.version == version
    assert set(check.groups()) == MISUNDERSTOOD[version]


@pytest.mark.slow
def test_spoken_version(oracle: VersionOracle) -> None:
    """The version that comes with the package agrees with us on everything."""
    check = VersionCheck(Adapter(), oracle)

    assert check.version == REACT_VERSION
    assert check.problems == {}
