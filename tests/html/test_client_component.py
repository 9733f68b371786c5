import pytest

from jetbridge.flight.model import ClientReference, Element
from jetbridge.html import client_component, h1, p
from jetbridge.html.client_component import ClientComponent

Card = client_component("app/card.tsx", "Card")


@pytest.mark.parametrize(
    ("element", "props"),
    [
        (Card(), {}),
        (Card(post_id=3, create_post=print), {"postId": 3, "createPost": print}),
        (Card["text"], {"children": "text"}),
        (Card("text", title=None), {"title": None, "children": "text"}),
        (Card(is_open=False)["a", "b"], {"isOpen": False, "children": ["a", "b"]}),
        (Card(class_name=["a", None, "b"]), {"className": "a b"}),
        (Card(class_="a", style={"font_size": 3}), {"className": "a", "style": {"fontSize": 3}}),
        (Card(aria_label="x", as_="h2"), {"aria-label": "x", "as": "h2"}),
        (Card(data={"user_name": 1}), {"data": {"user_name": 1}}),
        (Card(**{"data-id": 3, "postURL": "/x"}), {"data-id": 3, "postURL": "/x"}),
        (Card(icon=client_component("app/icon.tsx")), {"icon": ClientReference("app/icon.tsx", "")}),
    ],
)
def test_props(element, props):
    """Props are written in snake_case and arrive in camelCase, their values as they are."""
    assert isinstance(element, Element)
    assert element.type == ClientReference("app/card.tsx", "Card")
    assert element.props == props


def test_key():
    """The key is no prop."""
    element = Card(key=3, id="x")

    assert (element.key, element.props) == ("3", {"id": "x"})


def test_elements_as_props():
    """A prop may be an element, as in JSX."""
    header = h1["Posts"]

    assert Card(header=header)[p["none"]].props["header"] is header


@pytest.mark.parametrize("name", ["", "default"])
def test_default_export(name):
    """The default export has the empty name."""
    component = client_component("app/card.tsx", name)

    assert isinstance(component, ClientComponent)
    assert component.reference == ClientReference("app/card.tsx", "")
    assert component().type == component.reference


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Card(ref=1), "Card takes no ref"),
        (lambda: Card(children="x"), "go into brackets"),
        (lambda: Card(post_id=1, postId=2), "gets the prop postId twice"),
        (lambda: Card[{"a": 1}], "Cannot show a dict in <Card>"),
        (lambda: Card(key=object()), "key is a str"),
    ],
)
def test_mistakes(make, message):
    """Mistakes are errors where they are written."""
    with pytest.raises(TypeError, match=message):
        make()
