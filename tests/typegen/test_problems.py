"""Annotations that cannot be expressed are named with their place and the remedy."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from jetbridge.actions.encryption import KeyRing
from jetbridge.actions.registry import ActionRegistry
from jetbridge.routing.scan import scan_routes
from jetbridge.typegen.write import write_types

HEAD = '''"""use server"""
from __future__ import annotations
import datetime as dt, enum, ipaddress, pathlib
from collections.abc import Callable
from typing import Any, Literal, TYPE_CHECKING
from pydantic import AliasPath, BaseModel, Field, field_serializer, computed_field
if TYPE_CHECKING:
    from nowhere import Missing

class Clock(BaseModel):
    wait: dt.timedelta

class Clocks(BaseModel):
    by_name: dict[str, list[Clock]]

class Deep(BaseModel):
    name: str = Field(validation_alias=AliasPath("names", 0))

class Loose(BaseModel):
    size: int
    @field_serializer("size")
    def shown(self, size): return size

class Shape(enum.Enum):
    UNIT = (1, 1)

class Kind(enum.Enum):
    A = "a"

class Address(BaseModel):
    ip: ipaddress.IPv4Address

'''


@pytest.fixture
def problems(tmp_path, monkeypatch):
    """What is said of one action."""
    monkeypatch.setattr(sys, "path", [*sys.path])

    def find(action: str) -> list[str]:
        (tmp_path / "app").mkdir()
        (tmp_path / "app" / "clock.py").write_text(HEAD + action)
        tree = scan_routes(tmp_path / "app")
        registry = ActionRegistry(KeyRing(["k" * 40]), tree.modules.values())
        generated: Any = write_types(registry, tree, tmp_path / ".jetbridge", lambda one: one.id)
        text = (tmp_path / ".jetbridge" / "types" / "app" / "clock.d.ts").read_text()
        assert ("unknown" in text) == bool(generated.problems)
        line = HEAD.count("\n") + 1
        return [str(one).removeprefix(f"app/clock.py:{line}: ") for one in generated.problems]

    yield find
    for name in [name for name in sys.modules if name.split(".")[0] == "app"]:
        del sys.modules[name]


@pytest.mark.parametrize(
    ("action", "where", "remedy"),
    [
        ("def show() -> dt.timedelta: ...", "the result of show()", "Return seconds as int or float"),
        ("def show() -> list[Clocks]: ...", "the result of show()[].by_name{}[].wait", "Return seconds"),
        ("def show() -> Loose: ...", "the result of show().size", "Annotate that function with its return type"),
        ("def show() -> Shape: ...", "the result of show()", "Shape.UNIT has a value that TypeScript cannot write"),
        ("def show() -> Missing: ...", "the result of show()", "importable at run time"),
        ("def show() -> Address: ...", "the result of show().ip", "a serializer that returns str"),
        ("def show() -> Literal[b'a']: ...", "the result of show()", "Use text"),
        ("def show(): ...", "show()", "Annotate it, with `-> None` if that is nothing"),
        ("def show(path: pathlib.Path) -> None: ...", "show(path)", "Use str"),
        ("def show(a: int, b) -> None: ...", "show(b)", "Say what it takes, with `Any`"),
        ("def show(deep: list[Deep]) -> None: ...", "show(deep[].name)", "AliasChoices"),
        ("def show(shape: Literal[Kind.A]) -> None: ...", "show(shape)", "Make Kind a StrEnum, or write the text"),
        ("def show(run: Callable[[pathlib.Path], None]) -> None: ...", "show(run(arg0))", "Use str"),
    ],
)
def test_problem(problems, action, where, remedy):
    """Place, path and what to write instead; in TypeScript it is unknown."""
    (problem,) = problems(f"async {action}\n")

    assert problem.startswith(f"{where}: ")
    assert remedy in problem


@pytest.mark.parametrize(
    "action",
    [
        "def show(clocks: Clocks) -> None: ...",
        "def show(address: Address) -> None: ...",
    ],
)
def test_no_problem(problems, action):
    """What can be sent is no problem because it could not be given back."""
    assert problems(f"async {action}\n") == []
