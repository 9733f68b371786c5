"""The user's own settings."""

from jetbridge import redirect
from jetbridge.html import Element, Fragment, h1, p, strong, title

from app.settings.username_form import UsernameForm
from lib.auth import current_user


async def page() -> Element:
    user = await current_user()
    if user is None:
        redirect("/login")
    return Fragment[
        title["Settings · Logbook"],
        h1["Settings"],
        p["You are signed in as ", strong[user.username], "."],
        UsernameForm(username=user.username),
    ]
