"""What an action can end with: one request each, counted in the browser, and the same without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Response, expect

from e2e.application import ROUND_TRIPS, Application, build_example, copy_example, start
from e2e.raw import form_fields, post_form, send
from e2e.visitor import Visitor

MARK = "window.notReloaded = true"
IS_MARKED = "window.notReloaded === true"


@pytest.fixture(scope="module")
def app(built_example: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    folder = copy_example(tmp_path_factory.mktemp("round_trips") / "round_trips", ROUND_TRIPS)
    build_example(folder)
    application = start(folder, folder / "server.log", small_page="/plain")
    yield application
    application.stop()


@dataclass(frozen=True)
class Row:
    """How an action ends, and what is to be seen then.

    status: of the answer to the call. url: in the address bar. entry: of the history. plain_status: of the answer to
    the form without JavaScript. back: how many requests going back takes.
    """

    case: str
    heading: str = "Start"
    title: str = "Start"
    url: str = "/start"
    status: int = 200
    entry: Literal["push", "replace", None] = None
    plain_status: int = 303
    location: str | None = None
    back: int = 0
    cookie: str = "no cookie"


ROWS = [
    Row("nothing", plain_status=200),
    Row("revalidate", plain_status=200),
    Row("redirect", "Target", "Target", "/target", entry="push", location="/target"),
    Row("redirect and replace", "Target", "Target", "/target", entry="replace", location="/target"),
    Row("redirect to a relative path", "Child", "Child", "/start/child", entry="push", location="/start/child"),
    Row(
        "redirect to a query and hash",
        "Target",
        "Target",
        "/target?tab=2#there",
        entry="push",
        location="/target?tab=2#there",
    ),
    Row("redirect to this host", "Target", "Target", "/target", entry="push", location="/target"),
    Row(
        "redirect with a cookie", "Target", "Target", "/target", entry="push", location="/target", back=1, cookie="yes"
    ),
    Row("redirect to where it is", entry="replace", location="/start"),
    Row("not found", "Not here", "Gone", status=404, plain_status=404),
    Row("forbidden", "Not allowed", "Not allowed", status=403, plain_status=403),
    Row("unauthorized", "Sign in first", "Sign in first", status=401, plain_status=401),
]

STAYS_HERE = [
    "elsewhere without saying so",
    "two slashes",
    "javascript",
    "javascript, external",
    "data",
]
"""Redirects that are refused: the action fails, and nobody goes anywhere."""

LEADS_NOWHERE = [
    "a tab between two slashes",
    "javascript with a line break",
    "javascript after a control character",
    "backslashes",
    "a slash and a backslash",
    "a line break in a header",
]
"""Redirects with characters that no URL holds: they are encoded, and mean a path of this host."""


def open_start(visitor: Visitor) -> None:
    """Come to the page with the forms by a link, so that there is something to go back to."""
    visitor.visit("/plain")
    visitor.page.get_by_role("link", name="to the start").click()
    expect(visitor.page).to_have_title("Start")
    if visitor.mode == "js":
        visitor.page.evaluate(MARK)


def press(visitor: Visitor, case: str) -> Response:
    """Press the button of a case; the answer to its POST."""
    button = visitor.page.get_by_role("button", name=case, exact=True)
    button.scroll_into_view_if_needed()
    visitor.requests.clear()
    with visitor.page.expect_response(lambda response: response.request.method == "POST") as answer:
        button.click()
    return answer.value


def path_of(visitor: Visitor) -> str:
    return visitor.page.url.removeprefix(visitor.base_url)


@pytest.mark.parametrize("row", ROWS, ids=[row.case for row in ROWS])
def test_one_round_trip(visitor: Visitor, row: Row):
    """One POST and no other request; address, history, title and scrolling are right, back and forward too."""
    open_start(visitor)
    button = visitor.page.get_by_role("button", name=row.case, exact=True)
    button.scroll_into_view_if_needed()
    scrolled, entries = visitor.page.evaluate("[scrollY, history.length]")
    assert scrolled > 0

    answer = press(visitor, row.case)
    expect(visitor.page.get_by_role("heading", name=row.heading, exact=True)).to_be_visible()
    expect(visitor.page).to_have_title(row.title)
    visitor.page.wait_for_load_state("networkidle")
    assert [(request.method, request.resource_type) for request in visitor.calls()] == [("POST", "fetch")]
    assert (answer.status, path_of(visitor)) == (row.status, row.url)
    assert visitor.page.evaluate("history.length") == entries + (row.entry == "push")
    assert visitor.page.evaluate("scrollY") == (scrolled if row.heading == "Start" and not row.entry else 0)
    expect(visitor.page.locator("#cookie")).to_have_text(row.cookie)

    visitor.requests.clear()
    visitor.page.go_back()
    expect(visitor.page).to_have_title("Start" if row.entry == "push" else "Plain")
    assert path_of(visitor) == ("/start" if row.entry == "push" else "/plain")
    if row.entry == "push":
        visitor.page.wait_for_function("y => scrollY === y", arg=scrolled)
    assert len(visitor.calls()) == row.back
    visitor.requests.clear()
    visitor.page.go_forward()
    expect(visitor.page).to_have_title(row.title)
    assert path_of(visitor) == row.url
    assert visitor.page.evaluate(IS_MARKED)
    if row.status == 200:
        assert visitor.problems == []


@pytest.mark.parametrize("row", ROWS, ids=[row.case for row in ROWS])
def test_without_javascript(app: Application, row: Row):
    """The same status, place and cookies, for a browser that only knows forms."""
    fields = form_fields(send(app, "GET", "/start", headers={"Accept": "text/html"}).text, row.case)
    answer = post_form(app, "/start", fields)

    assert answer.status == row.plain_status
    assert answer.headers.get("location") == row.location
    assert ("seen=yes" in answer.headers.get("set-cookie", "")) == (row.cookie == "yes")
    if row.location is None:
        assert f"<h1>{row.heading}</h1>" in answer.text
        assert f"<title>{row.title}</title>" in answer.text


@pytest.mark.parametrize("row", ROWS, ids=[row.case for row in ROWS])
def test_in_a_browser_without_javascript(open_window, row: Row):
    """It shows the same page at the same address, and back leads to where the form was sent."""
    visitor = open_window("no_js")
    open_start(visitor)

    press(visitor, row.case)
    expect(visitor.page.get_by_role("heading", name=row.heading, exact=True)).to_be_visible()
    expect(visitor.page).to_have_title(row.title)
    assert path_of(visitor) == row.url
    expect(visitor.page.locator("#cookie")).to_have_text(row.cookie)
    visitor.page.go_back()
    expect(visitor.page).to_have_title("Start")
    assert path_of(visitor) == "/start"


def test_another_host_on_purpose(visitor: Visitor):
    """With `external=True` the browser goes there by itself: after the POST this server is asked for nothing."""
    open_start(visitor)

    press(visitor, "redirect to another host, on purpose")
    visitor.page.wait_for_url("http://localhost:*/target")
    expect(visitor.page).to_have_title("Target")
    asked = [(request.method, request.url.removeprefix(visitor.base_url)) for request in visitor.calls()]
    assert asked == [("POST", asked[0][1]), ("GET", visitor.page.url)]
    visitor.page.go_back()
    expect(visitor.page).to_have_title("Start")
    assert path_of(visitor) == "/start"


def test_another_host_on_purpose_without_javascript(app: Application):
    """A 303 with the whole URL."""
    fields = form_fields(
        send(app, "GET", "/start", headers={"Accept": "text/html"}).text, "redirect to another host, on purpose"
    )
    answer = post_form(app, "/start", fields)

    assert (answer.status, answer.headers["location"]) == (303, f"http://localhost:{app.port}/target")


@pytest.mark.parametrize("case", STAYS_HERE)
def test_a_redirect_that_is_refused(visitor: Visitor, app: Application, case: str):
    """It is an error of the action, shown by the page's error boundary; nobody goes anywhere and nothing runs."""
    open_start(visitor)
    entries = visitor.page.evaluate("history.length")

    answer = press(visitor, case)
    expect(visitor.page.get_by_role("heading", name="That went wrong")).to_be_visible()
    visitor.page.wait_for_load_state("networkidle")
    assert answer.status == 500
    assert [(request.method, request.resource_type) for request in visitor.calls()] == [("POST", "fetch")]
    assert (path_of(visitor), visitor.page.evaluate("history.length")) == ("/start", entries)
    assert visitor.page.title() != "run"
    plain = post_form(app, "/start", form_fields(send(app, "GET", "/start").text, case))
    assert (plain.status, plain.headers.get("location")) == (500, None)
    assert "That went wrong" in plain.text


