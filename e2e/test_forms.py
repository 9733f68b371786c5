"""A form with a field of every kind: what was typed survives a refusal, with JavaScript and without."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from e2e.application import FORMS, Application, build_example, copy_example, start
from e2e.visitor import Visitor

SHORT = "Name must be at least 3 characters"


@pytest.fixture(scope="module")
def app(built_example: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    folder = copy_example(tmp_path_factory.mktemp("forms") / "forms", FORMS)
    build_example(folder)
    application = start(folder, folder / "server.log", small_page="/")
    yield application
    application.stop()


def choice(visitor: Visitor, label: str) -> Locator:
    return visitor.page.get_by_label(label, exact=True)


def fill_in(visitor: Visitor, name: str) -> None:
    """Everything but the defaults."""
    visitor.fill("Name", name)
    visitor.fill("Bio", "Line one\nline <two> & “three”")
    visitor.fill("Age", "44")
    visitor.fill("Street", "Side Street")
    visitor.fill("Password", "hunter2")
    choice(visitor, "Colour").select_option("blue")
    choice(visitor, "Languages").select_option(["de", "fr"])
    choice(visitor, "size l").check()
    choice(visitor, "newsletter").uncheck()
    choice(visitor, "tag a").uncheck()
    choice(visitor, "tag c").check()
    choice(visitor, "Photo").set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"x"})


def press_again(visitor: Visitor) -> None:
    """Press the button of a page that answered a form: who was early the first time is not any more."""
    visitor.page.get_by_role("button", name="Save").click()


def shows(visitor: Visitor, **values: str | bool | list[str]) -> None:
    for label, value in values.items():
        field = choice(visitor, label.replace("_", " "))
        if isinstance(value, bool):
            expect(field).to_be_checked(checked=value)
        elif isinstance(value, list):
            expect(field).to_have_values(value)
        else:
            expect(field).to_have_value(value)


FILLED: dict[str, str | bool | list[str]] = {
    "Bio": "Line one\nline <two> & “three”",
    "Age": "44",
    "Street": "Side Street",
    "Password": "",
    "Photo": "",
    "Colour": "blue",
    "Languages": ["de", "fr"],
    "size_l": True,
    "size_m": False,
    "newsletter": False,
    "tag_a": False,
    "tag_b": False,
    "tag_c": True,
}
AT_FIRST: dict[str, str | bool | list[str]] = {
    "Name": "Nobody",
    "Bio": "none yet",
    "Age": "18",
    "Street": "Main Street",
    "Password": "",
    "Photo": "",
    "Colour": "green",
    "Languages": ["en"],
    "size_l": False,
    "size_m": True,
    "newsletter": True,
    "tag_a": True,
    "tag_b": False,
    "tag_c": False,
}


def test_kept_and_reset(anyone: Visitor):
    """A refused form shows again what was typed, as often as it is refused; an accepted one shows the defaults."""
    anyone.visit("/")
    shows(anyone, **AT_FIRST)
    fill_in(anyone, "x")
    anyone.press("Save")

    expect(anyone.page.get_by_role("status")).to_have_text(SHORT)
    shows(anyone, Name="x", **FILLED)

    anyone.fill("Name", "taken")
    choice(anyone, "Colour").select_option("red")
    choice(anyone, "tag b").check()
    anyone.fill("Password", "hunter2")
    press_again(anyone)
    expect(anyone.page.get_by_role("status")).to_have_text("That name is taken.")
    shows(anyone, Name="taken", **{**FILLED, "Colour": "red", "tag_b": True})

    anyone.fill("Name", "Ada")
    anyone.fill("Password", "hunter2")
    press_again(anyone)
    said = "Ada Line one line <two> & “three” 44 red l False b+c de+fr Side Street"
    expect(anyone.page.get_by_role("status")).to_have_text(said)
    shows(anyone, **AT_FIRST)
    assert anyone.problems == []


def test_message_and_field(anyone: Visitor):
    """The message stands beside its field, is named by it, and goes when the form is accepted."""
    anyone.visit("/")
    name, street = choice(anyone, "Name"), choice(anyone, "Street")
    expect(name).not_to_have_attribute("aria-invalid", "true")
    anyone.fill("Name", "x")
    anyone.fill("Street", "")
    anyone.fill("Password", "hunter2")
    anyone.press("Save")

    for field, message in ((name, SHORT), (street, "Street is required")):
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_have_accessible_description(message)
    expect(choice(anyone, "Age")).not_to_have_attribute("aria-invalid", "true")
    anyone.fill("Name", "Ada")
    anyone.fill("Street", "S")
    anyone.fill("Password", "hunter2")
    press_again(anyone)
    expect(name).not_to_have_attribute("aria-invalid", "true")
    assert anyone.problems == []


def test_enter_in_a_number(visitor: Visitor):
    """React does not touch the default of a number that has the focus; what was typed there is kept all the same."""
    visitor.visit("/")
    visitor.fill("Name", "x")
    choice(visitor, "Age").fill("77")
    choice(visitor, "Age").press("Enter")

    expect(visitor.page.get_by_role("status")).to_have_text(SHORT)
    shows(visitor, Age="77", Name="x")


def test_live(visitor: Visitor):
    """While one types, the server's rules are asked, after a pause and about this field; nothing runs or is reset."""
    visitor.visit("/")
    visitor.page.wait_for_load_state("networkidle")
    visitor.requests.clear()
    visitor.fill("Bio", "typed")
    choice(visitor, "Name").fill("")
    choice(visitor, "Name").press_sequentially("ab", delay=30)
    expect(choice(visitor, "Name")).to_have_accessible_description(SHORT)
    choice(visitor, "Name").press_sequentially("cdefgh", delay=30)
    expect(choice(visitor, "Name")).not_to_have_attribute("aria-invalid", "true")

    asked = [request for request in visitor.calls() if "jetbridge-check" in request.headers]
    assert len(asked) == len(visitor.calls()) == 2
    shows(visitor, Bio="typed", Name="abcdefgh")
    expect(visitor.page.get_by_role("status")).to_have_text("")
    assert visitor.problems == []


def test_an_answer_that_comes_late(visitor: Visitor):
    """Who types on has withdrawn the question, and the form's own answer goes before any other."""
    visitor.visit("/")
    held = []
    visitor.page.route(
        "**/_jetbridge/action/**",
        lambda route: held.append(route) if "jetbridge-check" in route.request.headers else route.continue_(),
    )
    choice(visitor, "Name").fill("ab")
    visitor.page.wait_for_timeout(500)
    assert len(held) == 1
    visitor.fill("Name", "Ada")
    visitor.fill("Password", "hunter2")
    visitor.press("Save")
    expect(visitor.page.get_by_role("status")).to_contain_text("Ada")
    held[0].continue_()
    visitor.page.wait_for_timeout(300)

    expect(choice(visitor, "Name")).not_to_have_attribute("aria-invalid", "true")


def test_helper_is_small(app: Application):
    """The helper is in the chunks that use it, and small."""
    files = (app.folder / ".jetbridge" / "build" / "client").glob("*.js")
    sizes = {file.name: file.stat().st_size for file in files if not file.name.startswith("runtime-")}

    assert sum(sizes.values()) < 8_000, sizes
