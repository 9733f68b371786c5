import importlib
import sys

import pytest

from jetbridge.flight.model import ClientReference
from jetbridge.html import ClientComponent
from jetbridge.html.tsx_import import TsxFinder, install

BUTTON = '"use client"\nexport function DeleteButton() {}\nexport const Hint = 1\nexport default DeleteButton\n'


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project folder on sys.path whose TSX can be imported; `write` adds a file."""
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)
    finder = install(tmp_path)

    def write(path, text):
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        importlib.invalidate_caches()
        return file

    yield write
    sys.meta_path.remove(finder)
    for name in set(sys.modules) - before:
        del sys.modules[name]


def test_import(project):
    """The exports of a client module are imported by their names; its path is told relative to the project."""
    project("shop/posts/delete_button.tsx", BUTTON)

    module = importlib.import_module("shop.posts.delete_button")

    assert isinstance(module.DeleteButton, ClientComponent)
    assert module.DeleteButton.reference == ClientReference("shop/posts/delete_button.tsx", "DeleteButton")
    assert module.default.reference == ClientReference("shop/posts/delete_button.tsx", "")
    assert module.DeleteButton(post_id=1)["x"].props == {"postId": 1, "children": "x"}
    assert module.__file__.endswith("delete_button.tsx")
    assert module.__all__ == ["DeleteButton", "Hint", "default"]


def test_import_statement(project):
    """`from ... import` and a relative import from a page work as with Python modules; .jsx too."""
    project("shop/__init__.py", "")
    project("shop/badge.jsx", '"use client"\nexport function Badge() {}')
    project("shop/page.py", "from .badge import Badge\nfrom shop.badge import Badge as Same\n")

    page = importlib.import_module("shop.page")

    assert page.Badge is page.Same


def test_unusual_folder(project):
    """A package may have any folder, such as one for a dynamic segment."""
    file = project("shop/[id]/edit_form.tsx", '"use client"\nexport function EditForm() {}')

    spec = sys.meta_path[-1].find_spec("shop.[id].edit_form", [str(file.parent)])
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    assert module.EditForm.reference.module == "shop/[id]/edit_form.tsx"


def test_python_comes_first(project):
    """A Python module of the same name wins."""
    project("shop/card.tsx", '"use client"\nexport function Card() {}')
    project("shop/card.py", "Card = 'python'\n")

    assert importlib.import_module("shop.card").Card == "python"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("DeleteButon", "Did you mean DeleteButton?"),
        ("delete_button", "Did you mean DeleteButton?"),
        ("Menu", "It has DeleteButton, Hint, default."),
    ],
)
def test_unknown_name(project, name, message):
    """An unknown name is an error at import, which names the nearest."""
    project("shop/delete_button.tsx", BUTTON)
    module = importlib.import_module("shop.delete_button")

    with pytest.raises(ImportError) as raised:
        exec(f"from shop.delete_button import {name}")  # noqa: S102

    assert str(raised.value) == f"shop/delete_button.tsx has no export {name}. {message}"
    assert not hasattr(module, name)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("export function Card() {}", 'make "use client" its first line'),
        ('"use client"\nexport * from "./menu"', "card.tsx:2 has `export \\*`"),
    ],
)
def test_refused(project, text, message):
    """A file that is no client module, or whose names Python cannot see, is not imported."""
    project("shop/card.tsx", text)

    with pytest.raises(ImportError, match=message):
        importlib.import_module("shop.card")


def test_not_text(project):
    """A file that is not UTF-8 is named in the error."""
    project("shop/card.tsx", "").write_bytes(b'"use client"\xff')

    with pytest.raises(ImportError, match=r"card\.tsx is not UTF-8"):
        importlib.import_module("shop.card")


def test_outside_of_the_root(project, tmp_path):
    """Files of other projects are left to others."""
    finder = TsxFinder(tmp_path / "other")
    file = project("shop/card.tsx", BUTTON)

    assert finder.find_spec("shop.card", [str(file.parent)]) is None


def test_no_such_module(project):
    """A module that exists in no language is missing as ever."""
    project("shop/card.tsx", BUTTON)

    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("shop.menu")


def test_install_twice(project, tmp_path):
    """Installing again for the same folder changes nothing."""
    before = list(sys.meta_path)

    install(tmp_path)

    assert sys.meta_path == before
