"""The two directions of one request: what still comes in, and what has gone out."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.types import Message, Receive, Send

from jetbridge.server.body import ClientGone, skip_body


class BodyReceive:
    """`receive`, which remembers whether there may be more of the body.

    A client that waits for "100 Continue" has not begun to send, and never will once it has its answer.
    """

    __slots__ = ("_headers", "_more", "_receive")

    def __init__(self, receive: Receive, headers: Mapping[str, str]) -> None:
        self._receive = receive
        self._headers = headers
        self._more: bool | None = None

    @property
    def pending(self) -> bool:
        """Whether there may be more; as the headers say, until the first piece has come."""
        if self._more is None:
            has_body = self._headers.get("content-length", "0") != "0" or "transfer-encoding" in self._headers
            return has_body and "expect" not in self._headers
        return self._more

    async def __call__(self) -> Message:
        message = await self._receive()
        self._more = bool(message.get("more_body"))
        return message


class GuardedSend:
    """`send`, which remembers whether the response has begun, and sends no body in answer to HEAD.

    While its sender is still busy with a body that nobody read, an answer is complete but not ended: who writes into a
    connection that the server has closed never gets to read what came before.
    Raises: ClientGone where the server says by an OSError that nobody listens any more.
    """

    __slots__ = ("_head", "_receive", "_send", "started")

    def __init__(self, send: Send, receive: BodyReceive, *, head: bool) -> None:
        self._send = send
        self._receive = receive
        self._head = head
        self.started = False

    async def __call__(self, message: Message) -> None:
        self.started = True
        if message["type"] == "http.response.body":
            if self._head:
                message = {**message, "body": b""}
            if self._receive.pending and not message.get("more_body"):
                await self({**message, "more_body": True})
                await skip_body(self._receive)
                message = {"type": "http.response.body", "body": b""}
        try:
            await self._send(message)
        except OSError as error:
            raise ClientGone from error
