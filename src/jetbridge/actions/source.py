"""What only the source text of a module tells: how a nested function is written, and what decorators hide."""

from __future__ import annotations

import ast
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, ModuleType

from jetbridge.actions.directives import DIRECTIVE, has_directive
from jetbridge.errors import ConfigError

Function = ast.FunctionDef | ast.AsyncFunctionDef
Scope = Function | ast.Lambda | ast.ClassDef


@dataclass(frozen=True, slots=True)
class WrittenFunction:
    """One `def` as it is written. line: of its first decorator, if any, as in a code object.

    parents: "function", "class" for each scope around it, outermost first. loop_names: what the loops around it, up
    to the next function, bind anew in each turn.
    """

    node: Function
    line: int
    directive: bool
    parents: tuple[str, ...]
    loop_names: frozenset[str]

    @property
    def has_defaults(self) -> bool:
        arguments = self.node.args
        return bool(arguments.defaults) or any(default is not None for default in arguments.kw_defaults)

    @property
    def annotations(self) -> dict[str, str]:
        """The annotation of each parameter, as source text."""
        arguments = self.node.args
        every = (*arguments.posonlyargs, *arguments.args, arguments.vararg, *arguments.kwonlyargs, arguments.kwarg)
        return {one.arg: ast.unparse(one.annotation) for one in every if one is not None and one.annotation is not None}


class ModuleSource:
    """The functions of a module's source file; empty when the file does not contain the directive at all."""

    __slots__ = ("_by_place", "functions")

    def __init__(self, module: ModuleType) -> None:
        self.functions = tuple(_read(module))
        self._by_place = {(one.node.name, one.line): one for one in self.functions}

    def find(self, code: CodeType) -> WrittenFunction:
        """The function that was compiled to `code`.

        Raises: ConfigError when the file is not there or is not what was loaded: then nothing is known about the
        function's annotations, and its arguments could not be checked.
        """
        found = self._by_place.get((code.co_name, code.co_firstlineno))
        if found is None:
            raise ConfigError(
                f"{code.co_qualname} ({code.co_filename}:{code.co_firstlineno}): the source of this action cannot be "
                "found, or changed after it was loaded. The .py files must be beside the running application."
            )
        return found


def _read(module: ModuleType) -> Iterator[WrittenFunction]:
    file = getattr(module, "__file__", None)
    if not file or not file.endswith(".py"):
        return
    try:
        text = Path(file).read_bytes()
    except OSError:
        return
    if b"use" not in text or b"server" not in text:
        return
    try:
        tree = ast.parse(text, file)
    except SyntaxError as error:
        raise ConfigError(f"{file} cannot be read as Python: {error}") from error
    yield from _functions(tree.body, (), frozenset(), file)


def _functions(
    nodes: Iterable[ast.AST], parents: tuple[str, ...], loop_names: frozenset[str], file: str
) -> Iterator[WrittenFunction]:
    for node in nodes:
        if isinstance(node, Function):
            line = min((one.lineno for one in node.decorator_list), default=node.lineno)
            marked = has_directive(ast.get_docstring(node), f"{node.name} ({file}:{line})")
            yield WrittenFunction(node, line, marked, parents, loop_names)
            yield from _functions(node.body, (*parents, "function"), frozenset(), file)
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node.body, (*parents, "class"), loop_names, file)
        else:
            inner = loop_names
            if isinstance(node, ast.For | ast.AsyncFor | ast.While):
                inner |= frozenset(_bound_names(node))
            yield from _functions(ast.iter_child_nodes(node), parents, inner, file)


def _bound_names(node: ast.AST) -> Iterator[str]:
    """The names that a statement binds in its own scope."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    if isinstance(node, Function | ast.ClassDef):
        yield node.name
    if not isinstance(node, Scope):
        for child in ast.iter_child_nodes(node):
            yield from _bound_names(child)


def check_written(module: ModuleType, source: ModuleSource, found: Container[str], *, every_public: bool) -> None:
    """Raise ConfigError for a function that is meant to be an action and cannot be one.

    found: the names of the module's actions. every_public: the directive stands at the top of the module.
    """
    for one in source.functions:
        name = one.node.name
        if one.directive and one.parents[-1:] == ("class",):
            raise ConfigError(
                f"{name} ({module.__file__}:{one.line}): a method cannot be an action; write a function at module "
                "level instead."
            )
        meant = one.directive or (every_public and not name.startswith("_"))
        if meant and not one.parents and one.node.decorator_list and name in vars(module) and name not in found:
            raise ConfigError(
                f'{name} ({module.__file__}:{one.line}) is marked "{DIRECTIVE}", but its decorators return something '
                "that is not recognised as this function: write them with functools.wraps and return a function."
            )


def check_nested(written: WrittenFunction, code: CodeType) -> None:
    """Raise ConfigError for a nested action that could not be rebuilt from its code and its captured variables."""
    where = f"{code.co_qualname} ({code.co_filename}:{code.co_firstlineno})"
    shared = sorted(written.loop_names & set(code.co_freevars))
    if shared:
        raise ConfigError(
            f"{where} captures `{shared[0]}`, which the loop around it changes: every one of these actions would act "
            f"on the last value. Define {code.co_name} in a helper function that takes the value and returns it."
        )
