from jetbridge.html import Element, Node, body, footer, head, html, link, main, title


def layout(children: Node) -> Element:
    return html(lang="en")[
        head[title["Forms"], link(rel="icon", href="data:,")], body[main[children], footer["the end"]]
    ]
