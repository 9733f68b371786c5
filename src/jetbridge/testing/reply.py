"""Arguments as React sends them: the twin of `jetbridge.flight.reply.decode_reply`."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final

from jetbridge.flight.model import (
    UNDEFINED,
    BigInt,
    File,
    FormData,
    JSDate,
    Map,
    ServerReference,
    Set,
    TypedArray,
    date_from_milliseconds,
)
from jetbridge.flight.rows import TYPED_ARRAY_TAGS

MAX_SAFE_INTEGER: Final = 2**53 - 1

Parts = list[tuple[str, str | File]]
"""Names and values of a multipart body, in order."""


def encode_reply(arguments: Sequence[Any]) -> str | Parts:
    """Write arguments as React's encodeReply does: text, or the parts of a form when text does not suffice.

    Raises: TypeError for a value that a browser cannot send, with its path, such as "args[0].due".
    """
    writer = _Writer()
    root = _dump([writer.write(value, f"args[{index}]") for index, value in enumerate(arguments)])
    return [*writer.parts, ("0", root)] if writer.parts else root


def _dump(model: Any) -> str:
    return json.dumps(model, separators=(",", ":"), allow_nan=False)


@dataclass(slots=True)
class _Writer:
    parts: Parts = field(default_factory=list)
    last: int = 0

    def write(self, value: Any, path: str) -> Any:
        """The value as JSON. Strings that start with "$" are codes, so text that does gets one more."""
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str):
            return f"${value}" if value.startswith("$") else value
        if isinstance(value, int | float):
            return _number(value)
        if value is UNDEFINED:
            return "$undefined"
        if isinstance(value, date | JSDate):
            return _date(value)
        if isinstance(value, FormData):
            return self._form(value)
        if isinstance(value, File):
            return f"$B{self._part(value):x}"
        if isinstance(value, bytes | bytearray | TypedArray):
            return self._binary(value)
        if isinstance(value, ServerReference):
            return self._reference(value, path)
        if isinstance(value, Map | Set | set | frozenset):
            return self._collection(value, path)
        return self._container(value, path)

    def _container(self, value: Any, path: str) -> Any:
        if isinstance(value, Mapping):
            if all(isinstance(key, str) for key in value):
                return {key: self.write(item, f"{path}.{key}") for key, item in value.items()}
            return self._collection(Map(value.items()), path)
        if isinstance(value, list | tuple):
            return [self.write(item, f"{path}[{index}]") for index, item in enumerate(value)]
        raise TypeError(f"A browser cannot send {type(value).__name__}, at {path}.")

    def _part(self, content: str | File) -> int:
        self.last += 1
        self.parts.append((str(self.last), content))
        return self.last

    def _form(self, form: FormData) -> str:
        self.last += 1
        prefix = f"_{self.last}_"
        self.parts += [(prefix + name, value) for name, value in form.items()]
        return f"$K{self.last:x}"

    def _binary(self, value: bytes | bytearray | TypedArray) -> str:
        array = value if isinstance(value, TypedArray) else TypedArray("Uint8Array", bytes(value))
        return f"${TYPED_ARRAY_TAGS[array.kind]}{self._part(File(array.data, 'blob')):x}"

    def _collection(self, value: Map | Set | set[Any] | frozenset[Any], path: str) -> str:
        items = [list(entry) for entry in value.items()] if isinstance(value, Map) else list(value)
        model = _dump(self.write(items, path))
        return f"${'Q' if isinstance(value, Map) else 'W'}{self._part(model):x}"

    def _reference(self, reference: ServerReference, path: str) -> str:
        bound = None
        if reference.bound is not None:
            bound = f"$@{self._part(_dump(self.write(list(reference.bound), path))):x}"
        return f"$h{self._part(_dump({'id': reference.id, 'bound': bound})):x}"


def _number(value: int | float) -> int | float | str:
    if isinstance(value, BigInt) or (isinstance(value, int) and abs(value) > MAX_SAFE_INTEGER):
        return f"$n{int(value)}"
    if isinstance(value, float) and not math.isfinite(value):
        return "$NaN" if math.isnan(value) else "$Infinity" if value > 0 else "$-Infinity"
    return "$-0" if value == 0 and math.copysign(1, value) < 0 else value


def _date(value: date | JSDate) -> str | None:
    if isinstance(value, JSDate):
        if value.milliseconds is None:
            return None
        value = date_from_milliseconds(value.milliseconds)
    if isinstance(value, JSDate):
        raise TypeError("A test cannot send a date outside the years 1 to 9999.")
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=UTC)
    elif value.tzinfo is None:
        value = value.replace(tzinfo=UTC)
    return f"$D{value.astimezone(UTC).isoformat(timespec='milliseconds').replace('+00:00', 'Z')}"
