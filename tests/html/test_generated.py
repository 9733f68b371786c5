from jetbridge.html import attribute_table as table
from jetbridge.html import attributes, elements, svg_elements
from jetbridge.html.names import names_of
from jetbridge.html.tag import VoidTag

SPECIAL = {"key", "class_", "style", "data", "aria", "attributes", "dangerously_set_inner_html"}


def test_types_and_names_agree():
    """Each element takes at run time just the attributes that type checkers know."""
    for module in (elements, svg_elements):
        for name in module.__all__:
            factory = getattr(module, name)
            typed = getattr(attributes, type(factory).__name__.removeprefix("Void").replace("Tag", "Attributes"))

            assert set(factory.names) | SPECIAL == set(typed.__annotations__) | {"class_name"}, name


def test_attributes_with_owners():
    """Only elements that exist have attributes of their own."""
    known = {getattr(elements, name).type for name in elements.__all__}

    assert set(table.OWN) <= known
    assert "href" in names_of("a")
    assert "href" not in names_of("div")


def test_void_elements():
    """The elements without content are those of the HTML standard that React knows."""
    void = {getattr(elements, name).type for name in elements.__all__ if isinstance(getattr(elements, name), VoidTag)}

    assert void == set("area base br col embed hr img input link meta param source track wbr".split())  # noqa: SIM905
