"""Which functions are actions, what they are called, and what is refused at start."""

from __future__ import annotations

import subprocess
import sys

import pytest

from jetbridge.actions import ActionRegistry, KeyRing, slot
from jetbridge.errors import ConfigError, EncodeError, UnknownAction
from jetbridge.flight.model import ServerReference

FILE_LEVEL = '''
    """use server

    Everything about posts.
    """
    from dataclasses import dataclass as data
    from functools import wraps
    from os.path import join
    from textwrap import dedent as imported

    def _logged(func):
        @wraps(func)
        async def wrapper(*args):
            return ["logged", await func(*args)]
        return wrapper

    async def create_post(title: str): return title
    def save(): ...
    async def _private(): ...
    class Post: ...
    @_logged
    async def guarded(id: int): return id
    alias = create_post
    constant = 3
    short = lambda: 3
'''


def test_file_level(registry_of):
    """Every public function of the file is an action: no import, no private name, no class, no alias, no lambda."""
    _, registry = registry_of(FILE_LEVEL, "app.posts")

    assert [action.name for action in registry] == [
        "app.posts:create_post",
        "app.posts:save",
        "app.posts:guarded",
    ]
    assert [action.export for action in registry] == ["createPost", "save", "guarded"]
    assert [action.is_async for action in registry] == [True, False, True]
    assert [len(action.signature.parameters) for action in registry] == [1, 0, 1]


@pytest.mark.parametrize(
    "docstring",
    ['"""use server"""', '"use server"', '"""\n    use server\n    and more"""', "'''use server  \n\nMore.'''"],
)
def test_spellings_of_the_directive(registry_of, docstring):
    """The first line of the docstring counts, however it is quoted."""
    _, registry = registry_of(f"{docstring}\nasync def save(): ...\n")

    assert [action.qualname for action in registry] == ["save"]


@pytest.mark.parametrize(
    "source",
    [
        'async def save(): "use server side rendering"',
        'async def save(): "Saves. use server"',
        'async def save():\n    x = "use server"',
        'class Save: "use server"',
        'x = lambda: "use server"',
        'x = ["use server" for _ in "ab"]',
        'x = list("use server" for _ in "ab")',
        '# use server\n"""A module"""\nasync def save(): ...',
    ],
)
def test_what_is_no_directive(registry_of, source):
    """The words elsewhere than in the first line of a function's docstring mean nothing."""
    _, registry = registry_of(source)

    assert list(registry) == []


@pytest.mark.parametrize("spelling", ["Use Server", "use-server", "use server.", "use  server", "use server;"])
def test_misspelled_directive(registry_of, spelling):
    """A directive that is nearly right is an error, not silently a docstring."""
    with pytest.raises(ConfigError, match='write "use server"'):
        registry_of(f'"""{spelling}"""\nasync def save(): ...\n')
    with pytest.raises(ConfigError, match='write "use server"'):
        registry_of(f'def page():\n    async def save():\n        "{spelling}"\n')


def test_function_level(registry_of):
    """Functions with the directive are found at any depth, also behind decorators and in classes, without a run."""
    _, registry = registry_of('''
        import functools

        def plainly(func):
            def wrapper(*args):
                return func(*args)
            return wrapper

        @functools.lru_cache
        def page():
            print("must not run")
            def delete_for(post_id):
                async def handle_delete():
                    "use server"
                    return post_id
                return handle_delete
            if page:
                def _hidden_name():
                    """use server"""

        @plainly
        def hidden():
            async def inside():
                "use server"

        class View:
            @property
            def card(self):
                async def refresh():
                    "use server"
            @staticmethod
            def other():
                class Inner:
                    def method(self):
                        async def deep():
                            "use server"

        async def top():
            "use server"
    ''')

    assert {action.name for action in registry} == {
        "app.page:top",
        "app.page:page.<locals>.delete_for.<locals>.handle_delete",
        "app.page:page.<locals>._hidden_name",
        "app.page:hidden.<locals>.inside",
        "app.page:View.card.<locals>.refresh",
        "app.page:View.other.<locals>.Inner.method.<locals>.deep",
    }
    assert [action.export for action in registry if not action.nested] == ["top"]
    assert all(action.export is None for action in registry if action.nested)


