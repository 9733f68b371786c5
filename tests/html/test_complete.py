"""The elements and attributes of jetbridge.html, against what TypeScript's compiler says of React's JSX."""

from __future__ import annotations

import re

import pytest

from jetbridge.config import Config
from jetbridge.html import elements, svg_elements
from jetbridge.node.props import PropsReader
from tests.typegen.component_project import make_project

FACTORIES = [getattr(module, name) for module in (elements, svg_elements) for name in module.__all__]
BY_TAG = {factory.type: factory for factory in FACTORIES}

OBSOLETE = {"keygen", "menuitem", "noindex", "webview"}
"""In React's types, and in no browser."""

HANDLER = re.compile(r"on[A-Z]")
"""Event handlers run in the browser: they belong in client components."""

BY_OTHER_MEANS = {"children", "dangerouslySetInnerHTML", "style"}
"""Brackets, and attributes that take something else than React's."""


@pytest.fixture(scope="module")
def react(tmp_path_factory):
    """The attributes of each element of JSX, by its tag."""
    root = tmp_path_factory.mktemp("jsx")
    tags = sorted(BY_TAG)
    lines = ['"use client"', 'import type { JSX } from "react"']
    lines += [
        f'export function T{n}(props: JSX.IntrinsicElements["{tag}"]) {{ return <b /> }}' for n, tag in enumerate(tags)
    ]
    lines.append("export function Tags(props: { tag: keyof JSX.IntrinsicElements }) { return <b /> }")
    path = make_project(root, cases=False) / "tags.tsx"
    path.write_text("\n".join(lines))
    with PropsReader(Config.load(root)) as reader:
        module = reader.read([path])[path]
    exports = {export["name"]: export["variants"][0] for export in module["exports"]}
    known = {part["value"] for part in exports["Tags"][0]["type"]["of"]}
    return known, {tag: {prop["name"] for prop in exports[f"T{n}"]} for n, tag in enumerate(tags)}


@pytest.mark.slow
def test_every_element_of_jsx_is_there(react):
    """Each element that React's types know has a factory, and no other has one."""
    known, _ = react

    assert known - OBSOLETE == set(BY_TAG)


@pytest.mark.slow
def test_every_attribute_of_jsx_is_there(react):
    """Each element takes the attributes that it has in JSX, but for event handlers, and no others."""
    _, found = react
    wrong = {}
    for tag, names in found.items():
        ours = set(BY_TAG[tag].names.values())
        theirs = {name for name in names if not HANDLER.match(name)} - BY_OTHER_MEANS
        if ours != theirs:
            wrong[tag] = (theirs - ours, ours - theirs)

    assert wrong == {}
