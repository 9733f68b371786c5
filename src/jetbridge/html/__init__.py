"""Elements, written in Python: `div(class_name="card")[h1["Posts"], p["None yet."]]`.

Every element of HTML and SVG is here under its own name; those that are Python's too end in an underscore (`input_`,
`del_`). Attributes have React's names in snake_case (`class_name`, `html_for`, `tab_index`).
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NoReturn

from jetbridge.flight.model import Element
from jetbridge.html import elements, svg_elements
from jetbridge.html.children import Node
from jetbridge.html.client_component import ClientComponent, client_component
from jetbridge.html.elements import *  # noqa: F403  (elements.__all__ says which)
from jetbridge.html.missing import missing_name
from jetbridge.html.special import Fragment, Suspense, custom_element, raw_html
from jetbridge.html.svg_elements import *  # noqa: F403

__all__ = [
    "ClientComponent",
    "Element",
    "Fragment",
    "Node",
    "Suspense",
    "client_component",
    "custom_element",
    "raw_html",
]
__all__ += elements.__all__
__all__ += svg_elements.__all__

if not TYPE_CHECKING:

    def __getattr__(name: str) -> NoReturn:
        raise missing_name(sys._getframe(1), __name__, name, __all__, "element")
