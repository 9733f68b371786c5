"""Shown in place of a page when something in it fails, unless a folder nearer to it has an error.py of its own."""

from jetbridge.components import ErrorMessage, Link, RetryButton
from jetbridge.html import Element, Fragment, div, h1, p, title


def error() -> Element:
    return Fragment[
        title["Something went wrong · Logbook"],
        h1["That did not work"],
        div(class_name="failure")[
            ErrorMessage()["Something went wrong on our side."],
            RetryButton(class_name="primary")["Try again"],
        ],
        p[Link(href="/posts")["Back to the posts"]],
    ]
