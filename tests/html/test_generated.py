import subprocess
import sys
from pathlib import Path

import pytest

from jetbridge.html import attribute_table as table
from jetbridge.html import attributes, elements, svg_elements
from jetbridge.html.names import SVG_NAMES, names_of, prop_name
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


@pytest.mark.slow
def test_committed_files_are_what_react_says():
    """The generated files are those that scripts/generate_html.py writes for the installed types of React."""
    script = Path(__file__).parents[2] / "scripts" / "generate_html.py"

    done = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True)

    assert done.returncode == 0, done.stderr


def test_components_pass_on_what_arrives_under_the_same_name():
    """What a component may pass on to an element has a name that the component gets as the element would."""
    for name, props in vars(attributes).items():
        if name.endswith("Props"):
            react = {prop_name(attribute) for attribute in props.__annotations__}
            assert react <= {
                *SVG_NAMES.values(),
                "style",
                *(own for tag in known_tags() for own in names_of(tag).values()),
            }


def known_tags():
    return [getattr(elements, name).type for name in elements.__all__]