@pytest.mark.parametrize("case", LEADS_NOWHERE)
def test_a_redirect_with_what_no_url_holds(visitor: Visitor, app: Application, case: str):
    """It means a path of this host, which does not exist; no other host is asked, no header is added, nothing runs."""
    open_start(visitor)

    press(visitor, case)
    expect(
        visitor.page.get_by_role("heading", name=re.compile("not (here|found)|could not be found", re.IGNORECASE))
    ).to_be_visible()
    assert visitor.page.url.startswith(f"{visitor.base_url}/")
    assert {request.url.split("/")[2] for request in visitor.requests} == {f"127.0.0.1:{app.port}"}
    assert visitor.page.title() != "run"
    plain = post_form(app, "/start", form_fields(send(app, "GET", "/start").text, case))
    assert plain.status == 303
    assert plain.headers["location"][0] == "/"
    assert plain.headers["location"][1] not in "/\\"
    assert "injected" not in plain.headers.get("set-cookie", "")


@pytest.mark.parametrize(
    ("case", "dropped"),
    [
        ("nothing", []),
        ("a cookie with its old value", []),
        ("the path of a", ["a"]),
        ("the tag of a", ["a"]),
        ("the pattern", ["b", "a"]),
        ("all below", ["b", "a"]),
        ("a cookie", ["b", "a"]),
        ("whatever it is", ["b", "a"]),
    ],
)
def test_which_pages_the_browser_drops(visitor: Visitor, app: Application, case: str, dropped: list[str]):
    """Going back asks the server for the pages that the change concerns, and for no others."""
    visitor.context.add_cookies([{"name": "old", "value": "value", "url": app.url}])
    visitor.visit("/kept/a")
    visitor.page.get_by_role("link", name="to b").click()
    expect(visitor.page).to_have_title("b")
    visitor.page.get_by_role("link", name="to the start").click()
    expect(visitor.page).to_have_title("Start")
    press(visitor, case)
    visitor.page.wait_for_load_state("networkidle")
    assert [request.method for request in visitor.calls()] == ["POST"]

    visitor.requests.clear()
    for name in ("b", "a"):
        visitor.page.go_back()
        expect(visitor.page).to_have_title(name)
    visitor.page.wait_for_load_state("networkidle")
    asked = [request.url.rpartition("/")[2] for request in visitor.calls()]
    assert asked == dropped
    assert visitor.problems == []


def test_trying_again(anyone: Visitor):
    """The button of an error page shows the page again, with its query; without JavaScript the browser loads it."""
    anyone.visit("/start?tab=2&tab=3")
    anyone.press("elsewhere without saying so")
    expect(anyone.page.get_by_role("heading", name="That went wrong")).to_be_visible()
    anyone.page.get_by_role("button", name="Try again").click()

    expect(anyone.page.get_by_role("heading", name="Start")).to_be_visible()
    assert path_of(anyone) == "/start?tab=2&tab=3"


def test_trying_again_in_the_same_document(visitor: Visitor):
    """With JavaScript only the page's rows are fetched."""
    visitor.visit("/start?tab=2")
    visitor.page.evaluate(MARK)
    press(visitor, "elsewhere without saying so")
    visitor.requests.clear()
    visitor.page.get_by_role("button", name="Try again").click()

    expect(visitor.page.get_by_role("heading", name="Start")).to_be_visible()
    assert [(request.method, request.resource_type) for request in visitor.calls()] == [("GET", "fetch")]
    assert visitor.page.evaluate(IS_MARKED)
