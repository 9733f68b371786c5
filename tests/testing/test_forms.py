"""Forms read from HTML and submitted as a browser does it."""

from __future__ import annotations

import pytest

from jetbridge.flight.model import File
from jetbridge.testing.forms import read_forms

REACT_FORM = """
<form action="" encType="multipart/form-data" method="POST">
<input type="hidden" name="$ACTION_REF_1"/><input type="hidden" name="$ACTION_1:0" value='{"id":"a","bound":"$@1"}'/>
<input type="hidden" name="$ACTION_1:1" value='[{"error":null}]'/><input type="hidden" name="$ACTION_KEY" value="k1"/>
<input name="title"/><textarea name="body">
first</textarea>
<button type="submit">Create <b>Post</b></button></form>
"""


def entries(html, values, button=None):
    form = read_forms(html)[0]
    return form.entries(values, form.find_button(button))


def test_form_of_react():
    """A form with an action is posted to the page itself, as multipart."""
    form = read_forms(REACT_FORM)[0]

    assert (form.action, form.method, form.encoding) == ("", "post", "multipart/form-data")
    assert form.names == ["title", "body"]


def test_hidden_fields_are_sent_in_order():
    """What React put into the form comes back as it was, with what the visitor filled in."""
    sent = entries(REACT_FORM, {"title": "New"})

    assert [name for name, _ in sent] == ["$ACTION_REF_1", "$ACTION_1:0", "$ACTION_1:1", "$ACTION_KEY", "title", "body"]
    assert dict(sent)["$ACTION_1:0"] == '{"id":"a","bound":"$@1"}'
    assert dict(sent)["title"] == "New"
    assert dict(sent)["body"] == "first"


@pytest.mark.parametrize(
    ("control", "sent"),
    [
        ('<input name="a" value="1">', [("a", "1")]),
        ('<input name="a">', [("a", "")]),
        ("<input>", []),
        ('<input name="a" disabled>', []),
        ('<input type="checkbox" name="a">', []),
        ('<input type="checkbox" name="a" checked>', [("a", "on")]),
        ('<input type="radio" name="a" value="x"><input type="radio" name="a" value="y" checked>', [("a", "y")]),
        ('<input type="file" name="a">', []),
        ('<input type="reset" name="a" value="no"><button type="button" name="b">no</button>', []),
        (
            '<select name="a"><option value="1">one</option><option value="2" selected>two</option></select>',
            [("a", "2")],
        ),
        ('<select name="a"><option>one</option><option>two</option></select>', [("a", "one")]),
        ('<select name="a" multiple><option>one</option></select>', []),
        ('<button name="a" value="1">One</button><button name="a" value="2">Two</button>', [("a", "1")]),
        ('<input type="submit" name="a" value="Go">', [("a", "Go")]),
    ],
)
def test_what_is_sent_untouched(control, sent):
    """A control that nobody touched is sent, or not, as HTML says."""
    assert entries(f"<form>{control}</form>", {}) == sent


def test_filled_in_values():
    """Text, files and several values take the place of the served ones; None leaves a field out."""
    html = (
        '<form><input name="a" value="1"><input type="file" name="f"><input name="t"><input name="x" value="9"></form>'
    )
    photo = File(b"...", "photo.png", "image/png")

    assert entries(html, {"f": photo, "t": ["one", "two"], "x": None}) == [
        ("a", "1"),
        ("f", photo),
        ("t", "one"),
        ("t", "two"),
    ]


def test_chosen_button_sends_its_name():
    """Only the pressed button's name is sent, which is how React knows its action."""
    html = '<form><button name="$ACTION_ID_a">Save</button><button name="$ACTION_ID_b">Delete</button></form>'

    assert entries(html, {}, "Delete") == [("$ACTION_ID_b", "")]


def test_unknown_field():
    """A misspelt field is an error that names the nearest."""
    with pytest.raises(ValueError, match=r"no field .titel.\. Is .title. meant"):
        entries(REACT_FORM, {"titel": "x"})


def test_unknown_button():
    """A button that is not there is an error that lists those that are."""
    with pytest.raises(ValueError, match="it has 'Create Post'"):
        entries(REACT_FORM, {}, "Save")
