"""The description of a client module -> the text of its stub."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from jetbridge.html.attributes import AriaProps
from jetbridge.typegen.client_stubs import write_client_stubs
from jetbridge.typegen.props_stub import props_stub, python_name, untyped_stub


def component(*props, name="Card", doc="", parameters=()):
    """A component as the compiler describes it. props: (name, type) or (name, type, more)."""
    described = [{"name": prop[0], "optional": False, "doc": "", "type": prop[1], **dict(*prop[2:])} for prop in props]
    place = {"file": "app/card.tsx", "line": 3}
    return {"name": name, **place, "doc": doc, "variants": [described], "parameters": [*parameters]}


def stub(*exports, objects=()):
    names = [export["name"] for export in exports]
    made = props_stub("card.tsx", {"exports": exports, "objects": objects}, names)
    ast.parse(made.text)
    return made


def parameters(*props, objects=()):
    """The parameters that a component with these props has in Python, but for `key`."""
    text = stub(component(*props), objects=objects).text
    (cls,) = [node for node in ast.parse(text).body if getattr(node, "name", "") == "CardComponent"]
    signature = cls.body[0].args
    return {one.arg: ast.unparse(one.annotation) for one in signature.kwonlyargs[1:]}


STRING, NUMBER, NULL, FORM = ({"kind": kind} for kind in ("string", "number", "null", "formData"))
VOID = {"kind": "promise", "of": {"kind": "undefined"}}


def function(*types, result=VOID, event=False):
    given = [{"name": "x", "type": one, "optional": False, "rest": False} for one in types]
    return {"kind": "function", "parameters": given, "result": result, "event": event}


def literal(value):
    return {"kind": "literal", "value": value}


def union(*types):
    return {"kind": "union", "of": [*types]}


@pytest.mark.parametrize(
    ("react", "python"),
    [
        ("postId", "post_id"),
        ("title", "title"),
        ("className", "class_name"),
        ("htmlFor", "html_for"),
        ("aria-label", "aria_label"),
        ("as", "as_"),
        ("for", "for_"),
        ("postURL", "postURL"),
        ("URL", "URL"),
        ("Icon", "Icon"),
        ("x1", "x1"),
        ("data-id", None),
        ("class", None),
        ("a b", None),
        ("self", None),
    ],
)
def test_names(react, python):
    """A prop has the name under which a keyword argument arrives as just this prop; some have none."""
    assert python_name(react) == python


@pytest.mark.parametrize(
    ("described", "python"),
    [
        (union(NULL, STRING, NUMBER), "Text | float | None"),
        (union(literal("b"), literal("a")), "Literal['a', 'b'] | Enum"),
        (union(literal(10), literal(9), NULL), "Literal[9, 10] | Enum | None"),
        (union(literal(1.5), literal(2)), "Literal[2] | float | Enum"),
        (literal(True), "Literal[True]"),
        (union(literal(1), literal(True)), "Literal[True, 1] | Enum"),
        (literal('a"b'), "Literal['a\"b'] | Enum"),
        (union(STRING, {"kind": "array", "of": union(STRING, NUMBER)}), "Sequence[Text | float] | Text"),
        ({"kind": "tuple", "of": []}, "tuple[()]"),
        ({"kind": "map", "key": NUMBER, "value": NUMBER}, "Mapping[int, float] | Map"),
        ({"kind": "never"}, "Undefined"),
        ({"kind": "browser", "text": "HTMLElement"}, "ClientValue"),
        ({"kind": "parameter", "name": "T"}, "Any"),
        (function(), "ServerAction[[], None]"),
        (function(NUMBER), "ServerAction[[int], None]"),
        (function(union(NUMBER, NULL)), "ServerAction[[int | None], None]"),
        (function(STRING, STRING), "ServerAction[[Text1, Text2], None]"),
        (function(union(literal("a"), literal("b"))), "ServerAction[[Text1], None]"),
        (function(union(STRING, NUMBER)), "ServerAction[[Any], None]"),
        (function(NULL), "ServerAction[[None], None]"),
        (function(literal(True), literal(1)), "ServerAction[[bool, int], None]"),
        (function(union(STRING, NULL)), "ServerAction[[Text1], None]"),
        (function({"kind": "array", "of": STRING}), "ServerAction[[Any], None]"),
        (function({"kind": "record", "value": STRING}), "ServerAction[[Data1], None]"),
        (function(FORM), "ServerAction[[Form1], None] | ServerAction[[], None]"),
        (function(NUMBER, STRING, FORM), "ServerAction[[int, Text1, Form1], None]"),
        (function(result={"kind": "undefined"}), "ServerAction[[], None]"),
        (function(result={"kind": "any"}), "ServerAction[[], Any]"),
        (function(result=union({"kind": "undefined"}, {"kind": "promise", "of": NUMBER})), "ServerAction[[], float]"),
        (function(result=STRING), "ClientValue"),
        (function({"kind": "browser", "text": "Event"}, event=True), "ClientValue"),
        (function(function()), "ClientValue"),
    ],
)
def test_types(described, python):
    """Each type of a prop has the annotation that takes all that Python may send for it, always the same."""
    assert parameters(("value", described)) == {"value": python}


def test_own_prop_beside_those_passed_on():
    """A prop named as the parameter for attributes gets no second parameter of its name."""
    passed = [{"name": name, "optional": True, "from": "AriaAttributes"} for name in AriaProps.__annotations__]
    passed = [{**prop, "name": prop["name"].replace("_", "-")} for prop in passed]
    card = component(("attributes", STRING))
    card["variants"][0] += passed

    text = stub(card).text

    assert "attributes: Text,\n" in text
    assert "**others: Unpack[AriaProps]" in text


def test_two_actions_share_no_variable():
    """What one action declares for a form says nothing of another."""
    assert parameters(("save", function(FORM)), ("drop", function(FORM))) == {
        "save": "ServerAction[[Form1], None] | ServerAction[[], None]",
        "drop": "ServerAction[[Form2], None] | ServerAction[[], None]",
    }


def test_problems_have_a_place_and_a_remedy():
    """What cannot be expressed is Any, and named once."""
    odd = {"kind": "inexpressible", "text": "T[K]"}

    made = stub(component(("one", odd), ("two", union(odd, odd)), ("data-id", STRING)))

    assert "one: Any," in made.text
    assert made.problems == [
        ("app/card.tsx:3", "Card.one", "Python has no type for T[K], so it is Any there: give it a simpler one"),
        ("app/card.tsx:3", "Card.two", "Python has no type for T[K], so it is Any there: give it a simpler one"),
        ("app/card.tsx:3", "Card.data-id", "it is required, and Python cannot write its name as a keyword: rename it"),
    ]


def test_optional_prop_that_cannot_be_written_is_remarked():
    """A prop that no keyword can name is left out, with a comment."""
    made = stub(component(("data-id", STRING, {"optional": True})))

    assert made.problems == []
    assert "# data-id: its name cannot be written as a keyword.\n" in made.text


@pytest.mark.parametrize("name", ["Element", "Sequence", "CardComponent", "Card", "class", "1a", "Text"])
def test_object_names_are_free(name):
    """An object never takes the name of something else in the file."""
    entry = {"id": 0, "name": name, "where": "app/card.tsx:1", "doc": "", "members": []}
    entry["members"] = [{"name": "x", "optional": False, "doc": "", "type": STRING}]

    text = stub(component(("one", {"kind": "ref", "id": 0}), name="Card"), objects=[entry]).text

    aliases = [node.target.id for node in ast.parse(text).body if isinstance(node, ast.AnnAssign) and node.value]
    assert len(aliases) == 1
    assert aliases[0] not in ("Element", "Sequence", "CardComponent", "Card", "class", "1a", "Text")


@pytest.mark.parametrize("doc", ['Ends in "', "A \\ backslash\\", 'Has """ three', "Two\nlines\n\nand more", "  "])
def test_any_description_is_a_docstring(doc):
    """Comments of TSX cannot break out of a docstring."""
    text = stub(component(("title", STRING, {"doc": doc}), doc=doc)).text

    (cls,) = [node for node in ast.parse(text).body if isinstance(node, ast.ClassDef)]
    assert [type(node) for node in cls.body[0].body] == [ast.Expr]


