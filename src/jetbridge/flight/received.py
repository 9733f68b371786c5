"""Promises and streams that have arrived as a whole: nothing here ever waits."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator, Iterator
from typing import Any, Literal

from jetbridge.flight.model import UNDEFINED


class Settled:
    """A promise that came with its outcome; `await` gives the value, or raises the error.

    error: why there is no value, or None: a ReplyDecodeError in arguments, a FlightError in a response.
    """

    __slots__ = ("error", "value")

    def __init__(self, value: Any = UNDEFINED, error: Exception | None = None) -> None:
        self.value = value
        self.error = error

    def __await__(self) -> Generator[Any, None, Any]:
        return self.result()
        yield

    def __repr__(self) -> str:
        return "<Settled promise>" if self.error is None else f"<Settled promise: {self.error!r}>"

    def result(self) -> Any:
        """The value. Raises: the error, when the promise was rejected or did not arrive."""
        if self.error is not None:
            raise self.error
        return self.value


class Received:
    """A stream that came with all its values: `for` and `async for` give them.

    kind: as in model.Stream; the values of "bytes" are bytes. returned: what an iterator returned at its end.
    error: why the stream ended early, or None; iteration raises it after the last value.
    """

    __slots__ = ("error", "kind", "returned", "values")

    def __init__(self, kind: Literal["iterable", "iterator", "values", "bytes"]) -> None:
        self.kind = kind
        self.values: list[Any] = []
        self.returned: Any = UNDEFINED
        self.error: Exception | None = None

    def __iter__(self) -> Iterator[Any]:
        yield from self.values
        if self.error is not None:
            raise self.error

    async def __aiter__(self) -> AsyncIterator[Any]:
        for value in self:
            yield value

    def __repr__(self) -> str:
        return f"<Received stream of {len(self.values)} values>"
