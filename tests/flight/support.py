"""An encoder for tests: references that always resolve, errors that tell their text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jetbridge.flight.encoder import ClientRow, ErrorRow, FlightEncoder
from jetbridge.flight.model import ClientReference, ServerReference
from jetbridge.flight.task import Where
from jetbridge.flight.temporary import TemporaryReferences


class Recorder:
    """An encoder that keeps the errors it was told of.

    actions: functions that may be sent, with their references.
    """

    def __init__(
        self,
        actions: dict[Callable[..., Any], ServerReference] | None = None,
        temporary_references: TemporaryReferences | None = None,
    ) -> None:
        self.errors: list[tuple[BaseException, Where]] = []
        self.asked: list[object] = []
        self._actions = actions or {}
        self.encoder = FlightEncoder(
            client_reference=self._client,
            server_reference=self._server,
            describe_error=self._describe,
            temporary_references=temporary_references,
        )

    def _client(self, reference: ClientReference) -> ClientRow:
        if reference.module == "missing.tsx":
            raise LookupError(reference.module)
        return ClientRow(reference.module, ("c1", "c1.js"), reference.name, ("/c1.css",))

    def _server(self, value: object) -> ServerReference | None:
        self.asked.append(value)
        return self._actions.get(value)  # type: ignore[call-overload,no-any-return]

    def _describe(self, error: BaseException, where: Where) -> ErrorRow:
        self.errors.append((error, where))
        return ErrorRow("digest")


def encode(value: Any, **options: Any) -> str:
    """The rows of a value that waits for nothing."""
    recorder = Recorder(**options)
    assert recorder.encoder.start(value) == []
    assert recorder.errors == []
    return recorder.encoder.flush().decode()


def failure(value: Any) -> tuple[BaseException, Where]:
    """The one error that encoding a value gives."""
    recorder = Recorder()
    recorder.encoder.start(value)
    (error,) = recorder.errors
    return error
