"""Rounds of create, publish and delete through one process, each followed by a read through another."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from e2e.load import read_response
from e2e.raw import encode_form
from jetbridge import FormData
from jetbridge.flight.decoder import decode_flight
from jetbridge.flight.model import Element, File
from jetbridge.flight.received import Settled
from jetbridge.testing.reply import encode_reply

AT_ONCE: Final = 8
SECONDS: Final = 30
"""How long one request may take."""


@dataclass(frozen=True, slots=True)
class Listed:
    """What the list shows of a post."""

    id: int
    published: bool


class Posts:
    """The list of posts and its actions, each request through the next of several servers.

    ports: where they listen, each request goes to the next. ids: of the actions, by the names of their exports.
    """

    def __init__(self, ports: Sequence[int], ids: Mapping[str, str]) -> None:
        self._ports = itertools.cycle(ports)
        self._ids = ids

    async def read(self) -> dict[str, Listed]:
        """The posts that the page lists, by title."""
        body = await self._request("GET", "/posts", {"accept": "text/x-component"}, b"")
        return dict(_listed(decode_flight(body)["root"]))

    async def call(self, name: str, *args: Any) -> Mapping[str, Any]:
        """Call an action as React does; returns the payload of its answer."""
        reply = encode_reply(args)
        if isinstance(reply, str):
            kind, body = "text/plain;charset=UTF-8", reply.encode()
        else:
            kind, body = encode_form([(name, value) for name, value in reply if not isinstance(value, File)])
        headers = {"content-type": kind, "sec-fetch-site": "same-origin", "jetbridge-page": "/posts"}
        answer = await self._request("POST", f"/_jetbridge/action/{self._ids[name]}", headers, body)
        return decode_flight(answer)

    async def _request(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> bytes:
        """On a connection of its own: the system hands it to any of the processes that listen there."""
        port = next(self._ports)
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**22)
        lines = [f"{method} {path} HTTP/1.1", f"host: 127.0.0.1:{port}", "connection: close"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        lines += [f"content-length: {len(body)}"] if method == "POST" else []
        try:
            writer.write("\r\n".join([*lines, "", ""]).encode() + body)
            async with asyncio.timeout(SECONDS):
                status, answer = await read_response(reader)
        finally:
            writer.close()
        if status != 200:
            raise RuntimeError(f"{method} {path} was answered with {status}: {answer[:300]!r}")
        return answer


def _listed(node: Any) -> Iterator[tuple[str, Listed]]:
    """Each post of a rendered list, wherever that stands in the tree."""
    if isinstance(node, list):
        for one in node:
            yield from _listed(one)
    elif isinstance(node, Element) and node.type == "li":
        link, draft, _ = node.props["children"]
        yield link.props["children"], Listed(int(str(node.key)), published=draft is False)
    elif isinstance(node, Element):
        yield from _listed(node.props.get("children"))
    elif isinstance(node, Settled):
        yield from _listed(node.value)


async def play(posts: Posts, rounds: int) -> list[str]:
    """Play the rounds, several at once; returns what was stale."""
    stale: list[str] = []
    numbers = iter(range(rounds))

    async def play_some() -> None:
        for number in numbers:
            stale.extend([f"round {number}: {what}" for what in await _round(posts, f"Round {number}")])

    async with asyncio.TaskGroup() as tasks:
        for _ in range(AT_ONCE):
            tasks.create_task(play_some())
    return stale


async def _round(posts: Posts, title: str) -> list[str]:
    stale: list[str] = []
    form = FormData([("title", title), ("body", "Read it in every process.")])
    await posts.call("createPost", {"error": None}, form)
    created = (await posts.read()).get(title)
    if created is None:
        return ["not there after its creation"]
    await posts.call("publishPost", created.id)
    published = (await posts.read()).get(title)
    if published is None or not published.published:
        stale.append("not published after its publication")
    await posts.call("deletePost", created.id)
    if title in await posts.read():
        stale.append("still there after its deletion")
    return stale
