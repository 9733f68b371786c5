"""Values that the browser kept for itself while it sent the rest, by the places where they stood."""

from __future__ import annotations

from typing import Any

from jetbridge.flight.model import TemporaryReference

Node = tuple["Node | None", str]
"""A place: the place of the container, and the step from there. The first step is the number of a part."""


class TemporaryReferences:
    """One call's set: filled by decode_reply, asked by the encoder of the answer.

    Every container that was decoded is remembered, so that an argument which is returned unchanged becomes the very
    object in the browser again.
    """

    __slots__ = ("_nodes",)

    def __init__(self) -> None:
        self._nodes: dict[int, tuple[Node, Any]] = {}

    def remember(self, value: Any, node: Node) -> None:
        """value: a container that was decoded at this place."""
        self._nodes[id(value)] = (node, value)

    def add(self, path: str) -> TemporaryReference:
        """What stands for something that only the browser has."""
        return TemporaryReference(path)

    def path_of(self, value: Any) -> str | None:
        """The path under which the browser knows a value, or None if it did not come from there."""
        if isinstance(value, TemporaryReference):
            return value.path
        found = self._nodes.get(id(value))
        return None if found is None else path_text(found[0])


def path_text(node: Node | None) -> str | None:
    """The path as it is written on the wire; None below a name that contains the separator."""
    steps: list[str] = []
    while node is not None:
        node, step = node
        if ":" in step:
            return None
        steps.append(step)
    return ":".join(reversed(steps))
