"""What stands in a new logbook."""

from __future__ import annotations

from lib.models import Base, Comment, Post, User

DEMO_USERS = {"ada": "notes-by-ada", "grace": "first-compiler"}
"""Names and passwords, shown on the sign-in page: this is a demonstration, and its data is for everyone."""

_PASSWORD_HASHES = {
    "ada": "scrypt$8fbd7223a84c8e0f1f41e7c933a90c0a$38a7e5613bfe6bc6decea005c22c3599410fcf236df11e056b861ff91b0b237a",
    "grace": "scrypt$8ba94e998dcf223a3f0e97533ae35820$3fae4eda3f7b7a5d34c959bb9cc8a3abaacbe6bb795df6c08a97401d545c07cb",
}
"""Made by `hash_password` beforehand: it is slow on purpose, and the first visitor would have to wait for it."""


def first_rows() -> list[Base]:
    """Two users, and a few posts with comments."""
    ada, grace = (User(username=name, password_hash=_PASSWORD_HASHES[name]) for name in DEMO_USERS)
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
