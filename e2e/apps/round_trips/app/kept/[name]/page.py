from jetbridge import cache_tag, cached
from jetbridge.components import Link
from jetbridge.html import Element, Fragment, h1, p, title

reads = 0


@cached
async def read(name: str) -> int:
    global reads
    cache_tag(name)
    reads += 1
    return reads


async def page(name: str) -> Element:
    return Fragment[
        title[name],
        h1[name],
        p(id="read")[str(await read(name))],
        Link(href="/kept/b")["to b"],
    ]