def test_nested_actions_of_one_name(registry_of):
    """Two nested actions of one qualified name have names of their own, in the order of the source."""
    module, registry = registry_of("""
        def page(first):
            if first:
                async def save():
                    "use server"
                    return 1
            else:
                async def save():
                    "use server"
                    return 2
            return save
    """)

    assert [action.qualname for action in registry] == ["page.<locals>.save", "page.<locals>.save#2"]
    first, second = (registry.reference(module.page(flag)) for flag in (True, False))
    assert [registry.resolve(first.id).qualname, registry.resolve(second.id).qualname] == [
        "page.<locals>.save",
        "page.<locals>.save#2",
    ]


def test_marked_by_decorator(registry_of):
    """`@action` marks a function, sets options, and leaves the function as it is."""
    module, registry = registry_of("""
        from jetbridge.actions import action

        @action
        async def save(): return 1

        @action(name="posts.remove", max_body_bytes=10)
        async def delete_post(): ...

        async def other(): ...
    """)

    assert [(action.name, action.export, action.options.max_body_bytes) for action in registry] == [
        ("app.page:save", "save", None),
        ("posts.remove", "deletePost", 10),
    ]
    assert registry.of(module.save).func is module.save
    assert registry.of(module.other) is None


def test_made_by_a_factory(registry_of):
    """Functions that a factory of the same module makes are actions of their own, under the module's names."""
    module, registry = registry_of('''
        """use server"""

        def _make(kind):
            async def remove(id: int):
                return kind, id
            return remove

        remove_post = _make("post")
        remove_user = _make("user")
    ''')

    assert [action.name for action in registry] == ["app.page:remove_post", "app.page:remove_user"]
    assert registry.reference(module.remove_post) != registry.reference(module.remove_user)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('"use server"\nasync def numbers():\n    yield 1', "yield"),
        ('"use server"\ndef numbers():\n    yield 1', "yield"),
        ('def page():\n    async def numbers():\n        "use server"\n        yield 1', "yield"),
        ('"use server"\nasync def create_post(): ...\nasync def createPost(): ...', "createPost"),
        ('"use server"\nasync def save(*, id): ...', "`id` can only be given by keyword"),
        ('"use server"\nfrom __future__ import annotations\nasync def save(id: Missing): ...', "Missing"),
        ('"use server"\nclass Row: ...\nasync def save(row: Row): ...', "`row` cannot be checked"),
        ('class Page:\n    async def save(self):\n        "use server"', "method"),
        ('def page():\n    @print\n    async def save():\n        "use server"', "decorators"),
        ('def page():\n    async def save(id: Missing):\n        "use server"', "Missing"),
        (
            'def page():\n    for post in []:\n        async def save():\n            "use server"\n'
            "            return post",
            "captures `post`, which the loop",
        ),
        (
            "def page():\n    while True:\n        a, (b, *c) = 1, (2, 3)\n        async def save():\n"
            '            "use server"\n            return c',
            "captures `c`, which the loop",
        ),
        ('"use server"\nclass bare:\n    def __init__(self, f): ...\n@bare\nasync def save(): ...', "functools.wraps"),
        (
            "from jetbridge.actions import action\n@action(name='x')\ndef a(): ...\n@action(name='x')\ndef b(): ...",
            "same name, 'x'",
        ),
    ],
)
def test_refused_at_start(registry_of, source, message):
    """What is marked as an action and cannot be one is refused when the registry is built, with the reason."""
    with pytest.raises(ConfigError, match=message):
        registry_of(source)


def test_loop_around_a_helper_is_fine(registry_of):
    """An action may be made in a loop when it captures the parameter of a helper, or nothing that the loop binds."""
    module, registry = registry_of("""
        def page(user):
            def delete_for(post):
                async def delete():
                    "use server"
                    return user, post
                return delete
            made = []
            for post in range(2):
                async def greet():
                    "use server"
                    return user
                made += [delete_for(post), greet]
            return made
    """)

    assert len({registry.reference(one).id for one in module.page("ann")}) == 2


