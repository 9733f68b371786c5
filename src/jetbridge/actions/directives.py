"""What marks an action: the words `use server` as the first line of a docstring."""

from __future__ import annotations

import sys
from types import CodeType
from typing import Final

from jetbridge.errors import ConfigError

DIRECTIVE: Final = "use server"

_CO_OPTIMIZED: Final = 0x1
_CO_HAS_DOCSTRING: Final = 0x4000000
_NEAR_MISSES: Final = frozenset({"use-server", "use_server", "useserver"})


def has_directive(docstring: str | None, where: str) -> bool:
    """Whether a docstring's first line is the directive.

    A text that merely begins with these words is prose. Raises: ConfigError for a misspelled directive.
    """
    if not docstring:
        return False
    line = docstring.lstrip().partition("\n")[0].strip()
    if line == DIRECTIVE:
        return True
    words = " ".join(line.lower().rstrip(".;:!").split())
    if words == DIRECTIVE or words in _NEAR_MISSES:
        raise ConfigError(f'{where}: the docstring says {line!r}; write "use server", in this very spelling.')
    return False


def docstring_of(code: CodeType) -> str | None:
    """The docstring in the code object of a function; None for a class body or a comprehension.

    Up to Python 3.13 it is the first constant of every function; later a flag says whether it is one.
    """
    if not is_function(code) or not code.co_consts:
        return None
    if sys.version_info >= (3, 14) and not code.co_flags & _CO_HAS_DOCSTRING:
        return None
    first = code.co_consts[0]
    return first if isinstance(first, str) else None


def is_function(code: CodeType) -> bool:
    """Whether this is the code of a `def`, and not of a class body, a lambda or a comprehension."""
    return bool(code.co_flags & _CO_OPTIMIZED) and not code.co_name.startswith("<")


def require_docstrings() -> None:
    """Raise ConfigError when Python runs without docstrings, and so without directives."""
    if sys.flags.optimize >= 2:
        raise ConfigError(
            'Python runs with -OO (or PYTHONOPTIMIZE=2), which strips docstrings, and "use server" is one: no action '
            "could be found. Start it with -O or without the option."
        )
