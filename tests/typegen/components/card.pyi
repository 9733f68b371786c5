"""The client components of card.tsx. Generated; changes are lost."""

# pyright: reportInvalidTypeVarUse=false
# ruff: noqa

from collections.abc import Sequence
from enum import Enum
from jetbridge import Element
from jetbridge.html import Node
from jetbridge.html.client_component import ComponentFactory
from jetbridge.html.tag import OpenElement
from jetbridge.html.typed import MayTake, Takes, Text
from jetbridge.html.values import ClassName, Key, Style
from typing import Literal

class CardComponent(ComponentFactory):
    def __call__(
        self,
        *children: Node,
        key: Key = None,
        title: Text,
        size: Literal["l", "m", "s"] | Enum = ...,
        level: Literal[1, 2, 3] | Enum,
        is_open: bool = ...,
        post_id: float | None,
        postURL: Text = ...,
        as_: Text = ...,
        for_: Text = ...,
        tags: Sequence[Text],
        class_name: ClassName = ...,
        style: Style = ...,
        icon: Element = ...,
        footer: Node = ...,
        # class: its name cannot be written as a keyword.
    ) -> OpenElement:
        """A card with a title.

        title: What stands on top.

        app/card.tsx:25
        """

Card: CardComponent  # app/card.tsx:25

class BadgeComponent(ComponentFactory):
    def __call__(
        self,
        *,
        key: Key = None,
        text: Text,
        count: float = ...,
    ) -> Element:
        """It has nothing inside.

        app/card.tsx:30
        """

Badge: BadgeComponent  # app/card.tsx:30

class BoxComponent(ComponentFactory):
    def __call__(
        self,
        *children: Node,
        key: Key = None,
    ) -> OpenElement:
        """app/card.tsx:36"""

    def __getitem__(self, children: Node, /) -> Element: ...

Box: BoxComponent  # app/card.tsx:36

class PriceComponent(ComponentFactory):
    def __call__(
        self,
        *,
        key: Key = None,
        currency: Literal["EUR", "USD"] | Enum,
    ) -> Takes[Text]:
        """Only text fits inside.

        app/card.tsx:41
        """

Price: PriceComponent  # app/card.tsx:41

class HintComponent(ComponentFactory):
    def __call__(
        self,
        *,
        key: Key = None,
    ) -> MayTake[Text]:
        """app/card.tsx:45"""

Hint: HintComponent  # app/card.tsx:45
