from app.actions.trips import CASES, changes, go

from jetbridge import bind
from jetbridge.html import Element, Fragment, button, div, form, h1, p, title


def page() -> Element:
    return Fragment[
        title["Start"],
        h1["Start"],
        p(id="changes")[f"{len(changes)} changes"],
        # Somewhere to scroll to, and forms that are not at the top.
        div(style={"height": "2000px"}),
        [form(key=name, action=bind(go, name))[button[name]] for name in CASES],
        div(style={"height": "2000px"}),
    ]
