"""The conformance kit's way into this codec: conformance/python/runner.py --adapter tests.flight.adapter:Adapter."""

from __future__ import annotations

import asyncio
from typing import Any

from jetbridge.errors import ReplyDecodeError, UnknownAction
from jetbridge.flight.encoder import ErrorRow, FlightEncoder, Pending, Where
from jetbridge.flight.form_action import decode_action, decode_form_state
from jetbridge.flight.limits import DEFAULT_LIMITS, Limits
from jetbridge.flight.model import UNDEFINED, File, ServerReference
from jetbridge.flight.reply import ReplyBody, decode_value
from jetbridge.flight.temporary import TemporaryReferences
from tests.flight.tagged import Builder, JSError, Printer


class Adapter:
    """As runner.AdapterProtocol describes it."""

    decode_error = ReplyDecodeError

    async def encode_flight(self, value: Any, options: dict[str, Any]) -> bytes:
        return b"".join(await encode_pieces(value, options))

    def decode_reply(self, body: str | list[dict[str, Any]], actions: list[str], options: dict[str, Any]) -> Any:
        reply = ReplyBody(text=body) if isinstance(body, str) else ReplyBody(parts=form_parts(body))
        limits = Limits(max_slots=options["arraySizeLimit"]) if "arraySizeLimit" in options else DEFAULT_LIMITS
        value = decode_value(
            reply,
            limits,
            server_reference=registry(actions),
            temporary_references=TemporaryReferences() if options.get("temporaryReferences") else None,
        )
        return Printer(value).print(value)

    def decode_action(self, parts: list[dict[str, Any]], actions: list[str]) -> dict[str, Any] | None:
        action = decode_action(form_parts(parts), server_reference=registry(actions))
        if action is None:
            return None
        if action.id not in actions:
            raise ReplyDecodeError("no such action")
        bound = list(action.bound)
        return {
            "id": action.id,
            "bound": Printer(bound).print(bound),
            "formData": Printer(action.form).print(action.form),
        }

    def decode_form_state(self, result: Any, parts: list[dict[str, Any]], actions: list[str]) -> list[Any] | None:
        state = decode_form_state(result, form_parts(parts), server_reference=registry(actions))
        return None if state is None else list(state)


def registry(actions: list[str]) -> Any:
    """The server references that exist, by their ids. One that has nothing bound is the function itself, always."""
    functions = {id: ServerReference(id) for id in actions}

    def load(id: str, bound: tuple[Any, ...] | None) -> ServerReference:
        if id not in functions:
            raise UnknownAction(id)
        return functions[id] if bound is None else ServerReference(id, bound)

    return load


def form_parts(parts: list[dict[str, Any]]) -> list[tuple[str, str | File]]:
    """Parts as the kit expands them."""
    return [
        (part["name"], File(part["content"], part["filename"], part["type"]) if "content" in part else part["value"])
        for part in parts
    ]


def describe_error(error: BaseException, where: Where) -> ErrorRow:
    return ErrorRow(error.digest if isinstance(error, JSError) else "")


async def encode_pieces(value: Any, options: dict[str, Any]) -> list[bytes]:
    """Encode tagged JSON, awaiting its promises and streams; the pieces as they were flushed."""
    builder = Builder(lambda hint: encoder.hint(hint))
    encoder = FlightEncoder(
        client_reference=builder.client_row, server_reference=lambda value: None, describe_error=describe_error
    )
    driver = _Driver(encoder)
    driver.begin(encoder.start(builder.build(value)))
    try:
        async with asyncio.timeout(options["abortAfter"] / 1000 if "abortAfter" in options else None):
            await driver.finish()
    except TimeoutError:
        if not options.get("prerender"):
            encoder.abort(JSError({"digest": options.get("abortDigest", "")}))
    finally:
        await driver.cancel()
    driver.flush()
    return driver.pieces


class _Driver:
    """Awaits what an encoder waits for."""

    def __init__(self, encoder: FlightEncoder) -> None:
        self.pieces: list[bytes] = []
        self._encoder = encoder
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, pending: list[Pending]) -> None:
        self.flush()
        for part in pending:
            self._tasks.add(asyncio.create_task(self._run(part)))

    async def finish(self) -> None:
        while self._tasks:
            done, _ = await asyncio.wait(set(self._tasks), return_when=asyncio.FIRST_COMPLETED)
            self._tasks -= done
            for task in done:
                task.result()

    async def cancel(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def flush(self) -> None:
        data = self._encoder.flush()
        if data:
            self.pieces.append(data)

    async def _run(self, part: Pending) -> None:
        source: Any = part.source
        try:
            if part.kind == "promise":
                self.begin(self._encoder.resolve(part, await source))
                return
            async for value in source:
                self.begin(self._encoder.push(part, value))
            self._encoder.close(part, getattr(source, "returned", UNDEFINED))
        except Exception as error:
            self._encoder.reject(part, error)
        self.flush()
