import uuid
from datetime import date
from decimal import Decimal
from enum import IntEnum, StrEnum
from functools import partial

import pytest

from jetbridge.flight.model import ServerReference
from jetbridge.html import a, button, div, form, h1, input_, label, meta, object_, option, p, select, span, td, textarea
from jetbridge.html.names import HTML_NAMES, SVG_NAMES, camel_case, names_of, snake_case


class Size(IntEnum):
    BIG = 3


class Kind(StrEnum):
    MAIN = "main"


async def save(form):
    """A server action as far as elements know."""


@pytest.mark.parametrize(
    ("element", "props"),
    [
        (label(html_for="x"), {"htmlFor": "x"}),
        (div(tab_index=0, hidden=True), {"tabIndex": 0, "hidden": True}),
        (td(col_span=2, row_span=3), {"colSpan": 2, "rowSpan": 3}),
        (meta(http_equiv="x", char_set="utf-8"), {"httpEquiv": "x", "charSet": "utf-8"}),
        (div(item_id="x", is_="y"), {"itemID": "x", "is": "y"}),
        (object_(data_="/x", class_id="y"), {"data": "/x", "classID": "y"}),
        (button(aria_label="Close", aria_expanded=False), {"aria-label": "Close", "aria-expanded": False}),
        (textarea(default_value="x", max_length=9), {"defaultValue": "x", "maxLength": 9}),
        (select(default_value=["a", "b"], multiple=True), {"defaultValue": ["a", "b"], "multiple": True}),
        (option(value=Size.BIG), {"value": 3}),
        (div(id=Kind.MAIN), {"id": "main"}),
        (div(suppress_hydration_warning=True), {"suppressHydrationWarning": True}),
        (div(id=None, class_name=None, style=None, data=None), {}),
    ],
)
def test_names_and_values(element, props):
    """Attributes arrive under React's names as plain values; None leaves one out."""
    assert element.props == props
    assert [type(value) for value in element.props.values()] == [type(value) for value in props.values()]


@pytest.mark.parametrize(
    ("given", "class_name"),
    [
        ("a b", "a b"),
        (["a", None, False, "", "b"], "a b"),
        (("a", True and "b"), "a b"),
        ((name for name in "ab"), "a b"),
        (Kind.MAIN, "main"),
    ],
)
def test_class_name(given, class_name):
    """A class is a text, or a list whose falsy entries are dropped; `class_` is the same."""
    if not hasattr(given, "__next__"):
        assert div(class_=given).props == {"className": class_name}
    assert div(class_name=given).props == {"className": class_name}


def test_class_name_empty():
    """When no class is left there is no attribute."""
    assert div(class_name=[None, False]).props == {}


def test_style():
    """CSS properties are written in snake_case or as in CSS; custom properties stay."""
    style = {
        "background_color": "red",
        "font-size": 12,
        "--gap_x": "4px",
        "webkit_line_clamp": 2,
        "-moz-appearance": "none",
        "ms_flex": 1,
        "float": "left",
        "color": None,
    }

    assert div(style=style).props["style"] == {
        "backgroundColor": "red",
        "fontSize": 12,
        "--gap_x": "4px",
        "WebkitLineClamp": 2,
        "MozAppearance": "none",
        "msFlex": 1,
        "float": "left",
    }


def test_dicts_of_attributes():
    """data, aria and attributes take a dict of attributes each."""
    element = span(
        data={"post_id": 3, "open": True, "none": None},
        aria={"label": "Close", "labelledby": None},
        attributes={"hx-get": "/posts", "x": None},
    )

    assert element.props == {"data-post-id": 3, "data-open": True, "aria-label": "Close", "hx-get": "/posts"}


