"""The document around the samples' pages."""

from jetbridge.html import Node, body, head, html, title


def layout(children: Node) -> Node:
    return html(lang="en")[head[title["Samples"]], body[children]]
