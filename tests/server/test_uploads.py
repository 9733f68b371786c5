"""Large files: they stream to disk, memory does not grow with them, and they are gone when the request is."""

import hashlib
import sys
import tracemalloc

import pytest

from tests.server.asgi import GONE, ask

pytestmark = pytest.mark.anyio

MIB = 1024 * 1024

FILES = {
    "page.py": "def page():\n    return 'home'",
    "actions/files.py": '''
        """use server"""
        import hashlib
        from jetbridge import File, FormData, action, after

        ran = []
        kept = []

        @action(public=True, max_body_bytes=64 * 1024 * 1024, max_files=1, max_file_bytes=61 * 1024 * 1024)
        async def upload(form: FormData):
            file = form.get("file")
            assert isinstance(file, File)
            digest, size = hashlib.sha256(), 0
            with file.open() as source:
                while piece := source.read(65536):
                    digest.update(piece)
                    size += len(piece)
            ran.append((file.name, file.size, size, digest.hexdigest()))
            kept.append(file)
            after(lambda: ran.append(len(file.open().read(10))))

        @action(public=True)
        async def small(form: FormData):
            ran.append("small")
    ''',
}


def module():
    return sys.modules["app.actions.files"]


def body_of(how: str, action_id: str, mebibytes: int, last: str = "") -> list[bytes]:
    """A call or a plain form with one file; the pieces are one object, so that the test itself needs no memory."""
    field = '--b\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    names = f"$ACTION_ID_{action_id}" if how == "form" else ""
    file = "file" if how == "form" else "_1_file"
    head = field.format(names, "") if how == "form" else ""
    head += f'--b\r\nContent-Disposition: form-data; name="{file}"; filename="big.bin"\r\n\r\n'
    tail = "\r\n" + (last or ("" if how == "form" else field.format("0", '["$K1"]'))) + "--b--\r\n"
    return [head.encode(), *[b"\x00" * 65536] * (mebibytes * 16), tail.encode()]


async def send(site, how: str, name: str, pieces: list[bytes | str]):
    path = "/" if how == "form" else f"/_jetbridge/action/{site.action_id(name)}"
    headers = {"sec-fetch-site": "same-origin", "content-type": "multipart/form-data; boundary=b"}
    return await ask(site.app, "POST", path, headers=headers, body=pieces)


@pytest.mark.parametrize("how", ["call", "form"])
async def test_memory_does_not_grow_with_the_file(make_site, how):
    """60 MiB arrive whole, in a few MiB of memory, with JavaScript and without."""
    async with make_site(FILES) as site:
        pieces = body_of(how, site.action_id(":upload"), 60)
        await send(site, how, ":upload", body_of(how, site.action_id(":upload"), 1))
        module().ran.clear()

        tracemalloc.start()
        try:
            exchange = await send(site, how, ":upload", pieces)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

        assert exchange.status == 200
        (name, size, read, digest), later = module().ran
        assert (name, size, read, later) == ("big.bin", 60 * MIB, 60 * MIB, 10)
        assert digest == hashlib.sha256(bytes(60 * MIB)).hexdigest()
        assert peak < 4 * MIB


@pytest.mark.parametrize("how", ["call", "form"])
async def test_the_file_is_gone_with_the_request(make_site, how):
    """What lies on disk is closed when the request has ended, after() included."""
    async with make_site(FILES) as site:
        await send(site, how, ":upload", body_of(how, site.action_id(":upload"), 1))

        assert module().ran[-1] == 10
        with pytest.raises(ValueError, match="closed"):
            module().kept[0].read()


@pytest.mark.parametrize("how", ["call", "form"])
@pytest.mark.parametrize(("name", "mebibytes"), [(":upload", 62), (":upload", 65), (":small", 2)])
async def test_too_large(make_site, how, name, mebibytes):
    """A file or body beyond the action's own limits is refused while it arrives: 413, and nothing ran."""
    async with make_site(FILES) as site:
        exchange = await send(site, how, name, body_of(how, site.action_id(name), mebibytes))

        assert exchange.status == 413
        assert module().ran == []


async def test_a_form_cannot_borrow_the_limits_of_another_action(make_site):
    """The last action field counts, and so do its limits, whatever an earlier one has allowed."""
    async with make_site(FILES) as site:
        last = f'--b\r\nContent-Disposition: form-data; name="$ACTION_ID_{site.action_id(":small")}"\r\n\r\n\r\n'
        exchange = await send(site, "form", ":upload", body_of("form", site.action_id(":upload"), 2, last))

        assert exchange.status == 413
        assert module().ran == []


async def test_an_upload_that_breaks_off(make_site):
    """A browser that goes away in the middle leaves nothing open: no warning about it is raised."""
    async with make_site(FILES) as site:
        pieces = body_of("call", site.action_id(":upload"), 2)
        await send(site, "call", ":upload", [*pieces[:20], GONE])

        assert module().ran == []
