"""What cached components show, as bytes of Flight: `cache.subtrees.Subtrees`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jetbridge.flight.encoder import ClientRow
from jetbridge.flight.fragment import Fragment, NoFragment, make_fragment
from jetbridge.flight.model import ClientReference, Splice
from jetbridge.rendering.failures import Failure
from jetbridge.rendering.stream import FlightStream, References


class FlightSubtrees:
    """references: how references are written in a response. fingerprint: of everything that the bytes depend on."""

    def __init__(self, references: Callable[[str], References], fingerprint: str) -> None:
        self._references = references
        self.fingerprint = fingerprint

    async def record(self, node: Any, where: str) -> bytes:
        """The bytes of a node, once everything in it is there. Raises: what the first part that failed raised."""
        errors: list[BaseException] = []

        def describe(error: BaseException, path: str) -> Failure:
            errors.append(error)
            return Failure(error, "", "", 500, debug=False)

        usual = self._references(where)
        references = References(client=_by_identity, server=usual.server, describe=describe, debug=usual.debug)
        chunks: list[bytes] = []
        async with FlightStream(references) as stream:
            await stream.start(node)
            while not errors and (chunk := await stream.next_chunk()):
                chunks.append(chunk)
        if errors:
            raise errors[0]
        return make_fragment(b"".join(chunks)).dump()

    def restore(self, data: bytes, holes: Mapping[str, Any]) -> Splice | None:
        """A node with those parts in its holes; None for bytes of another version."""
        try:
            fragment = Fragment.load(data)
        except NoFragment:
            return None
        return Splice(fragment, holes) if all(name in holes for name in fragment.holes) else None


def _by_identity(reference: ClientReference) -> ClientRow:
    """Each response says of a client reference what its own build does: here it stands for itself."""
    return ClientRow(reference.module, (), reference.name)