@pytest.mark.parametrize("options", [{"name": " "}, {"max_body_bytes": 0}])
def test_options_that_do_not_fit(load_module, options):
    """Options of `@action` are checked where they are written."""
    with pytest.raises(ConfigError, match="@action"):
        load_module(f"from jetbridge.actions import action\n@action(**{options!r})\ndef save(): ...")


def test_action_goes_on_functions_only(load_module):
    """`@action` on a class is an error."""
    with pytest.raises(ConfigError, match="goes on a function"):
        load_module("from jetbridge.actions import action\n@action\nclass Save: ...")


def test_ids_and_slots(registry_of, load_module):
    """Ids depend on the secret and the name; all keys resolve; slots depend on the name only."""
    module = load_module(FILE_LEVEL, "app.posts")
    old = ActionRegistry(KeyRing(["o" * 32]), [module])
    new = ActionRegistry(KeyRing(["n" * 32, "o" * 32]), [module, module])
    first_old, first_new = next(iter(old)), next(iter(new))

    assert len(new) == 3
    assert first_old.id != first_new.id
    assert new.resolve(first_old.id) is first_new is new.resolve(first_new.id) is new.resolve(first_new.id + ".s")
    assert first_old.slot == first_new.slot == slot("app.posts:create_post")
    with pytest.raises(UnknownAction):
        old.resolve(first_new.id)


@pytest.mark.parametrize("id", ["", ".s", "x", "0" * 32, "app.posts:create_post", "__class__", "é" * 1000])
def test_unknown_ids(registry_of, id):
    """Anything but an exact id is unknown, and the message stays short."""
    _, registry = registry_of(FILE_LEVEL, "app.posts")

    with pytest.raises(UnknownAction) as info:
        registry.resolve(id)
    assert len(str(info.value)) < 120
    with pytest.raises(UnknownAction):
        registry.resolve(next(iter(registry)).id + ".s.s")


def test_references_of_plain_functions(registry_of):
    """A module-level action is referred to by its id alone; other callables are none."""
    module, registry = registry_of(FILE_LEVEL, "app.posts")

    assert registry.reference(module.save) == ServerReference(registry.of(module.save).id)
    assert registry.reference(registry.of(module.save)) == registry.reference(module.save)
    assert [
        registry.reference(value) for value in (print, len, module.Post, module._private, "save", None, [].append)
    ] == [None] * 7


def test_marked_but_unregistered_function(registry_of):
    """A function with the directive that the registry does not know is an error where it is sent, not a silent None."""
    _, registry = registry_of(FILE_LEVEL, "app.posts")

    async def stray():
        "use server"

    with pytest.raises(EncodeError, match=r"stray .*is not known"):
        registry.reference(stray)


def test_wrapper_around_an_action(registry_of):
    """A wrapper that is made where the action is used would be bypassed: it is refused."""
    import functools

    module, registry = registry_of(FILE_LEVEL, "app.posts")

    @functools.wraps(module.create_post)
    async def wrapper():
        return await module.create_post("x")

    with pytest.raises(EncodeError, match="wrapper"):
        registry.reference(wrapper)


def test_nested_action_needs_its_source(load_module, keys, tmp_path):
    """Without its source file a nested action is refused: its annotations could not be read."""
    module = load_module('def page():\n    async def save(id: int):\n        "use server"\n')
    (tmp_path / "app.page.py").write_text("\n\n\n")

    with pytest.raises(ConfigError, match="source"):
        ActionRegistry(keys, [module])


def test_text_of_a_registry(registry_of):
    """Registries and actions show names only."""
    _, registry = registry_of(FILE_LEVEL, "app.posts")

    assert repr(registry) == "<ActionRegistry of 3 actions>"
    assert repr(next(iter(registry))) == "<ServerAction app.posts:create_post>"


def test_python_without_docstrings():
    """With -OO there are no directives: a registry refuses to exist, and says why."""
    code = "from jetbridge.actions import *\nActionRegistry(KeyRing(['x' * 32]), [])"
    run = subprocess.run([sys.executable, "-OO", "-c", code], capture_output=True, text=True, check=False)

    assert run.returncode == 1
    assert "ConfigError: Python runs with -OO" in run.stderr
