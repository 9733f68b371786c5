"""The client components of attributes.tsx. Generated; changes are lost."""

# pyright: reportInvalidTypeVarUse=false
# ruff: noqa

from collections.abc import Sequence
from enum import Enum
from jetbridge import Element
from jetbridge.html import Node
from jetbridge.html.attributes import AutoComplete, ButtonProps, FormProps, GlobalProps, InputType, LinkTarget, SvgProps
from jetbridge.html.client_component import ComponentFactory
from jetbridge.html.tag import OpenElement
from jetbridge.html.typed import Text
from jetbridge.html.values import FormAction, Key
from typing import Literal, Unpack

class ButtonComponent(ComponentFactory):
    def __call__(
        self,
        *children: Node,
        key: Key = None,
        variant: Literal["danger", "plain"] | Enum = ...,
        **attributes: Unpack[ButtonProps],
    ) -> OpenElement:
        """A button that passes on what it gets.

        app/attributes.tsx:6
        """

    def __getitem__(self, children: Node, /) -> Element: ...

Button: ButtonComponent  # app/attributes.tsx:6

class SubmitComponent(ComponentFactory):
    def __call__(
        self,
        *,
        key: Key = None,
        label: Text,
        disabled: bool | None = ...,
        form: str | None = ...,
        form_action: str | FormAction | None = ...,
        form_enc_type: Literal["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"] | None = ...,
        form_method: Literal["get", "post", "dialog", "GET", "POST"] | None = ...,
        form_no_validate: bool | None = ...,
        form_target: str | None = ...,
        name: str | None = ...,
        value: str | float | Sequence[str] | None = ...,
        **attributes: Unpack[GlobalProps],
    ) -> Element:
        """Its type is fixed.

        app/attributes.tsx:11
        """

Submit: SubmitComponent  # app/attributes.tsx:11

class FieldComponent(ComponentFactory):
    def __call__(
        self,
        *children: Node,
        key: Key = None,
        size: Literal["large", "small"] | Enum = ...,
        accept: str | None = ...,
        alt: str | None = ...,
        auto_complete: AutoComplete | None = ...,
        capture: Literal["user", "environment"] | bool | None = ...,
        checked: bool | None = ...,
        disabled: bool | None = ...,
        form: str | None = ...,
        form_action: str | FormAction | None = ...,
        form_enc_type: Literal["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"] | None = ...,
        form_method: Literal["get", "post", "dialog", "GET", "POST"] | None = ...,
        form_no_validate: bool | None = ...,
        form_target: str | None = ...,
        height: str | float | None = ...,
        list: str | None = ...,
        max: str | float | None = ...,
        max_length: int | None = ...,
        min: str | float | None = ...,
        min_length: int | None = ...,
        multiple: bool | None = ...,
        name: str | None = ...,
        pattern: str | None = ...,
        placeholder: str | None = ...,
        read_only: bool | None = ...,
        required: bool | None = ...,
        src: str | None = ...,
        step: str | float | None = ...,
        type: InputType | None = ...,
        value: str | float | Sequence[str] | None = ...,
        width: str | float | None = ...,
        **attributes: Unpack[GlobalProps],
    ) -> OpenElement:
        """app/attributes.tsx:22"""

    def __getitem__(self, children: Node, /) -> Element: ...

Field: FieldComponent  # app/attributes.tsx:22

class PanelComponent(ComponentFactory):
    def __call__(
        self,
        *children: Node,
        key: Key = None,
        **attributes: Unpack[GlobalProps],
    ) -> OpenElement:
        """app/attributes.tsx:26"""

    def __getitem__(self, children: Node, /) -> Element: ...

Panel: PanelComponent  # app/attributes.tsx:26

class IconComponent(ComponentFactory):
    def __call__(
        self,
        *children: Node,
        key: Key = None,
        glyph: Text,
        **attributes: Unpack[SvgProps],
    ) -> OpenElement:
        """app/attributes.tsx:30"""

Icon: IconComponent  # app/attributes.tsx:30

class SomeComponent(ComponentFactory):
    def __call__(
        self,
        *,
        key: Key = None,
        title: str | None,
        href: str | None = ...,
        target: LinkTarget | None = ...,
    ) -> Element:
        """app/attributes.tsx:34"""

Some: SomeComponent  # app/attributes.tsx:34

class FormBoxComponent(ComponentFactory):
    def __call__(
        self,
        *children: Node,
        key: Key = None,
        **attributes: Unpack[FormProps],
    ) -> OpenElement:
        """app/attributes.tsx:38"""

    def __getitem__(self, children: Node, /) -> Element: ...

FormBox: FormBoxComponent  # app/attributes.tsx:38
