"""What code may ask to be expired, where, and how it is recorded."""

from __future__ import annotations

import math

import pytest

from jetbridge import refresh, revalidate_path, revalidate_tag, update_tag
from jetbridge.cache import MemoryStore, use_store
from jetbridge.context import RequestContext, request_context
from jetbridge.errors import ConfigError, ContextError
from jetbridge.profiles import PROFILES, CacheProfile, find_profile


@pytest.fixture
def action():
    with request_context(RequestContext(phase="action")) as context:
        yield context


@pytest.mark.parametrize("phase", ["action", "handler", "render", "after"])
@pytest.mark.parametrize(
    ("call", "allowed"),
    [
        (lambda: revalidate_tag("posts"), {"action", "handler"}),
        (lambda: revalidate_tag("posts", "max"), {"action", "handler"}),
        (lambda: revalidate_path("/posts"), {"action", "handler"}),
        (lambda: update_tag("posts"), {"action"}),
        (refresh, {"action"}),
    ],
)
def test_where_it_is_allowed(call, allowed, phase):
    """Data is expired by actions and route handlers; elsewhere it is an error, and nothing is recorded."""
    with request_context(RequestContext(phase=phase)) as context:
        if phase in allowed:
            call()
            assert context.invalidates or context.data_changed
        else:
            with pytest.raises(ContextError, match=r"do it in a server action( or a route handler)?\."):
                call()
            assert (context.invalidates, context.data_changed) == (False, False)


def test_profile(action):
    """With a profile the data may still be shown for the profile's time: the browser's pages need not go."""
    revalidate_tag("a", "max")
    revalidate_tag("b", CacheProfile(1))

    assert action.stale_tags == {"a": 365 * 24 * 3600, "b": math.inf}
    assert (action.expired_tags, action.revalidated, action.invalidates) == ([], False, True)


@pytest.mark.parametrize("order", [[None, "max"], ["max", None], ["max", None, "max"]])
def test_at_once_goes_before_softly(action, order):
    """A tag that is expired at once is not softly expired as well, in whichever order that was asked for."""
    for profile in order:
        revalidate_tag("a", profile)

    assert (action.expired_tags, action.stale_tags) == (["a"], {})


def test_own_profiles():
    """An application's own profiles have names too, and may replace ours."""
    with use_store(MemoryStore(), profiles={"feed": CacheProfile(5, 60), "max": CacheProfile(1, 2)}):
        assert find_profile("feed").stale_for == 55
        assert find_profile("max").expire == 2
        assert find_profile("hours") is PROFILES["hours"]
    with pytest.raises(ConfigError, match=r"'feed': known are default, seconds, .*cache_profiles"):
        find_profile("feed")


@pytest.mark.parametrize(("revalidate", "expire"), [(0, None), (-1, 5), (10, 5)])
def test_profile_that_makes_no_sense(revalidate, expire):
    """A profile is fresh for some time, and not gone before that has passed."""
    with pytest.raises(ConfigError, match="0 < revalidate <= expire"):
        CacheProfile(revalidate, expire)


@pytest.mark.parametrize("tag", ["", "x" * 257, "\ud800", 3])
def test_tag_that_cannot_be_one(action, tag):
    """A tag is checked where it is written."""
    with pytest.raises(ValueError, match="a cache tag is"):
        revalidate_tag(tag)
    assert not action.invalidates


@pytest.mark.parametrize(
    ("path", "entry"),
    [
        ("/posts", "/posts"),
        ("/posts/", "/posts"),
        ("/", "/"),
        ("/posts?page=2#top", "/posts"),
        ("/posts/[id]", "/posts/[id]"),
    ],
)
def test_paths(action, path, entry):
    """A path is recorded once, without slash at its end and without query."""
    for _ in range(2):
        revalidate_path(path)
    revalidate_path(path, "layout")

    assert action.expired_paths == [(entry, "page"), (entry, "layout")]


@pytest.mark.parametrize(
    ("path", "kind"), [("posts", "page"), ("", "page"), ("?page=2", "page"), ("/" * 1025, "page"), ("/posts", "pages")]
)
def test_paths_that_do_not_fit(action, path, kind):
    """A path is checked where it is written."""
    with pytest.raises(ValueError, match=r"a path starts with|the kind of a path is"):
        revalidate_path(path, kind)
    assert not action.invalidates
