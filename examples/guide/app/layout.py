"""What every page shares: the head, the navigation and the footer."""

from jetbridge.components import Link
from jetbridge.html import (
    Element,
    Node,
    a,
    body,
    button,
    footer,
    form,
    head,
    header,
    html,
    link,
    main,
    meta,
    nav,
    p,
    span,
)

from app._ui.nav_link import NavLink
from app.actions.auth import log_out
from lib.auth import current_user
from lib.models import User


async def layout(children: Node) -> Element:
    user = await current_user()
    return html(lang="en")[
        head[
            meta(char_set="utf-8"),
            meta(name="viewport", content="width=device-width, initial-scale=1"),
            meta(name="color-scheme", content="light dark"),
            link(rel="icon", href="/icon.svg", type="image/svg+xml"),
            link(rel="stylesheet", href="/styles.css"),
        ],
        body[
            a(href="#content", class_name="skip-link")["Skip to content"],
            header(class_name="site-header")[
                Link(href="/", class_name="brand")["Logbook"],
                nav(aria={"label": "Main"})[
                    NavLink(href="/posts")["Posts"],
                    NavLink(href="/sync")["Sync"],
                    account_links(user),
                ],
            ],
            main(id="content", tab_index=-1)[children],
            footer(class_name="site-footer")[p["A logbook everybody may write in. Python serves it, React shows it."]],
        ],
    ]


def account_links(user: User | None) -> Node:
    """The end of the navigation: who is signed in, or the way to do so."""
    if user is None:
        return NavLink(href="/login")["Sign in"]
    # A form in a Server Component: the action needs no client component to be called.
    return [
        NavLink(key="settings", href="/settings")["Settings"],
        form(key="log-out", action=log_out, class_name="inline")[
            button(type="submit", class_name="quiet")["Sign out ", span(class_name="who")[user.username]]
        ],
    ]
