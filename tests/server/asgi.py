"""One request as an ASGI server hands it on, so that a test can say what no HTTP client would send."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import anyio

GONE = "the browser goes away"
"""Among the pieces of a body: the connection is closed there."""


@dataclass
class Exchange:
    """What was sent back."""

    status: int = 0
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    complete: bool = False

    def all(self, name: str) -> list[str]:
        """Every value of one header."""
        return [value for key, value in self.headers if key == name]

    def header(self, name: str) -> str | None:
        """The value of a header that is sent once; None without it."""
        values = self.all(name)
        assert len(values) <= 1
        return values[0] if values else None


async def ask(
    app: Any,
    method: str = "GET",
    path: str = "/",
    *,
    headers: dict[str, str] | list[tuple[str, str]] = (),  # type: ignore[assignment]
    body: list[bytes | str] | bytes = b"",
    decoded: str | None = None,
    leaves_after: int | None = None,
    send_error: Exception | None = None,
    **scope: Any,
) -> Exchange:
    """Ask in process. path: percent-encoded; decoded: instead of it, for a server that does not know raw paths.

    leaves_after: the browser goes away after that many messages of the response, when its body is complete.
    send_error: what `send` raises from then on, as some servers do.

    scope: overrides members of the ASGI scope; None leaves one out. Raises: what the application raises.
    """
    pairs = list(headers.items()) if isinstance(headers, dict) else list(headers)
    if not any(name == "host" for name, _ in pairs):
        pairs.append(("host", "site.test"))
    raw_path, _, query = path.partition("?")
    members = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": raw_path,
        "raw_path": raw_path.encode("latin-1"),
        "query_string": query.encode("latin-1"),
        "root_path": "",
        "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in pairs],
        "client": ("192.0.2.1", 50000),
        "server": ("site.test", 80),
    } | scope
    if decoded is not None:
        members |= {"path": decoded, "raw_path": None}
    pieces = [body] if isinstance(body, bytes) else list(body)
    messages = [
        {"type": "http.disconnect"}
        if piece == GONE
        else {"type": "http.request", "body": piece, "more_body": number < len(pieces) - 1}
        for number, piece in enumerate(pieces)
    ]
    exchange, gone = Exchange(), anyio.Event()

    async def receive() -> dict[str, Any]:
        if messages:
            return messages.pop(0)
        await gone.wait()
        return {"type": "http.disconnect"}

    count = 0
    if leaves_after == 0:
        gone.set()

    async def send(message: dict[str, Any]) -> None:
        nonlocal count
        if send_error is not None and count >= (leaves_after or 0):
            raise send_error
        if message["type"] == "http.response.start":
            exchange.status = message["status"]
            exchange.headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in message["headers"]]
        else:
            exchange.body += message["body"]
            if not message.get("more_body"):
                exchange.complete = True
                gone.set()
        count += 1
        if count == leaves_after and send_error is None:
            gone.set()
            await anyio.sleep(0.01)

    await app({key: value for key, value in members.items() if value is not None}, receive, send)
    return exchange
