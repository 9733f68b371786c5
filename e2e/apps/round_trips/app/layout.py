from jetbridge import cookies
from jetbridge.components import Link
from jetbridge.html import Element, Node, body, footer, head, html, link, main, nav, p


def layout(children: Node) -> Element:
    return html(lang="en")[
        head[link(rel="icon", href="data:,")],
        body[
            nav[
                Link(href="/start")["to the start"],
                Link(href="/plain")["to the plain page"],
            ],
            main[children],
            p(id="cookie")[cookies().get("seen", "no cookie")],
            footer["the end"],
        ],
    ]
