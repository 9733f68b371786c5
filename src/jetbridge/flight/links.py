"""Codes that refer to something, while a reply is decoded, and the way to a place in it."""

from __future__ import annotations

from typing import Any, Final

MAX_SEARCHED: Final = 5_000
"""Containers that are looked at for the path of an error."""

_CONTAINERS: Final = frozenset({list, dict})


class Link:
    """A code that refers to something, in its place. It is resolved once, whoever comes first."""

    __slots__ = ("busy", "code", "depth", "done", "holder", "key", "value")

    def __init__(self, code: str, holder: Any, key: Any, depth: int) -> None:
        self.code = code
        self.holder = holder
        self.key = key
        self.depth = depth
        self.busy = False
        self.done = False
        self.value: Any = None


def find_path(models: dict[int, list[Any]], holder: Any, key: Any) -> str:
    """Where a place is, found by a search that only failures pay for; "" where it would take long."""
    left = MAX_SEARCHED
    for number, root in models.items():
        name = "args" if number == 0 else f"part {number}"
        seen = {id(root)}
        stack: list[tuple[Any, str]] = [(root, name)]
        while stack and left:
            container, path = stack.pop()
            if container is holder:
                return path if container is root else _joined(path, container, key)
            left -= 1
            if _CONTAINERS.isdisjoint(map(type, container.values() if type(container) is dict else container)):
                continue
            for step, item in container.items() if type(container) is dict else enumerate(container):
                if type(item) in _CONTAINERS and id(item) not in seen:
                    seen.add(id(item))
                    stack.append((item, path if container is root else _joined(path, container, step)))
    return ""


def _joined(path: str, container: Any, step: Any) -> str:
    return path[:200] + (f"[{step}]" if type(container) is list else f".{str(step)[:100]}")
