"""Shown, with status 404, for an address where there is nothing."""

from jetbridge.components import Link
from jetbridge.html import Element, Fragment, h1, p, title


def not_found() -> Element:
    return Fragment[
        title["Not found · Logbook"],
        h1["There is no such page"],
        p["It may have been deleted, or it never was. ", Link(href="/posts")["See all posts"]],
    ]
