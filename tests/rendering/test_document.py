"""Documents: React's markup with the rows inlined, and what happens when the renderer fails."""

from __future__ import annotations

import pytest

from jetbridge.errors import WorkerError
from jetbridge.rendering.document import DocumentOptions, render_document

pytestmark = pytest.mark.anyio

OPTIONS = DocumentOptions(("/runtime.js",), ("/chunk.js",), ("/style.css",))


class Renderer:
    """Gives these pieces, one for each chunk it reads; an exception among them is raised."""

    available = True

    def __init__(self, *pieces: bytes | Exception) -> None:
        self._pieces = pieces

    async def render_html(self, flight, options):
        for piece in self._pieces:
            async for _ in flight:
                break
            if isinstance(piece, Exception):
                raise piece
            yield piece


def chunks(*rows: bytes):
    left = list(rows)

    async def next_chunk() -> bytes:
        return left.pop(0) if left else b""

    return next_chunk


async def document(next_chunk, renderer, options=OPTIONS) -> str:
    return b"".join([piece async for piece in render_document(next_chunk, renderer, options)]).decode()


async def test_scripts_stand_between_the_pieces_and_before_the_end():
    """Rows follow the markup that was made of them, and the document is closed last."""
    renderer = Renderer(b"<html><body><p>a</p>", b"<p>b</p></body></html>")

    text = await document(chunks(b"0:1\n", b"1:2\n"), renderer)

    push = "<script>(self.__jetbridge_flight=self.__jetbridge_flight||[]).push"
    assert text == (
        f'<html><body><p>a</p>{push}("0:1\\n")</script><p>b</p>{push}("1:2\\n")</script>'
        "<script>self.__jetbridge_flight.push(0)</script></body></html>"
    )


@pytest.mark.parametrize("renderer", [None, Renderer(WorkerError("down"))])
async def test_without_a_renderer_the_browser_renders(renderer):
    """The document is empty but whole: runtime, styles, rows and the flag that says what to do."""
    text = await document(chunks(b"0:1\n", b"1:2\n"), renderer)

    assert text.startswith("<!DOCTYPE html>")
    assert "self.__jetbridge_client_render=1" in text
    assert '<script type="module" async src="/runtime.js">' in text
    assert '<link rel="stylesheet" href="/style.css">' in text
    assert '"0:1\\n"' in text
    assert '"1:2\\n"' in text
    assert text.endswith("</body></html>")


async def test_a_renderer_that_fails_midway_hands_over_to_the_browser():
    """What was sent stays; the rest of the rows and the flag follow, so the page is complete all the same."""
    text = await document(chunks(b"0:1\n", b"1:2\n", b"2:3\n"), Renderer(b"<html><body>", WorkerError("killed")))

    assert text.startswith("<html><body>")
    assert "self.__jetbridge_client_render=1" in text
    assert all(f'"{row}\\n"' in text for row in ("0:1", "1:2", "2:3"))
    assert text.count("<body>") == 1
    assert text.endswith("</body></html>")


async def test_rows_cannot_break_out_of_their_script():
    """Neither markup, comments nor line separators in the data end or change the script; bytes travel as base64."""
    text = await document(chunks('0:"</script><!--\u2028"\n'.encode(), b"1:o1,\xff"), Renderer(b"<html>"))

    assert "</script><!--" not in text
    assert "\u2028" not in text
    assert "\\u003c/script>\\u003c!--\\u2028" in text
    assert 'push([1,"MTpvMSz/"])' in text


async def test_scripts_carry_the_nonce():
    """With a Content-Security-Policy each inline script has the nonce of the response."""
    options = DocumentOptions(("/runtime.js",), nonce="abc")

    text = await document(chunks(b"0:1\n"), None, options)

    assert text.count("<script") == text.count(' nonce="abc"')
