"""Posts: written, read, changed, published and deleted, by everyone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from e2e.visitor import Visitor

BODY = "A body that is long enough."


def write_post(visitor: Visitor, title: str, body: str = BODY) -> None:
    visitor.visit("/posts")
    visitor.fill("Title", title)
    visitor.fill("Body", body)
    visitor.press("Create Post")


def open_new_post(visitor: Visitor, title: str) -> str:
    """Write a post, open its page and return its path."""
    write_post(visitor, title)
    href = visitor.page.get_by_role("link", name=title).get_attribute("href")
    assert href is not None
    visitor.visit(href)
    return href


def test_create(anyone: Visitor):
    """A new post stands on top of the list, the form says so and is empty again."""
    title = f"Written {anyone.mode}"
    write_post(anyone, title)

    expect(anyone.page.locator(".posts li").first).to_contain_text(title)
    expect(anyone.page.get_by_text("Saved as a draft.")).to_be_visible()
    expect(anyone.page.get_by_label("Title")).to_have_value("")
    expect(anyone.page.get_by_label("Body")).to_have_value("")
    assert anyone.problems == []


@pytest.mark.parametrize(
    ("title", "body", "message"),
    [
        ("   ", BODY, "Title is required"),
        ("Too short", "short", "Body must be at least 10 characters"),
    ],
)
def test_create_refused(anyone: Visitor, title: str, body: str, message: str):
    """What is wrong is said beside the fields, which keep what was typed; nothing is saved."""
    anyone.visit("/posts")
    before = anyone.page.locator(".posts li").count()
    write_post(anyone, title, body)

    expect(anyone.page.locator("[aria-live] .error")).to_have_text(message)
    expect(anyone.page.get_by_label("Title")).to_have_value(title)
    expect(anyone.page.get_by_label("Body")).to_have_value(body)
    expect(anyone.page.locator(".posts li")).to_have_count(before)
    assert anyone.problems == []


def test_title_too_long(visitor: Visitor):
    """A title that the field would not let through is refused by the server as well."""
    visitor.visit("/posts")
    visitor.page.get_by_label("Title").evaluate("field => field.removeAttribute('maxlength')")
    visitor.fill("Title", "x" * 201)
    visitor.fill("Body", BODY)
    visitor.press("Create Post")

    expect(visitor.page.locator(".error")).to_have_text("Title must be at most 200 characters")


def test_no_message_at_first(anyone: Visitor):
    """Before anything was submitted there is no error."""
    anyone.visit("/posts")

    expect(anyone.page.locator(".error")).to_have_count(0)


def test_error_goes_away(visitor: Visitor):
    """After a correction the message is gone."""
    write_post(visitor, " ")
    expect(visitor.page.locator(".error")).to_be_visible()
    visitor.fill("Title", "Corrected")
    visitor.press("Create Post")

    expect(visitor.page.locator(".posts li").first).to_contain_text("Corrected")
    expect(visitor.page.locator(".error")).to_have_count(0)


def test_one_request(visitor: Visitor):
    """Creating a post is exactly one POST and no other request; its answer carries the new list."""
    visitor.visit("/posts")
    visitor.page.wait_for_load_state("networkidle")
    visitor.requests.clear()
    visitor.fill("Title", "One request")
    visitor.fill("Body", BODY)
    visitor.press("Create Post")
    expect(visitor.page.locator(".posts li").first).to_contain_text("One request")
    visitor.page.wait_for_timeout(300)

    assert [request.method for request in visitor.requests] == ["POST"]
    assert visitor.problems == []


def test_pending(visitor: Visitor):
    """While a post is being saved the button says so and cannot be pressed."""
    visitor.visit("/posts")
    held: list[Route] = []
    visitor.page.route("**/_jetbridge/action/**", lambda route: held.append(route))
    visitor.fill("Title", "Slow")
    visitor.fill("Body", BODY)
    with visitor.page.expect_request("**/_jetbridge/action/**"):
        visitor.press("Create Post")

    saving = visitor.page.get_by_role("button", name="Saving...")
    expect(saving).to_be_disabled()
    while not held:
        visitor.page.wait_for_timeout(20)
    held[0].continue_()
    expect(visitor.page.get_by_role("button", name="Create Post")).to_be_enabled()
    expect(visitor.page.locator(".posts li").first).to_contain_text("Slow")


def test_inline_delete(anyone: Visitor):
    """The function inside the page deletes the post whose number it has captured, and the list shrinks."""
    title = f"To be deleted {anyone.mode}"
    write_post(anyone, title)
    expect(anyone.page.locator(".posts li").first).to_contain_text(title)
    anyone.visit("/posts")
    before = anyone.page.locator(".posts li").count()
    anyone.press(f"Delete {title}")

    expect(anyone.page.locator(".posts li")).to_have_count(before - 1)
    expect(anyone.page.get_by_text(title)).to_have_count(0)
    assert anyone.page.url.endswith("/posts")
    assert anyone.problems == []


def test_update(anyone: Visitor):
    """The form of a post's page changes that post: its number is bound to the action."""
    open_new_post(anyone, f"To be changed {anyone.mode}")
    anyone.fill("Title", f"Changed {anyone.mode}")
    anyone.press("Save changes")

    expect(anyone.page.get_by_role("heading", level=1)).to_have_text(f"Changed {anyone.mode}")
    expect(anyone.page.get_by_text("Saved.")).to_be_visible()
    expect(anyone.page.get_by_label("Title")).to_have_value(f"Changed {anyone.mode}")
    assert anyone.problems == []


