"""Bodies within their limits, and what is refused."""

import anyio
import pytest

from jetbridge.errors import BadRequest, BodyTooLarge, ReplyDecodeError, RequestTimeout
from jetbridge.flight.model import File
from jetbridge.server.body import BodyLimits, BodySource, ClientGone, check_length, read_form, read_reply
from jetbridge.server.multipart import MEMORY_BYTES

MULTIPART = (
    b'--b\r\nContent-Disposition: form-data; name="title"\r\n\r\nGr\xc3\xbc\xc3\x9fe\r\n'
    b'--b\r\nContent-Disposition: form-data; name="a%22b"; filename="x.txt"\r\nContent-Type: text/plain\r\n\r\nhi\r\n'
    b'--b\r\nContent-Disposition: form-data; name="title"\r\n\r\nagain\r\n--b--\r\n'
)


ROOMY = BodyLimits(10_000_000)


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


def source(*messages, content_type="text/plain", seconds=1.0, uploads=None, **headers):
    """A body as it arrives."""
    given = {"content-type": content_type, **headers}
    return BodySource(receive_from(*messages), given, seconds, [] if uploads is None else uploads)


async def form(content_type, body, limits=ROOMY, pieces=1, **options):
    """The entries of a form whose body arrives in so many pieces."""
    size = -(-len(body) // pieces)
    chunks = [part(body[start : start + size], True) for start in range(0, len(body), size)]
    parts, _ = await read_form(source(*chunks, part(b""), content_type=content_type), limits, **options)
    return parts


@pytest.mark.anyio
async def test_a_body_in_pieces_is_joined():
    """However it was cut on the way, the body is one."""
    body = await read_reply(source(part(b"ab", True), part(b"", True), part(b"c")), BodyLimits(3))

    assert body == "abc"


@pytest.mark.anyio
async def test_a_body_without_length_is_cut_off_at_the_limit():
    """A chunked body is refused as soon as it passes the limit, not at its end."""
    endless = source(part(b"x" * 10, True), part(b"x" * 10, True))

    with pytest.raises(BodyTooLarge):
        await read_reply(endless, BodyLimits(15))


@pytest.mark.anyio
async def test_a_slow_body_does_not_hold_the_server():
    """A body that never ends is given up after the timeout."""
    with pytest.raises(RequestTimeout):
        await read_reply(source(part(b"x", True), seconds=0.01), BodyLimits(15))


@pytest.mark.anyio
async def test_a_browser_that_goes_away():
    """A connection that closes early is told apart from a short body."""
    with pytest.raises(ClientGone):
        await read_reply(source(part(b"x", True), {"type": "http.disconnect"}), BodyLimits(15))


@pytest.mark.parametrize(
    ("length", "error"),
    [("16", BodyTooLarge), ("9" * 5000, BodyTooLarge), ("-1", BadRequest), ("1_0", BadRequest), ("\u0661", BadRequest)],
)
def test_content_length(length, error):
    """The announced length is checked before a byte is read, its spelling too."""
    with pytest.raises(error):
        check_length({"content-length": length}, 15)


@pytest.mark.anyio
@pytest.mark.parametrize("pieces", [1, 3, len(MULTIPART)])
async def test_parts_keep_their_order_and_repeated_names(pieces):
    """Text and files come in the order of the form; escaped names read as they were written, however it is cut."""
    parts = await form("multipart/form-data; boundary=b", MULTIPART, pieces=pieces)

    assert [name for name, _ in parts] == ["title", 'a"b', "title"]
    assert parts[0][1] == "Grüße"
    assert isinstance(parts[1][1], File)
    assert (parts[1][1].name, parts[1][1].type, parts[1][1].read()) == ("x.txt", "text/plain", b"hi")


@pytest.mark.anyio
async def test_an_urlencoded_form():
    """The other encoding of plain forms is read too."""
    entries = await form("application/x-www-form-urlencoded", b"a=1&a=%C3%BC&b=")

    assert entries == [("a", "1"), ("a", "ü"), ("b", "")]


@pytest.mark.anyio
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
async def test_malformed_forms_are_refused(content_type, body):
    """No malformed body gets further than the parser, and none raises anything else."""
    with pytest.raises(ReplyDecodeError):
        await form(content_type, body)


@pytest.mark.anyio
async def test_other_content_types():
    """A page takes forms only; a call takes text, and refuses what is not UTF-8."""
    with pytest.raises(BadRequest):
        await form("application/json", b"{}")
    assert await read_reply(source(part(b"[1]"), content_type="text/plain;charset=UTF-8"), ROOMY) == "[1]"
    with pytest.raises(ReplyDecodeError):
        await read_reply(source(part(b"\xff")), ROOMY)


def files_of(*sizes, fields=()):
    """A multipart body: fields, then files of these sizes."""
    texts = [
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'.encode() for name, text in fields
    ]
    head = b'--b\r\nContent-Disposition: form-data; name="f"; filename="%s"\r\n\r\n'
    files = [head % (b"x" if size is not None else b"") + b"y" * (size or 0) + b"\r\n" for size in sizes]
    return b"".join([*texts, *files, b"--b--\r\n"])


@pytest.mark.anyio
async def test_a_large_file_goes_to_disk():
    """A small file stays in memory, a large one is read from disk, by several readers at their own pace."""
    uploads = []
    body = files_of(MEMORY_BYTES, MEMORY_BYTES + 1)
    messages = [part(body[start : start + 65536], True) for start in range(0, len(body), 65536)]
    kind = "multipart/form-data; boundary=b"
    parts = await read_reply(source(*messages, part(b""), content_type=kind, uploads=uploads), ROOMY)

    large = parts[1][1]
    first, second = large.open(), large.open()
    assert len(uploads) == 1
    assert (first.read(3), second.read(), first.read()) == (
        b"yyy",
        b"y" * (MEMORY_BYTES + 1),
        b"y" * (MEMORY_BYTES - 2),
    )
    first.close()
    assert (large.read(), second.seek(-1, 2), second.read()) == (b"y" * (MEMORY_BYTES + 1), MEMORY_BYTES, b"y")
    uploads[0].close()


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("limits", "sizes", "setting"),
    [
        (BodyLimits(10_000, max_files=2), (1, 1), None),
        (BodyLimits(10_000, max_files=2), (1, None, 1), None),
        (BodyLimits(10_000, max_files=2), (1, 1, 1), "max_files"),
        (BodyLimits(10_000, max_files=0), (0,), "max_files"),
        (BodyLimits(10_000, max_file_bytes=5), (5, 5), None),
        (BodyLimits(10_000, max_file_bytes=5), (5, 6), "max_file_bytes"),
        (BodyLimits(100), (5, 6), "max_body_bytes"),
    ],
)
async def test_limits_of_files(limits, sizes, setting):
    """Files are counted and measured as they arrive; an empty field is none. The log names the setting."""
    kind, body = "multipart/form-data; boundary=b", files_of(*sizes)
    reply = read_reply(source(part(body), content_type=kind), limits)

    if setting is None:
        assert len(await reply) == len(sizes)
        limits.check(len(body), await form(kind, body))
    else:
        with pytest.raises(BodyTooLarge, match=setting):
            await reply
        with pytest.raises(BodyTooLarge, match=setting):
            limits.check(len(body), await form(kind, body))


@pytest.mark.anyio
async def test_the_limits_of_the_action_that_a_form_names():
    """The field that names the action decides about what comes after it."""
    kind, body = "multipart/form-data; boundary=b", files_of(5000, fields=[("small", ""), ("big", "")])
    small, big = BodyLimits(1000), BodyLimits(10_000)
    by_name = {"small": small, "big": big}

    named = await form(kind, body, small, 20, ceiling=10_000, limits_for=lambda name, text: by_name.get(name))
    assert len(named) == 3
    with pytest.raises(BodyTooLarge):
        await form(kind, body, big, 20, limits_for=lambda name, text: by_name.get(name) if name == "small" else None)
