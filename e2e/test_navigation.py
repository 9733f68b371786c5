"""Going from page to page without loading a document."""

from __future__ import annotations

from playwright.sync_api import Route, expect

from e2e.visitor import Visitor

MARK = "window.notReloaded = true"
IS_MARKED = "window.notReloaded === true"


def test_link(visitor: Visitor):
    """A link fetches the next page as Flight; the document stays, and so does the script's memory."""
    visitor.visit("/")
    visitor.page.wait_for_load_state("networkidle")
    visitor.page.evaluate(MARK)
    visitor.requests.clear()
    visitor.page.get_by_role("link", name="Posts", exact=True).click()
    expect(visitor.page.get_by_role("heading", name="Posts", exact=True)).to_be_visible()

    assert visitor.page.url.endswith("/posts")
    assert visitor.page.evaluate(IS_MARKED)
    assert [request.resource_type for request in visitor.calls()] == ["fetch"]
    expect(visitor.page).to_have_title("Posts · Logbook")
    expect(visitor.page.get_by_role("link", name="Posts", exact=True)).to_have_attribute("aria-current", "page")
    assert visitor.problems == []


def test_back_and_forward(visitor: Visitor):
    """The browser's own buttons show the pages they should, without loading a document."""
    visitor.visit("/")
    visitor.page.evaluate(MARK)
    visitor.page.get_by_role("link", name="Posts", exact=True).click()
    expect(visitor.page.get_by_role("heading", name="Posts", exact=True)).to_be_visible()
    visitor.page.get_by_role("link", name="A form is enough").click()
    expect(visitor.page.get_by_role("heading", name="A form is enough")).to_be_visible()

    visitor.page.go_back()
    expect(visitor.page.get_by_role("heading", name="Posts", exact=True)).to_be_visible()
    visitor.page.go_back()
    expect(visitor.page.get_by_role("heading", name="A logbook for everybody")).to_be_visible()
    visitor.page.go_forward()
    expect(visitor.page.get_by_role("heading", name="Posts", exact=True)).to_be_visible()
    assert visitor.page.evaluate(IS_MARKED)
    assert visitor.problems == []


def test_scroll(visitor: Visitor):
    """A new page starts at its top; going back returns to where one was."""
    visitor.page.set_viewport_size({"width": 800, "height": 300})
    visitor.visit("/posts")
    visitor.page.evaluate("window.scrollTo(0, 250)")
    visitor.page.wait_for_function("window.scrollY === 250")
    visitor.page.get_by_role("link", name="Sync", exact=True).evaluate("link => link.click()")
    expect(visitor.page.get_by_role("heading", name="Sync")).to_be_visible()
    visitor.page.wait_for_function("window.scrollY === 0")

    visitor.page.go_back()
    expect(visitor.page.get_by_role("heading", name="Posts", exact=True)).to_be_visible()
    visitor.page.wait_for_function("window.scrollY === 250")


def test_new_tab(visitor: Visitor):
    """With Ctrl held down a link opens another tab, as any link does."""
    visitor.visit("/")
    with visitor.context.expect_page() as opened:
        visitor.page.get_by_role("link", name="Posts", exact=True).click(modifiers=["Control"])

    opened.value.wait_for_load_state()
    assert opened.value.url.endswith("/posts")
    assert visitor.page.url.rstrip("/") == visitor.base_url


def test_not_found(visitor: Visitor):
    """A link to a post that was deleted in the meantime shows the not-found page, from which one can go on."""
    visitor.visit("/posts")
    visitor.fill("Title", "Soon gone")
    visitor.fill("Body", "Nobody will read this.")
    visitor.press("Create Post")
    link = visitor.page.get_by_role("link", name="Soon gone")
    expect(link).to_be_visible()
    other = visitor.context.new_page()
    other.goto(f"{visitor.base_url}/posts")
    other.get_by_role("button", name="Delete Soon gone").click()
    expect(other.get_by_text("Soon gone")).to_have_count(0)
    visitor.page.evaluate(MARK)
    link.click()

    expect(visitor.page.get_by_role("heading", name="There is no such page")).to_be_visible()
    visitor.page.get_by_role("link", name="See all posts").click()
    expect(visitor.page.get_by_role("heading", name="Posts", exact=True)).to_be_visible()
    assert visitor.page.evaluate(IS_MARKED)


def test_redirect_of_a_page(visitor: Visitor):
    """A link to a page that redirects leads on, in the same document."""
    visitor.sign_in("ada", "notes-by-ada")
    visitor.page.evaluate(MARK)
    visitor.context.clear_cookies()
    visitor.page.get_by_role("link", name="Settings").click()

    expect(visitor.page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert visitor.page.url.endswith("/login")
    assert visitor.page.evaluate(IS_MARKED)


def test_other_build(visitor: Visitor):
    """When the server speaks of another build than the page's, the next page is loaded as a document."""
    visitor.visit("/")
    visitor.page.evaluate(MARK)

    def pretend(route: Route) -> None:
        if route.request.resource_type != "fetch":
            route.continue_()
            return
        response = route.fetch()
        route.fulfill(response=response, headers={**response.headers, "jetbridge-build": "another"})

    visitor.page.route("**/posts", pretend)
    visitor.page.get_by_role("link", name="Posts", exact=True).click()
    expect(visitor.page.get_by_role("heading", name="Posts", exact=True)).to_be_visible()

    assert not visitor.page.evaluate(IS_MARKED)


def test_state_survives_refresh(visitor: Visitor):
    """What was typed elsewhere on the page survives the answer to an action."""
    visitor.sign_in("ada", "notes-by-ada")
    visitor.visit("/posts/1")
    visitor.fill("Your comment", "Half a thou")
    visitor.fill("Body", "Another body, which is long enough.")
    visitor.press("Save changes")
    expect(visitor.page.get_by_text("Saved.")).to_be_visible()

    expect(visitor.page.get_by_label("Your comment", exact=True)).to_have_value("Half a thou")


def test_keyboard(visitor: Visitor):
    """The first stop of the Tab key skips the navigation."""
    visitor.visit("/posts")
    visitor.page.keyboard.press("Tab")
    skip = visitor.page.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    visitor.page.keyboard.press("Enter")

    expect(visitor.page.locator("main")).to_be_focused()