def test_update_refused(anyone: Visitor):
    """A change that does not fit is refused beside the field, and the post stays as it was."""
    path = open_new_post(anyone, f"To be kept {anyone.mode}")
    anyone.fill("Body", "short")
    anyone.press("Save changes")

    expect(anyone.page.locator(".error")).to_have_text("Body must be at least 10 characters")
    expect(anyone.page.get_by_label("Body")).to_have_value("short")
    anyone.visit(path)
    expect(anyone.page.locator(".prose")).to_have_text(BODY)


def test_publish(anyone: Visitor):
    """Publishing leads to the post's page, which says that it is published, as does the list."""
    title = f"To be published {anyone.mode}"
    path = open_new_post(anyone, title)
    expect(anyone.page.locator("article .badge")).to_have_text("Draft")
    anyone.press("Publish")

    expect(anyone.page.locator("article .badge")).to_have_text("Published")
    assert anyone.page.url.endswith(path)
    assert anyone.problems == []
    anyone.visit("/posts")
    item = anyone.page.locator(".posts li").filter(has_text=title)
    expect(item).not_to_contain_text("Draft")


def test_publish_is_one_request(visitor: Visitor):
    """The answer to the action carries the page that it redirects to."""
    open_new_post(visitor, "Published at once")
    visitor.page.wait_for_load_state("networkidle")
    visitor.requests.clear()
    visitor.press("Publish")
    expect(visitor.page.locator("article .badge")).to_have_text("Published")
    visitor.page.wait_for_timeout(300)

    assert [request.method for request in visitor.requests] == ["POST"]


def test_delete_from_its_page(anyone: Visitor):
    """Deleting a post on its own page leads to the list, and the page is gone."""
    title = f"To be gone {anyone.mode}"
    path = open_new_post(anyone, title)
    anyone.press(f"Delete {title}")

    anyone.page.wait_for_url("**/posts")
    expect(anyone.page.get_by_text(title)).to_have_count(0)
    assert anyone.problems == []
    response = anyone.page.goto(anyone.base_url + path)
    assert response is not None
    assert response.status == 404
    expect(anyone.page.get_by_role("heading", name="There is no such page")).to_be_visible()


def test_back_to_a_deleted_post(anyone: Visitor):
    """Going back to a post that was deleted there says that it is gone: the page is not shown from memory."""
    title = f"Not to come back {anyone.mode}"
    open_new_post(anyone, title)
    anyone.press(f"Delete {title}")
    anyone.page.wait_for_url("**/posts")
    expect(anyone.page.get_by_role("heading", name="Posts", exact=True)).to_be_visible()

    anyone.page.go_back()

    expect(anyone.page.get_by_role("heading", name="There is no such page")).to_be_visible()
    expect(anyone.page.get_by_text(title)).to_have_count(0)


def test_quick_note(anyone: Visitor):
    """A form that a Server Component wrote calls its action, which redirects to the new draft."""
    anyone.visit("/")
    anyone.fill("A quick note", f"Noted {anyone.mode}\nand a second line")
    anyone.press("Jot it down")

    expect(anyone.page.get_by_role("heading", level=1)).to_have_text(f"Noted {anyone.mode}")
    expect(anyone.page.locator(".prose p")).to_have_text([f"Noted {anyone.mode}", "and a second line"])
    assert anyone.problems == []


def test_title_of_document(anyone: Visitor):
    """Each page has a title of its own."""
    anyone.visit("/posts/1")

    expect(anyone.page).to_have_title("A form is enough · Logbook")


def test_markup_in_a_post(anyone: Visitor):
    """What visitors write is text, wherever it is shown."""
    title = f"</script><script>document.title='{anyone.mode}'</script><!-- & \u2028"
    write_post(anyone, title, "<img src=x onerror=\"document.title='broken'\">")
    newest = anyone.page.locator(".posts li").first
    expect(newest).to_contain_text("</script><script>document.title=")
    anyone.visit("/posts")

    expect(newest).to_contain_text("</script><script>document.title=")
    expect(anyone.page).to_have_title("Posts · Logbook")
    assert anyone.problems == []
