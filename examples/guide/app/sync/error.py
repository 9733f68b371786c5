"""Shown in place of the sync page when something in it fails."""

from jetbridge.components import ErrorMessage, RetryButton
from jetbridge.html import Element, Fragment, div, h1, title


def error() -> Element:
    return Fragment[
        title["Sync · Logbook"],
        h1["Sync"],
        div(class_name="failure")[
            ErrorMessage()["The sync went wrong, and we have been told."],
            RetryButton(class_name="primary")["Try again"],
        ],
    ]
