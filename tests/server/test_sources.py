"""By which names a browser finds out that a page it keeps has changed."""

from __future__ import annotations

import pytest

from jetbridge import cookies, refresh, revalidate_path, revalidate_tag
from jetbridge.actions.encryption import KeyRing
from jetbridge.context import RequestContext, request_context
from jetbridge.server.sources import changed_sources, page_sources

NEW, OLD = "a secret of more than thirty-two characters", "the secret that was used before that one, for long"
KEYS = KeyRing([NEW])


def sources(path="/", pattern="", tags=(), *, private=False, kept=False, keys=KEYS):
    context = RequestContext(
        path=path, pattern=pattern or path, read_tags=set(tags), private_reads={"session"} if private else set()
    )
    return page_sources(context, keys, kept=kept)


def changes(call, keys=KEYS):
    with request_context(RequestContext(phase="action", cookie_values={"theme": "dark"})) as context:
        call()
        return changed_sources(context, keys)


A = sources("/a", tags=["a"])
B = sources("/b", tags=["a", "b"])
B_3 = sources("/b/3", "/b/[id]", tags=["b"])
UNTAGGED = sources("/plain")
MINE = sources("/mine", tags=["a"], private=True)
KEPT = sources("/kept", kept=True)
PAGES = {"KEPT": KEPT, "A": A, "B": B, "B_3": B_3, "UNTAGGED": UNTAGGED, "MINE": MINE}


@pytest.mark.parametrize(
    ("call", "concerned"),
    [
        (lambda: revalidate_path("/a"), {"A"}),
        (lambda: revalidate_path("/b/"), {"B"}),
        (lambda: revalidate_path("/b", "layout"), {"B", "B_3"}),
        (lambda: revalidate_path("/b/[id]"), {"B_3"}),
        (lambda: revalidate_path("/", "layout"), set(PAGES)),
        (lambda: revalidate_path("/"), set()),
        (lambda: revalidate_tag("b"), {"B", "B_3", "UNTAGGED"}),
        (lambda: revalidate_tag("nobody's"), {"UNTAGGED"}),
        (lambda: cookies().set("theme", "light"), {"MINE"}),
        (lambda: cookies().set("theme", "dark"), set()),
        (lambda: [revalidate_path("/a"), cookies().delete("theme")], {"A", "MINE"}),
    ],
)
def test_which_pages_are_concerned(call, concerned):
    """By path as `revalidate_path` has it, by the tags that were read, and by cookies if any were read.

    A page that the server keeps is concerned by no tag that it has not read.
    """
    found = changes(call)

    assert {name for name, names in PAGES.items() if set(names) & set(found)} == concerned


def test_anything():
    """`refresh()` does not say what has changed."""
    assert changes(refresh) is True


def test_names_are_short_and_say_nothing():
    """They are 4 characters, and without the secret nobody can tell whether a guess is right."""
    names = sources("/a", tags=["user:ada@example.com"])

    assert all(len(name) == 4 for name in names)
    assert not set(names) & set(sources("/a", tags=["user:ada@example.com"], keys=KeyRing([OLD])))


def test_a_page_from_before_the_secret_was_changed():
    """It is found as long as the old secret is in the ring."""
    kept = sources("/a", keys=KeyRing([OLD]))

    assert set(kept) & set(changes(lambda: revalidate_path("/a"), KeyRing([NEW, OLD])))


SITE = {
    "page.py": """
        from jetbridge import cached

        @cached(tags=["mine"])
        async def read():
            return 1

        async def page():
            return str(await read())
    """,
    "actions/main.py": """
        'use server'
        from jetbridge import cached, cookies, public, revalidate_path

        __guard__ = public

        @cached(tags=["the action's"])
        async def read():
            return 2

        async def touch():
            cookies().get("theme")
            await read()
            revalidate_path("/")
    """,
}


@pytest.mark.anyio
async def test_a_page_that_comes_with_an_answer(make_site):
    """Its sources are those of the page: what the action has read is not among them."""
    async with make_site(SITE) as site:
        _, visited = await site.flight("/")
        _, answered = await site.call(site.action_id(":touch"))

        assert visited["sources"].value == sources("/", tags=["mine"], keys=site.app.state.keys)
        assert answered["sources"].value == visited["sources"].value
