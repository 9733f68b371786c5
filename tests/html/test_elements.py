import asyncio
import builtins
import importlib
import keyword

import pytest

from jetbridge import html
from jetbridge.flight.model import FRAGMENT, SUSPENSE, Element
from jetbridge.html import (
    Fragment,
    Suspense,
    a,
    br,
    circle,
    clip_path,
    custom_element,
    dd,
    div,
    dt,
    h1,
    img,
    input_,
    li,
    p,
    raw_html,
    span,
    svg,
    ul,
)
from jetbridge.html.tag import AttributeFactory


def outline(node):
    """An element as nested tuples, for comparison."""
    if isinstance(node, Element):
        return (node.type, node.key, {name: outline(value) for name, value in node.props.items()})
    return [outline(item) for item in node] if isinstance(node, list) else node


@pytest.mark.parametrize(
    ("element", "type_", "props"),
    [
        (h1["Posts"], "h1", {"children": "Posts"}),
        (h1("Posts"), "h1", {"children": "Posts"}),
        (div(id="x"), "div", {"id": "x"}),
        (div(id="x")["text"], "div", {"id": "x", "children": "text"}),
        (div("text", id="x"), "div", {"id": "x", "children": "text"}),
        (div(), "div", {}),
        (p["a", 1, None, True, 2.5], "p", {"children": ["a", 1, None, True, 2.5]}),
        (ul[["a", "b"]], "ul", {"children": ("a", "b")}),
        (ul["a", ("b", "c")], "ul", {"children": ["a", ("b", "c")]}),
        (br(), "br", {}),
        (img(src="/a.png", alt=""), "img", {"src": "/a.png", "alt": ""}),
        (circle(cx=1, stroke_width=2), "circle", {"cx": 1, "strokeWidth": 2}),
        (clip_path(id="c"), "clipPath", {"id": "c"}),
        (input_(name="q"), "input", {"name": "q"}),
    ],
)
def test_element(element, type_, props):
    """Attributes go into parentheses, children into brackets or parentheses; several children are a list."""
    assert isinstance(element, Element)
    assert outline(element) == (type_, None, props)


def test_nesting():
    """Elements are children of elements."""
    tree = div(class_name="card")[h1["Posts"], ul[li(key=1)["a"], li(key="2")["b"]]]

    assert outline(tree) == (
        "div",
        None,
        {
            "className": "card",
            "children": [
                ("h1", None, {"children": "Posts"}),
                (
                    "ul",
                    None,
                    {"children": [("li", "1", {"children": "a"}), ("li", "2", {"children": "b"})]},
                ),
            ],
        },
    )


def test_template():
    """An element without children can be filled several times; each time it is a new one."""
    card = div(class_name="card")

    first, second = card["one"], card["two"]

    assert (first.props["children"], second.props["children"], card.props) == ("one", "two", {"className": "card"})


def test_children_come_once():
    """Children are given once."""
    with pytest.raises(TypeError):
        h1["a"]["b"]
    with pytest.raises(TypeError):
        h1("a")["b"]


@pytest.mark.parametrize("void", ["area", "base", "br", "col", "embed", "hr", "img", "input_", "link", "meta", "wbr"])
def test_void(void):
    """An element that HTML gives no content refuses children."""
    factory = getattr(html, void)

    with pytest.raises(TypeError, match=f"<{void.rstrip('_')}> has no children"):
        factory["text"]
    with pytest.raises(TypeError, match="has no children"):
        factory("text")


@pytest.mark.parametrize("thing", [div, div(), Fragment])
def test_not_iterable(thing):
    """An element can be indexed, and yet iterating over it is an error rather than endless."""
    with pytest.raises(TypeError, match="not iterable"):
        list(thing)


def test_fragment():
    """A fragment has children and perhaps a key."""
    assert outline(Fragment["a", "b"]) == (FRAGMENT, None, {"children": ["a", "b"]})
    assert outline(Fragment(key=3)[dt["a"], dd["b"]])[:2] == (FRAGMENT, "3")
    assert outline(Fragment("a")) == (FRAGMENT, None, {"children": "a"})


