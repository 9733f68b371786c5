"""The home page: what this is, and a form that needs no client component."""

from jetbridge.components import Link
from jetbridge.html import (
    Element,
    Fragment,
    button,
    code,
    form,
    h1,
    h2,
    label,
    li,
    p,
    section,
    strong,
    textarea,
    title,
    ul,
)

from app.actions.posts import jot_down
from lib.posts import count_posts


async def page() -> Element:
    count, published = await count_posts()
    return Fragment[
        title["Logbook"],
        h1["A logbook for everybody"],
        p(class_name="lead")[
            f"There are {count} posts in it, {published} of them published. ",
            Link(href="/posts")["Read them"],
            ", or begin one right here.",
        ],
        form(action=jot_down, class_name="card")[
            label(html_for="note")["A quick note"],
            textarea(id="note", name="note", required=True, rows=3, placeholder="The first line becomes the title."),
            button(type="submit", class_name="primary")["Jot it down"],
        ],
        section[
            h2["Things to try"],
            ul(class_name="plain")[
                li[strong["Switch JavaScript off."], " Everything on these pages goes on working."],
                li[strong["Watch the network panel"], " while you write a post: one request, and the list is new."],
                li[strong["Sign in"], " as one of two users, comment, and try to delete what the other one wrote."],
                li[
                    strong["Let something fail"],
                    " on the ",
                    Link(href="/sync")["sync page"],
                    ": an expected failure, and one that nobody foresaw.",
                ],
                li[
                    strong["Leave the browser."],
                    " Telephones and webhooks come in under ",
                    code["/api"],
                    ", each with its own way to prove who it is.",
                ],
            ],
        ],
    ]
