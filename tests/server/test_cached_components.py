"""Components with `@cached`: what they show is kept, and written into each response that shows it."""

from __future__ import annotations

import sys

import anyio
import pytest

from jetbridge import cached
from jetbridge.flight.decoder import decode_flight
from jetbridge.flight.model import Element
from jetbridge.html import p

pytestmark = pytest.mark.anyio

FLIGHT = {"accept": "text/x-component"}

COMPONENT = """
from jetbridge import Element, cached, cookies, not_found, revalidate_tag
from jetbridge.html import aside, b, div, form, button, li, p, span, ul
from jetbridge.html.children import Node
import anyio
calls = []

async def late(text):
    await anyio.sleep(0.001)
    return span[text]

{code}

async def page():
    return div[p["page"], {shown}]
"""

EXPIRE = '''
"""use server"""
from jetbridge import revalidate_tag

async def expire(tag: str):
    revalidate_tag(tag)
'''

SIDE = """
@cached(tags=["posts"])
async def side(count: int = 2){annotation}:
    calls.append(count)
    return aside[ul[[li(key=str(n))[late(f"Post {{n}} of {{len(calls)}}")] for n in range(count)]]]
"""


def page(code: str, shown: str) -> str:
    return COMPONENT.format(code=code, shown=shown)


def text_of(node) -> str:
    """All text below a decoded node, in order."""
    if isinstance(node, Element):
        return text_of(node.props.get("children"))
    if isinstance(node, list | tuple):
        return " ".join(filter(None, map(text_of, node)))
    return "" if node is None else str(node)


async def texts(site, url="/", times=3):
    return [text_of((await site.flight(url))[1]["root"]) for _ in range(times)]


@pytest.mark.parametrize("annotation", ["", " -> Element", " -> Node", " -> 'list[Element] | None'", " -> 'Node'"])
async def test_what_a_component_shows_is_kept(make_site, annotation):
    """With an annotation or without: the function runs once, and everything in it was awaited before it was kept."""
    async with make_site({"page.py": page(SIDE.format(annotation=annotation), "side()")}) as site:
        shown = await texts(site)
        document = await site.get("/")

    assert shown == ["page Post 0 of 1 Post 1 of 1"] * 3
    assert "Post 1 of 1" in document.text


async def test_arguments_tell_one_from_another(make_site):
    """Two components on one page have rows of their own, and each is kept."""
    async with make_site({"page.py": page(SIDE.format(annotation=""), "side(1), b['and'], side(2), side(1)")}) as site:
        shown = await texts(site)
        calls = sys.modules["app.page"].calls

    assert len(set(shown)) == 1
    assert [part.count("Post") for part in shown[0].split("and")] == [1, 3]
    assert sorted(calls) == [1, 2]


async def test_a_tag_expires_it(make_site):
    """A component has the tags of its own and of the data that it reads."""
    code = """
@cached(tags=["data"])
async def data() -> int:
    return len(calls)

@cached
async def side() -> Element:
    calls.append(1)
    return aside[f"{await data()} of {len(calls)}"]
"""
    async with make_site({"page.py": page(code, "side()"), "actions/all.py": EXPIRE}) as site:
        first = await texts(site)
        await site.call(site.action_id(":expire"), "other", page="/x")
        second = await texts(site)
        await site.call(site.action_id(":expire"), "data", page="/x")
        third = await texts(site)

    assert first == second == ["page 1 of 1"] * 3
    assert third == ["page 2 of 2"] * 3


async def test_actions_in_it_can_be_called(make_site):
    """A sealed action in a kept component is the same for every visitor, and works for each."""
    code = '''
@cached
async def side(post_id: int) -> Element:
    async def delete():
        """use server"""
        calls.append(f"deleted {post_id}")
        return post_id
    return form(action=delete)[button["Delete"]]
'''
    async with make_site({"page.py": page(code, "side(7)")}) as site:
        for _ in range(2):
            _, payload = await site.flight("/")
            reference = payload["root"].props["children"]
            body = reference[1] if isinstance(reference, list) else reference
            found = find(body, "form").props["action"]
            response, answer = await site.call(found.id, *found.bound)
            assert (response.status_code, answer["returnValue"].value) == (200, 7)


