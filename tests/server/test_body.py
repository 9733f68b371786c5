"""Bodies within their limits, and what is refused."""

import anyio
import pytest

from jetbridge.errors import BadRequest, BodyTooLarge, ReplyDecodeError, RequestTimeout
from jetbridge.flight.model import File
from jetbridge.server.body import ClientGone, check_length, parse_form, parse_reply, read_bytes

MULTIPART = (
    b'--b\r\nContent-Disposition: form-data; name="title"\r\n\r\nGr\xc3\xbc\xc3\x9fe\r\n'
    b'--b\r\nContent-Disposition: form-data; name="a%22b"; filename="x.txt"\r\nContent-Type: text/plain\r\n\r\nhi\r\n'
    b'--b\r\nContent-Disposition: form-data; name="title"\r\n\r\nagain\r\n--b--\r\n'
)


def receive_from(*messages):
    """An ASGI receive that gives these messages, then waits for ever."""
    left = list(messages)

    async def receive():
        if not left:
            await anyio.sleep_forever()
        return left.pop(0)

    return receive


def part(body, more=False):
    return {"type": "http.request", "body": body, "more_body": more}


@pytest.mark.anyio
async def test_a_body_in_pieces_is_joined():
    """However it was cut on the way, the body is one."""
    body = await read_bytes(receive_from(part(b"ab", True), part(b"", True), part(b"c")), {}, limit=3, seconds=1)

    assert body == b"abc"


@pytest.mark.anyio
async def test_a_body_without_length_is_cut_off_at_the_limit():
    """A chunked body is refused as soon as it passes the limit, not at its end."""
    endless = receive_from(part(b"x" * 10, True), part(b"x" * 10, True))

    with pytest.raises(BodyTooLarge):
        await read_bytes(endless, {}, limit=15, seconds=1)


@pytest.mark.anyio
async def test_a_slow_body_does_not_hold_the_server():
    """A body that never ends is given up after the timeout."""
    with pytest.raises(RequestTimeout):
        await read_bytes(receive_from(part(b"x", True)), {}, limit=15, seconds=0.01)


@pytest.mark.anyio
async def test_a_browser_that_goes_away():
    """A connection that closes early is told apart from a short body."""
    with pytest.raises(ClientGone):
        await read_bytes(receive_from(part(b"x", True), {"type": "http.disconnect"}), {}, limit=15, seconds=1)


@pytest.mark.parametrize(
    ("length", "error"),
    [("16", BodyTooLarge), ("9" * 5000, BodyTooLarge), ("-1", BadRequest), ("1_0", BadRequest), ("\u0661", BadRequest)],
)
def test_content_length(length, error):
    """The announced length is checked before a byte is read, its spelling too."""
    with pytest.raises(error):
        check_length({"content-length": length}, 15)


def test_parts_keep_their_order_and_repeated_names():
    """Text and files come in the order of the form; escaped names read as they were written."""
    parts = parse_form("multipart/form-data; boundary=b", MULTIPART)

    assert [name for name, _ in parts] == ["title", 'a"b', "title"]
    assert parts[0][1] == "Grüße"
    assert isinstance(parts[1][1], File)
    assert (parts[1][1].name, parts[1][1].type, parts[1][1].read()) == ("x.txt", "text/plain", b"hi")


def test_an_urlencoded_form():
    """The other encoding of plain forms is read too."""
    assert parse_form("application/x-www-form-urlencoded", b"a=1&a=%C3%BC&b=") == [("a", "1"), ("a", "ü"), ("b", "")]


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", MULTIPART),
        ("multipart/form-data; boundary=other", MULTIPART),
        ("multipart/form-data; boundary=b", MULTIPART[:-12]),
        ("multipart/form-data; boundary=b", b"garbage"),
        ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n"),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n\xff\r\n--b--\r\n',
        ),
        ("multipart/form-data; boundary=b", b"--b\r\n" + b"X: y\r\n" * 100 + b"\r\nx\r\n--b--\r\n"),
        ("multipart/form-data; boundary=" + "b" * 500, MULTIPART),
        ("application/x-www-form-urlencoded", b"&".join([b"a=1"] * 20_000)),
        ("application/x-www-form-urlencoded", b"a=%ff"),
    ],
)
def test_malformed_forms_are_refused(content_type, body):
    """No malformed body gets further than the parser, and none raises anything else."""
    with pytest.raises(ReplyDecodeError):
        parse_form(content_type, body)


def test_other_content_types():
    """A page takes forms only; a call takes text, and refuses what is not UTF-8."""
    with pytest.raises(BadRequest):
        parse_form("application/json", b"{}")
    assert parse_reply("text/plain;charset=UTF-8", b"[1]") == "[1]"
    with pytest.raises(ReplyDecodeError):
        parse_reply("text/plain", b"\xff")