@pytest.mark.parametrize("action", ["/search", save, partial(save, None), ServerReference("id")])
def test_action(action):
    """A form's action is a URL or a server action, and so is a button's form_action."""
    assert form(action=action).props == {"action": action}
    assert button(form_action=action).props == {"formAction": action}


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: div(clas_name="x"), "<div> has no attribute clas_name. Did you mean class_name?"),
        (lambda: div(className="x"), "<div> has no attribute className. Did you mean class_name?"),
        (lambda: label(for_="x"), "<label> has no attribute for_. Did you mean html_for?"),
        (lambda: input_(readonly=True), "<input> has no attribute readonly. Did you mean read_only?"),
        (lambda: div(aria_lable="x"), "<div> has no attribute aria_lable. Did you mean aria_label?"),
        (lambda: div(col_span=2), "<div> has no attribute col_span. It belongs to <td>, <th>."),
        (lambda: div(data_id=3), '<div> has no attribute data_id. Write data={"id": ...}.'),
        (
            lambda: div(hx_get="/"),
            '<div> has no attribute hx_get. One that React does not know goes into attributes={"hx-get": ...}.',
        ),
        (lambda: div(aria={"lable": "x"}), '<div> has no attribute aria-lable. Did you mean "label"?'),
    ],
)
def test_unknown_attribute(make, message):
    """An unknown attribute is an error where it is written, which says what to write instead."""
    with pytest.raises(TypeError) as raised:
        make()
    assert str(raised.value) == message


@pytest.mark.parametrize(
    "make",
    [
        lambda: button(on_click=save),
        lambda: button(on_click="alert()"),
        lambda: button(onclick="alert()"),
        lambda: form(on_submit=save),
        lambda: div(attributes={"onClick": "alert()"}),
    ],
)
def test_event_handler(make):
    """An event handler is refused: it belongs in a client component."""
    with pytest.raises(TypeError, match="Event handlers belong in a client component"):
        make()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: div(ref=None), "takes no ref"),
        (lambda: div(children="x"), "go into brackets"),
        (lambda: div(style="color: red"), "style of <div> is a dict"),
        (lambda: div(style={"color": []}), "style color of <div> cannot be of type list"),
        (lambda: div(data="x"), "data of <div> is a dict"),
        (lambda: div(class_name=3), "class_name of <div> is a str or a list of them, not int"),
        (lambda: div(class_name={"a": True}), "not dict"),
        (lambda: div(class_name=[3]), "lists str and falsy values, not int"),
        (lambda: div(class_name="a", class_="b"), "the same attribute"),
        (lambda: div(title=date(2026, 1, 1)), "title of <div> cannot be of type date.*convert it"),
        (lambda: td(width=Decimal(1)), "cannot be of type Decimal"),
        (lambda: a(href=save), "functions go into action="),
        (lambda: div(dangerously_set_inner_html="<b>"), "raw_html"),
        (lambda: p(id=uuid.uuid4()), "cannot be of type UUID"),
    ],
)
def test_wrong_value(make, message):
    """A value that HTML cannot hold is an error where it is written."""
    with pytest.raises(TypeError, match=message):
        make()


def test_awaitable_value():
    """A value that is still to be awaited is refused."""

    async def load():
        return "x"

    loading = load()
    with pytest.raises(TypeError, match="await it first"):
        div(title=loading)
    loading.close()


@pytest.mark.parametrize(
    "make",
    [
        lambda: input_(value="x"),
        lambda: input_(type="email", value="x"),
        lambda: textarea(value="x"),
        lambda: select(value="x"),
        lambda: input_(type="checkbox", checked=True),
    ],
)
def test_field_nobody_could_edit(make):
    """A value that React would keep in the field whatever the user types is refused: the default is meant."""
    with pytest.raises(TypeError, match="write default_"):
        make()


@pytest.mark.parametrize("type_", ["hidden", "submit", "checkbox", "radio", "button", "reset", "image"])
def test_field_with_fixed_value(type_):
    """A field whose value is not edited takes one, as does one that is read-only or disabled."""
    assert input_(type=type_, value="x").props["value"] == "x"
    assert input_(value="x", read_only=True).props["value"] == "x"
    assert textarea(value="x", disabled=True).props["value"] == "x"


def test_names_round_trip():
    """The Python name of each attribute gives React's, and back."""
    names = {name: react for tag in ("input", "object", "a") for name, react in names_of(tag).items()}
    for name, react_name in {**HTML_NAMES, **SVG_NAMES, **names}.items():
        assert snake_case(react_name) == name or name == "data_"


@pytest.mark.parametrize(
    ("python", "react"),
    [("create_post", "createPost"), ("as_", "as"), ("x1", "x1"), ("line_1", "line1"), ("view_box", "viewBox")],
)
def test_camel_case(python, react):
    """snake_case becomes camelCase."""
    assert camel_case(python) == react


def test_global_attributes_everywhere():
    """Every element has the global attributes."""
    assert h1(title="x", lang="en", translate="no", popover="auto").props == {
        "title": "x",
        "lang": "en",
        "translate": "no",
        "popover": "auto",
    }