def find(node, name) -> Element:
    """The first element of this type."""
    if isinstance(node, list | tuple):
        return next((found for one in node if (found := find(one, name)) is not None), None)
    if not isinstance(node, Element):
        return None
    return node if node.type == name else find(node.props.get("children"), name)


async def test_children_are_shown_anew(make_site):
    """Elements among the arguments are no part of what is kept: each response has its own."""
    code = """
@cached
async def frame(title: str, children: Node) -> Element:
    calls.append(title)
    return aside[b[f"{title} {len(calls)}"], p[children]]
"""
    shown = "frame('Hello', children=[p[cookies()['name']], late('!')])"
    async with make_site({"page.py": page(code, shown)}) as site:
        seen = []
        for name in ("Ada", "Bob"):
            _, payload = await site.flight("/", cookie=f"name={name}")
            seen.append(text_of(payload["root"]))

    assert seen == ["page Hello 1 Ada !", "page Hello 1 Bob !"]


@pytest.mark.parametrize(
    ("code", "status", "shown"),
    [
        ("raise LookupError", 500, "Something went wrong"),
        ("not_found()", 404, "Page not found"),
        ("return aside[fails()]", 500, "Something went wrong"),
        ("return aside[cookies()['name']]", 500, "Something went wrong"),
    ],
)
async def test_failures_are_not_kept(make_site, code, status, shown):
    """What a component or a part of it raises reaches the page, each time anew."""
    component = f"""
async def fails():
    raise LookupError

@cached
async def side() -> Element:
    calls.append(1)
    {code}
"""
    async with make_site({"page.py": page(component, "side()")}) as site:
        responses = [await site.get("/", headers={**FLIGHT, "cookie": "name=Ada"}) for _ in range(2)]
        entries = await site.app.state.store.entries()

    assert [one.status_code for one in responses] == [status] * 2
    assert all(shown in one.text for one in responses)
    assert entries == []


async def test_a_hundred_at_once(make_site):
    """Many who miss wait for one call, and each gets rows of its own response."""
    async with make_site({"page.py": page(SIDE.format(annotation=" -> Element"), "side()")}) as site:
        seen = []

        async def load():
            seen.extend(await texts(site, times=1))

        async with anyio.create_task_group() as tasks:
            for _ in range(100):
                tasks.start_soon(load)

    assert set(seen) == {"page Post 0 of 1 Post 1 of 1"}


async def test_another_build_does_not_read_it(make_site):
    """What another build wrote names files that are no longer there: it is made anew."""
    async with make_site({"page.py": page(SIDE.format(annotation=""), "side()")}) as site:
        await texts(site)
        site.app._wiring.subtrees.fingerprint = "other"
        shown = await texts(site)

    assert shown == ["page Post 0 of 2 Post 1 of 2"] * 3


async def test_a_kept_component_in_a_kept_page(make_site):
    """The page has the component's tags."""
    source = page(SIDE.format(annotation=" -> Element"), "side()") + "\nrevalidate = None\n"
    async with make_site({"page.py": source}) as site:
        await texts(site)
        entries = {one.key.split(":")[0]: one.tags for one in await site.app.state.store.entries()}

    assert entries == {"page": ("posts",), "app.page": ("posts",)}


@cached
async def unannotated(count):
    called.append(count)
    return p[str(count)]


@cached
async def annotated(count: int) -> Element:
    called.append(count)
    return p[str(count)]


called: list[int] = []


@pytest.mark.parametrize("component", [unannotated, annotated])
async def test_outside_of_an_application_it_is_called(component):
    """A unit test calls a component as if it were not cached."""
    called.clear()
    shown = [await component(number) for number in (1, 1)]

    assert [text_of(one) for one in shown] == ["1", "1"]
    assert called == [1, 1]


async def test_it_reads_as_without_the_cache(make_site):
    """The tree in the browser is the same as that of the component without `@cached`."""
    async with make_site(
        {
            "page.py": page(SIDE.format(annotation=""), "side(3)"),
            "plain/page.py": page(SIDE.format(annotation="").replace('@cached(tags=["posts"])', ""), "side(3)"),
        }
    ) as site:
        kept = [decode_flight((await site.get("/", headers=FLIGHT)).content) for _ in range(2)][1]
        plain = decode_flight((await site.get("/plain", headers=FLIGHT)).content)

    assert text_of(kept["root"]) == text_of(plain["root"])
