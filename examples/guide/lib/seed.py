"""What stands in a new logbook."""

from __future__ import annotations

from lib.models import Base, Comment, Post, User
from lib.passwords import hash_password

DEMO_USERS = {"ada": "notes-by-ada", "grace": "first-compiler"}
"""Names and passwords, shown on the sign-in page: this is a demonstration, and its data is for everyone."""


def first_rows() -> list[Base]:
    """Two users, and a few posts with comments."""
    ada, grace = (User(username=name, password_hash=hash_password(password)) for name, password in DEMO_USERS.items())
    return [
        ada,
        grace,
        Post(
            title="A form is enough",
            body="This page was filled in by a plain HTML form.\n"
            "Switch JavaScript off, write a post, and it is saved all the same.",
            published=True,
            comments=[
                Comment(user=ada, body="I tried it on a train, before the scripts had arrived."),
                Comment(user=grace, body="It also works in a terminal. Ask curl."),
            ],
        ),
        Post(
            title="One request, one answer",
            body="Open the network panel and write a post: a single request carries it to the server\n"
            "and brings back the list with the new post in it.",
            published=True,
        ),
        Post(
            title="Drafts can wait",
            body="This one is a draft. Publish it: you arrive at its page, and the list knows already.",
        ),
    ]
