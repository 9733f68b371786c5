"""Signing in."""

from jetbridge.html import Element, Fragment, code, h1, li, p, title, ul

from app.login.login_form import LoginForm
from lib.seed import DEMO_USERS


def page() -> Element:
    return Fragment[
        title["Sign in · Logbook"],
        h1["Sign in"],
        LoginForm(),
        p["Two users live here, for trying things out:"],
        ul(class_name="plain")[
            (li(key=name)[code[name], " with the password ", code[password]] for name, password in DEMO_USERS.items())
        ],
    ]