def test_suspense():
    """Suspense has a fallback and children, which may still be awaited."""

    async def comments():
        return p["none"]

    element = Suspense(fallback=p["Loading"])[comments()]

    assert element.type == SUSPENSE
    assert outline(element.props["fallback"]) == ("p", None, {"children": "Loading"})
    assert outline(asyncio.run(element.props["children"])) == ("p", None, {"children": "none"})


def test_raw_html():
    """HTML text goes in as it is, inside an element of one's choice."""
    assert outline(raw_html("<b>x</b>")) == ("div", None, {"dangerouslySetInnerHTML": {"__html": "<b>x</b>"}})
    assert raw_html("x", tag="article", class_name="prose").props["className"] == "prose"


@pytest.mark.parametrize(("tag", "message"), [("img", "can have content"), ("artcle", "Did you mean 'article'")])
def test_raw_html_refuses(tag, message):
    """The tag of raw HTML is one of HTML's that has content."""
    with pytest.raises(ValueError, match=message):
        raw_html("x", tag=tag)


def test_raw_html_has_no_children():
    """HTML text and children exclude each other."""
    inner = {"__html": "x"}

    with pytest.raises(TypeError, match="children"):
        div("y", dangerously_set_inner_html=inner)
    with pytest.raises(TypeError, match="children"):
        div(dangerously_set_inner_html=inner)["y"]


def test_custom_element():
    """A custom element takes the global attributes, and its own by their names in HTML."""
    picker = custom_element("color-picker")

    assert outline(picker(class_name="x", attributes={"mode": "hsl"})["y"]) == (
        "color-picker",
        None,
        {"className": "x", "mode": "hsl", "children": "y"},
    )
    with pytest.raises(ValueError, match="hyphen"):
        custom_element("picker")


def test_every_name_is_python():
    """No element hides a keyword or a builtin of Python, and each is listed once."""
    names = html.__all__

    assert len(names) == len(set(names))
    assert not [name for name in names if keyword.iskeyword(name) or hasattr(builtins, name)]
    assert all(hasattr(html, name) for name in names)


def test_elements_of_html_and_svg():
    """All elements are there, a few of each kind by sample; every factory makes its own tag."""
    factories = {name: value for name, value in vars(html).items() if isinstance(value, AttributeFactory)}

    assert len(factories) > 160
    for name in ("a", "dialog", "search", "template", "var", "textarea", "del_", "map_", "object_", "svg", "filter_"):
        assert name in factories
    assert factories["foreign_object"]().type == "foreignObject"
    assert factories["fe_gaussian_blur"]().type == "feGaussianBlur"
    assert svg(view_box="0 0 1 1").props == {"viewBox": "0 0 1 1"}


@pytest.mark.parametrize(
    ("name", "message"),
    [("dvi", "Did you mean div?"), ("input", "Did you mean input_?"), ("clipPath", "Did you mean clip_path?")],
)
def test_unknown_element(name, message):
    """An unknown element is an error at import, which names the nearest; so is an unknown attribute of the module."""
    with pytest.raises(ImportError) as raised:
        exec(f"from jetbridge.html import {name}")  # noqa: S102
    assert str(raised.value) == f"jetbridge.html has no element {name}. {message}"
    with pytest.raises(AttributeError, match="has no element"):
        getattr(html, name)
    assert not hasattr(html, name)


def test_submodules_are_found():
    """The hint for unknown elements does not stand in the way of submodules."""
    assert importlib.import_module("jetbridge.html.tsx_import").install
    exec("from jetbridge.html import tsx_import")  # noqa: S102


@pytest.mark.parametrize(("key", "text"), [("a", "a"), (7, "7"), (None, None)])
def test_key(key, text):
    """A key is sent as text."""
    assert span(key=key).key == text
    assert "key" not in span(key=key, id="x").props


def test_key_of_another_type():
    """A key that has no text of its own is refused."""
    with pytest.raises(TypeError, match="key is a str, an int or a UUID, not tuple"):
        a(key=(1, 2))
