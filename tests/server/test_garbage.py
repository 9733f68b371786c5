"""What a request leaves behind: memory is given back at once, not when the garbage collector comes by."""

import gc

import pytest

from tests.server.asgi import ask

FILES = {
    "page.py": """
        from jetbridge.html import li, ul

        async def page():
            return ul[(li(key=number)["row ", str(number)] for number in range(100))]
    """,
    "actions/main.py": '''
        """use server"""
        from jetbridge import refresh

        async def change(number: int):
            refresh()
    ''',
}
PASSES = 10


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/", b""),
        ("GET", "/nowhere", b""),
        ("POST", "/_jetbridge/action/{change}", b"[1]"),
        ("POST", "/_jetbridge/action/{change}", b"[]"),
        ("POST", "/_jetbridge/action/x", b"[]"),
    ],
)
async def test_a_request_leaves_no_circles(make_site, method, path, body):
    """A page is dropped as a whole when it has been sent: no circle of references holds it."""
    async with make_site(FILES) as site:
        path = path.replace("{change}", site.action_id(":change"))
        headers = {"sec-fetch-site": "same-origin", "jetbridge-page": "/"}
        for _ in range(3):
            await ask(site.app, method, path, headers=headers, body=body)
        gc.collect()
        gc.disable()
        try:
            for _ in range(PASSES):
                await ask(site.app, method, path, headers=headers, body=body)
            left = gc.collect() / PASSES
        finally:
            gc.enable()

    assert left < 100  # the elements of the page alone are more
