"""Actions with values: how what a function has captured, or was bound to, becomes a token and comes back.

A closure is its code, which the registry knows by name, and its cells, default values and bound arguments, which the
token holds. Opening a token makes the function anew from both.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from types import CellType, FunctionType, NoneType
from typing import Any, Final, Protocol

import orjson

from jetbridge.actions import values
from jetbridge.actions.action import BoundAction, ServerAction
from jetbridge.actions.values import DATA_TYPES, MAX_BYTES, CannotSeal, Malformed, Writer
from jetbridge.errors import EncodeError

ACTION: Final = "@"
BOUND: Final = "B"
ENCLOSING: Final = "^"

BINDINGS: Final = (BoundAction, functools.partial)
"""What fills in the first arguments of an action."""

_PLAIN: Final = frozenset({str, int, bool, NoneType})
"""Types of captured values that stand for themselves in a token."""


class KnownActions(Protocol):
    """What sealing asks of the registry."""

    def of(self, func: Callable[..., Any]) -> ServerAction | None:
        """The action that this very function is, at module level or made inside another function."""
        ...

    def named(self, name: str) -> ServerAction | None:
        """The action with this name."""
        ...


def unbind(target: Any) -> tuple[Any, tuple[Any, ...]]:
    """A function and the arguments it is bound to. Raises: EncodeError for keyword arguments."""
    bound: tuple[Any, ...] = ()
    while isinstance(target, BINDINGS):
        if isinstance(target, functools.partial) and target.keywords:
            raise EncodeError(
                f"{getattr(target.func, '__qualname__', 'An action')} is bound to the keyword "
                f"{', '.join(target.keywords)}: arguments travel by position. Use jetbridge.bind(action, value, ...)."
            )
        bound = (*target.args, *bound)
        target = target.func
    return target, bound


def dump_action(target: Any, known: KnownActions) -> bytes:
    """Everything that `target`, an action with values, needs to be made again. Raises: EncodeError naming the value."""
    data = _dump_plain(target, known)
    return _dump_any(target, known) if data is None else data


def _dump_plain(target: Any, known: KnownActions) -> bytes | None:
    """The short way for what most actions of a page hold: text and numbers. None for all others."""
    func, bound = (target, ()) if type(target) is FunctionType else unbind(target)
    action = known.of(func)
    if action is None or not _PLAIN.issuperset(map(type, bound)):
        return None
    form: list[Any] = [ACTION, action.name]
    if action.needs_token:
        cells = _plain_cells(func)
        if cells is None:
            return None
        form += cells, [], []
    try:
        data = orjson.dumps([BOUND, form, *bound] if bound else form)
    except TypeError:
        # Text without UTF-8, or a number of more than 64 bits.
        return None
    return data if len(data) <= MAX_BYTES else None


def _plain_cells(func: FunctionType) -> list[Any] | None:
    """Names and values of the cells of a function that has nothing else."""
    if func.__defaults__ is not None or func.__kwdefaults__:
        return None
    cells: list[Any] = []
    try:
        for name, cell in zip(func.__code__.co_freevars, func.__closure__ or (), strict=True):
            content = cell.cell_contents
            if type(content) not in _PLAIN:
                return None
            cells += name, content
    except ValueError:
        return None  # a cell without value
    return cells


def _dump_any(target: Any, known: KnownActions) -> bytes:
    enclosing: list[FunctionType] = []

    def write(value: Any, depth: int, writer: Writer) -> Any:
        func, bound = unbind(value)
        action = known.of(func) if isinstance(func, FunctionType) else None
        if action is None:
            raise CannotSeal(_describe(value))
        if bound:
            arguments = [writer.write(one, f", bound argument {index}", depth) for index, one in enumerate(bound, 1)]
            return [BOUND, write(func, depth, writer), *arguments]
        if func in enclosing:
            return [ENCLOSING, len(enclosing) - enclosing.index(func)]
        if not action.needs_token:
            return [ACTION, action.name]
        enclosing.append(func)
        state = _state(func, writer, depth)
        enclosing.pop()
        return [ACTION, action.name, *state]

    try:
        return values.dump(target, write)
    except CannotSeal as error:
        code = unbind(target)[0].__code__
        where = error.path.removeprefix(", ") or "what it holds"
        raise EncodeError(
            f"Cannot send the action {code.co_qualname} ({code.co_filename}:{code.co_firstlineno}) to the browser: "
            f"{where}: {error.reason}. Move it to module level, or capture its id and look it up again in the action."
        ) from None


def _state(func: FunctionType, writer: Writer, depth: int) -> list[Any]:
    """Cells by name, default values by position, default values by name."""
    cells: list[Any] = []
    for name, cell in zip(func.__code__.co_freevars, func.__closure__ or (), strict=True):
        label = f", captured variable `{name}`"
        try:
            content = cell.cell_contents
        except ValueError:
            raise CannotSeal("it has no value yet when the page is rendered", label) from None
        cells += [name, writer.write(content, label, depth)]
    defaults = [writer.write(one, ", a default value", depth) for one in func.__defaults__ or ()]
    by_name: list[Any] = []
    for name, one in (func.__kwdefaults__ or {}).items():
        by_name += [name, writer.write(one, f", the default of `{name}`", depth)]
    return [cells, defaults, by_name]


def _describe(value: Any) -> str:
    kind = type(value)
    if isinstance(value, FunctionType):
        return f"the function {value.__qualname__} is no action"
    if isinstance(value, type):
        return f"the class {value.__qualname__} cannot travel"
    known = next((base.__name__ for base in kind.__mro__[1:] if base in DATA_TYPES), None)
    hint = f" (a {known} only as exactly that type)" if known else ""
    return f"a {kind.__module__}.{kind.__qualname__} cannot travel{hint}".replace("builtins.", "")


def load_action(data: bytes, known: KnownActions) -> tuple[FunctionType, tuple[Any, ...]]:
    """The function and its bound arguments, made anew. Raises: Malformed."""
    target = values.load(data, _Reader(known).read)
    func, bound = unbind(target)
    if not isinstance(func, FunctionType):
        raise Malformed("no action at the root")
    return func, bound


class _Reader:
    """Makes functions from what `dump_action` wrote, as far as the code of today fits."""

    __slots__ = ("_enclosing", "_known")

    def __init__(self, known: KnownActions) -> None:
        self._known = known
        self._enclosing: list[FunctionType] = []

    def read(self, tag: str, rest: list[Any], read: Callable[[Any], Any]) -> Any:
        if tag == ENCLOSING and 1 <= rest[0] <= len(self._enclosing):
            return self._enclosing[-rest[0]]
        if tag == BOUND:
            func, *bound = (read(value) for value in rest)
            return BoundAction(func, tuple(bound))
        if tag != ACTION:
            raise Malformed(f"tag {tag!r}")
        name, *state = rest
        action = self._known.named(name)
        if action is None or action.needs_token != bool(state):
            raise Malformed(f"{name} is not what it was")
        return self._rebuild(action, state, read) if state else action.func

    def _rebuild(self, action: ServerAction, state: list[Any], read: Callable[[Any], Any]) -> FunctionType:
        names, defaults, by_name = state
        cells = {name: CellType() for name in names[::2]}
        func = new_function(action, cells)
        self._enclosing.append(func)
        for name, content in zip(names[::2], names[1::2], strict=True):
            cells[name].cell_contents = read(content)
        func.__defaults__ = tuple(read(value) for value in defaults) or None
        func.__kwdefaults__ = {name: read(value) for name, value in zip(by_name[::2], by_name[1::2], strict=True)}
        self._enclosing.pop()
        template = action.func
        if len(defaults) != len(template.__defaults__ or ()) or set(by_name[::2]) != set(template.__kwdefaults__ or ()):
            raise Malformed(f"the default values of {action.name} have changed")
        return func


def new_function(action: ServerAction, cells: Mapping[str, CellType]) -> FunctionType:
    """A nested action's function with these cells. Raises: Malformed if they are not those of its code."""
    code = action.code
    if set(cells) != set(code.co_freevars):
        raise Malformed(f"the captured variables of {action.name} have changed")
    return FunctionType(
        code, action.func.__globals__, code.co_name, None, tuple(cells[name] for name in code.co_freevars)
    )
