import json

import pytest

from jetbridge.components import Link
from jetbridge.flight.encoder import ClientRow, ErrorRow, FlightEncoder
from jetbridge.flight.model import ServerReference
from jetbridge.html import Fragment, Suspense, br, button, circle, client_component, div, form, li, p, raw_html, ul

Card = client_component("app/card.tsx", "Card")


def save(form):
    """A server action."""


def encode(node):
    """The rows of a node, by id, without the marks of their kind."""
    encoder = FlightEncoder(
        client_reference=lambda reference: ClientRow(reference.module, (), reference.name),
        server_reference=lambda value: ServerReference("id") if value is save else None,
        describe_error=lambda error, where: ErrorRow(digest=str(error)),
    )
    assert encoder.start(node) == []
    rows = [line.split(":", 1) for line in encoder.flush().decode().splitlines()]
    return {name: json.loads(row.lstrip("IE")) for name, row in rows}


@pytest.mark.parametrize(
    ("node", "model"),
    [
        (p["x"], ["$", "p", None, {"children": "x"}]),
        (br(key=1), ["$", "br", "1", {}]),
        (div(class_name="a")["x", 1, None], ["$", "div", None, {"className": "a", "children": ["x", 1, None]}]),
        (div(data={"id": 3}), ["$", "div", None, {"data-id": 3}]),
        (
            ul[(li(key=n)[str(n)] for n in range(2))],
            [
                "$",
                "ul",
                None,
                {"children": [["$", "li", "0", {"children": "0"}], ["$", "li", "1", {"children": "1"}]]},
            ],
        ),
        (Fragment["a", "b"], ["a", "b"]),
        (raw_html("<b>"), ["$", "div", None, {"dangerouslySetInnerHTML": {"__html": "<b>"}}]),
        (circle(cx=1.5), ["$", "circle", None, {"cx": 1.5}]),
    ],
)
def test_element(node, model):
    """What the builder makes is written as React writes it."""
    assert encode(node)["0"] == model


def test_client_component():
    """Client components refer to their module, and actions among their props to the server."""
    rows = encode(div[Card(create_post=save)["x"], Link(href="/")["y"]])

    modules = [row for name, row in rows.items() if name != "0" and isinstance(row, list)]
    first, second = rows["0"][3]["children"]
    assert sorted(modules) == [["app/card.tsx", [], "Card"], ["jetbridge", [], "Link"]]
    assert first[1].startswith("$L")
    assert first[3]["createPost"].startswith("$h")
    assert second[3] == {"href": "/", "children": "y"}


def test_form_action():
    """An action of a form and of a button is a server reference."""
    props = encode(form(action=save)[button(form_action=save)["x"]])["0"][3]

    assert props["action"].startswith("$h")
    assert props["children"][3]["formAction"].startswith("$h")


def test_suspense():
    """Suspense is React's symbol with a fallback."""
    rows = encode(Suspense(fallback="Loading")["x"])

    assert rows["0"][3] == {"fallback": "Loading", "children": "x"}
    assert "$Sreact.suspense" in rows.values()