def test_export_that_the_compiler_does_not_know():
    """What Python imports is in the stub, whatever the compiler says; what Python does not see is not."""
    made = props_stub(
        "card.tsx", {"exports": [component(), component(name="Hidden")], "objects": []}, ["Card", "Other"]
    )

    assert "Card: CardComponent  # app/card.tsx:3\n" in made.text
    assert "Other: ClientComponent  # card.tsx:1\n" in made.text
    assert "Hidden" not in made.text


def test_default_export_beside_one_of_that_name():
    """The default export has a class of its own, also beside a component that is called Default."""
    text = stub(component(name="default"), component(name="Default")).text

    classes = [node.name for node in ast.parse(text).body if isinstance(node, ast.ClassDef)]
    assert classes == ["DefaultExportComponent", "DefaultComponent"]


def test_untyped_stub():
    """Where nothing can be read, the names are there all the same."""
    assert untyped_stub("card.tsx", ["Card"]).endswith("import ClientComponent\n\nCard: ClientComponent\n")
    assert untyped_stub("none.tsx", []).count("\n") == 1


def test_stub_outlives_a_time_without_node(tmp_path):
    """Without a reader a typed stub stays as it is, and a missing one gets its names."""
    for name in ("card", "menu"):
        (tmp_path / f"{name}.tsx").write_text('"use client"\nexport function Card() {}\n')
    typed = untyped_stub("card.tsx", ["Card"]) + "# more\n"
    (tmp_path / "card.pyi").write_text(typed)

    changed = write_client_stubs(tmp_path).changed

    assert changed == [tmp_path / "menu.pyi"]
    assert Path(tmp_path, "card.pyi").read_text() == typed
