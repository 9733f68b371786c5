"""What protects each action and who uses it, read from the source and nothing else: for `jetbridge actions`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Final

from jetbridge.actions.action import ServerAction
from jetbridge.routing.scan import RouteTree

Function = ast.FunctionDef | ast.AsyncFunctionDef

_ASKING: Final = frozenset({"session", "unauthorized", "forbidden"})
_WORDS: Final = frozenset(
    {
        *("require", "requires", "required", "auth", "authenticate", "authenticated", "authorize", "authorized"),
        *("authorise", "authorised", "permission", "permissions", "permit", "permitted", "can"),
    }
)
_NAMES: Final = re.compile(r"(?:^|_)(?:current_\w+|signed_in|logged_in|login_required)(?:_|$)")
_SCRIPTS: Final = (".ts", ".tsx", ".js", ".jsx", ".mts", ".mjs")
_IMPORT: Final = re.compile(
    r"""(?:\bimport|\bexport)\s+(?!type\b)(?P<what>[^;'"()]*?)\s*\bfrom\s*["'](?P<static>[^"']+)["']"""
    r"""|\bimport\s*\(\s*["'](?P<dynamic>[^"']+)["']\s*\)"""
)


@dataclass(frozen=True, slots=True)
class Use:
    """One action that a file names. action: its Python name, or "*" for every one of the module."""

    module: str
    action: str
    file: Path


def asking_calls(action: ServerAction) -> list[str]:
    """What the body of an action calls whose name says that it asks who is calling, such as `require_user`.

    That is a look at names: `session`, `unauthorized`, `forbidden`, `current_...`, `signed_in`, `logged_in`, and names
    with a word such as require, auth, permission or can. What a called function does is not looked into.
    """
    node = _function(action)
    if node is None:
        return []
    called = (_called_name(one) for one in ast.walk(node) if isinstance(one, ast.Call))
    return list(dict.fromkeys(name for name in called if name is not None and says_it_asks(name)))


def says_it_asks(name: str) -> bool:
    """Whether a function of this name probably asks who is calling."""
    return name in _ASKING or bool(_WORDS & set(name.lower().split("_"))) or bool(_NAMES.search(name))


def _function(action: ServerAction) -> Function | None:
    for node in ast.walk(_parse(Path(action.file))):
        if isinstance(node, Function) and node.name == action.code.co_name:
            line = min((one.lineno for one in node.decorator_list), default=node.lineno)
            if line == action.line:
                return node
    return None


@cache
def _parse(path: Path) -> ast.Module:
    return ast.parse(path.read_bytes(), str(path))


def _called_name(call: ast.Call) -> str | None:
    if isinstance(call.func, ast.Name):
        return call.func.id
    return call.func.attr if isinstance(call.func, ast.Attribute) else None


def find_uses(tree: RouteTree, root: Path, modules: Iterable[str]) -> list[Use]:
    """Who names the actions of these modules: the Python files under app/, and the project's scripts."""
    names = frozenset(modules)
    files = {module.__name__: path for path, module in tree.modules.items() if module.__name__ in names}
    uses = [use for path, module in tree.modules.items() for use in _python_uses(path, module, names)]
    by_stem = {path.with_suffix(""): name for name, path in files.items()}
    for path in _scripts(root):
        uses += _script_uses(path, root, by_stem)
    return uses


def _python_uses(path: Path, module: ModuleType, names: frozenset[str]) -> Iterator[Use]:
    """Dotted names in a file, followed through its imports."""
    bound: dict[str, str] = {}
    tree = _parse(path)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for one in node.names:
                bound[one.asname or one.name.split(".")[0]] = one.name if one.asname else one.name.split(".")[0]
        elif isinstance(node, ast.ImportFrom):
            base = _imported_from(node, module)
            bound.update((one.asname or one.name, f"{base}.{one.name}") for one in node.names)
    seen = {
        f"{module.__name__}.{one.id}" for one in ast.walk(tree) if isinstance(one, ast.Name) and one.id not in bound
    }
    seen |= set(bound.values())
    seen |= {dotted for one in ast.walk(tree) if isinstance(one, ast.Attribute) and (dotted := _dotted(one, bound))}
    for dotted in seen:
        owner, _, name = dotted.rpartition(".")
        if owner in names:
            yield Use(owner, name, path)


def _imported_from(node: ast.ImportFrom, module: ModuleType) -> str:
    if not node.level:
        return node.module or ""
    package = (module.__package__ or "").split(".")
    above = package[: len(package) - node.level + 1]
    return ".".join([*above, *([node.module] if node.module else [])])


def _dotted(node: ast.expr, bound: dict[str, str]) -> str | None:
    if isinstance(node, ast.Name):
        return bound.get(node.id)
    if isinstance(node, ast.Attribute):
        owner = _dotted(node.value, bound)
        return None if owner is None else f"{owner}.{node.attr}"
    return None


def _scripts(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.name in ("node_modules", "dist", "__pycache__"):
            continue
        if path.is_dir():
            yield from _scripts(path)
        elif path.suffix in _SCRIPTS:
            yield path


def _script_uses(path: Path, root: Path, by_stem: dict[Path, str]) -> Iterator[Use]:
    for found in _IMPORT.finditer(path.read_text("utf-8", errors="replace")):
        specifier = found["static"] or found["dynamic"]
        if specifier.startswith("@/"):
            target = root / specifier[2:]
        elif specifier.startswith("."):
            target = (path.parent / specifier).resolve()
        else:
            continue
        module = by_stem.get(target) or by_stem.get(target.with_suffix(""))
        if module is not None:
            for name in _imported_names(found["what"]):
                yield Use(module, name, path)


def _imported_names(clause: str | None) -> Iterator[str]:
    """The names in `{ a, b as c, type T }`; "*" for anything that takes the whole module."""
    inside = re.search(r"\{([^}]*)\}", clause or "")
    if inside is None:
        yield "*"
        return
    for part in inside[1].split(","):
        words = part.split()
        if words and words[0] != "type":
            yield words[0]
