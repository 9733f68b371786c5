"""Where a redirect may lead."""

import pytest

from jetbridge.errors import ContextError, Redirect
from jetbridge.server.origin import Caller
from jetbridge.server.redirects import Location, resolve_redirect

HERE = Caller("https", "app.example", None)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/posts/3", Location("/posts/3", "/posts/3", "", external=False)),
        ("/posts?tab=a b#top", Location("/posts?tab=a%20b#top", "/posts", "tab=a%20b", external=False)),
        ("./new", Location("/posts/new", "/posts/new", "", external=False)),
        ("../about", Location("/about", "/about", "", external=False)),
        ("?page=2", Location("/posts?page=2", "/posts", "page=2", external=False)),
        ("https://app.example/x", Location("/x", "/x", "", external=False)),
        ("/käse", Location("/k%C3%A4se", "/k%C3%A4se", "", external=False)),
        ("/\\evil.example", Location("/%5Cevil.example", "/%5Cevil.example", "", external=False)),
        ("\tjavascript:x", Location("/posts/%09javascript:x", "/posts/%09javascript:x", "", external=False)),
        ("/a\r\nb: c", Location("/a%0D%0Ab:%20c", "/a%0D%0Ab:%20c", "", external=False)),
        ("/x?q=\ud800\x00", Location("/x?q=%3F%00", "/x", "q=%3F%00", external=False)),
        ("https://app.example//evil.example", Location("/evil.example", "/evil.example", "", external=False)),
    ],
)
def test_urls_of_this_host(url, expected):
    """A path, a relative URL and a whole URL of this host all stay inside the application."""
    assert resolve_redirect(Redirect(url), HERE, "/posts") == expected


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/",
        "//evil.example/x",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://app.example:8443/",
        "http://[::1",
        "http://a..b/",
    ],
)
def test_other_hosts_need_to_be_meant(url):
    """Another host and a scheme that runs code are refused."""
    with pytest.raises(ContextError):
        resolve_redirect(Redirect(url), HERE, "/posts")


@pytest.mark.parametrize("host", ["", "[::1", "a b", "user@app.example"])
def test_a_path_needs_no_host(host):
    """Whatever the request named as its host, a path leads to this application."""
    location = resolve_redirect(Redirect("/posts/3"), Caller("http", host, None), "/")

    assert location == Location("/posts/3", "/posts/3", "", external=False)


def test_another_host_that_is_meant():
    """`external=True` lets a redirect leave, for http and https only."""
    location = resolve_redirect(Redirect("https://pay.example/a?b=1", external=True), HERE, "/posts")

    assert location == Location("https://pay.example/a?b=1", "", "", external=True)
    assert resolve_redirect(Redirect("https://日本.example/", external=True), HERE, "/").url.isascii()
    with pytest.raises(ContextError):
        resolve_redirect(Redirect("javascript:alert(1)", external=True), HERE, "/posts")
