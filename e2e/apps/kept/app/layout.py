from jetbridge.components import Link
from jetbridge.html import Element, Node, body, footer, head, html, link, main, nav


def layout(children: Node) -> Element:
    return html(lang="en")[
        head[link(rel="icon", href="data:,")],
        body[
            nav[Link(href="/notes")["Notes"], " ", Link(href="/about")["About"]],
            main[children],
            footer["the end"],
        ],
    ]
