"""The error for a name that a module does not have, with the name that was probably meant."""

from __future__ import annotations

import dis
from collections.abc import Iterable
from types import FrameType

from jetbridge.html.names import nearest

_IMPORT_FROM = dis.opmap["IMPORT_FROM"]


def missing_name(
    caller: FrameType, module: str, name: str, known: Iterable[str], what: str
) -> ImportError | AttributeError:
    """What a module's `__getattr__` raises.

    Python replaces an AttributeError by its own ImportError in `from module import name`, and the hint would be
    lost: so an ImportError when the caller stands at such an import, an AttributeError otherwise, as `hasattr` needs.
    """
    names = list(known)
    meant = nearest(name, names)
    hint = f" Did you mean {meant}?" if meant else f" It has {', '.join(names)}." if 0 < len(names) <= 12 else ""
    text = f"{module} has no {what} {name}.{hint}"
    code = caller.f_code.co_code
    importing = 0 <= caller.f_lasti < len(code) and code[caller.f_lasti] == _IMPORT_FROM
    if importing and not name.startswith("__"):
        return ImportError(text, name=module)
    return AttributeError(text)
