"""The client components of actions.tsx. Generated; changes are lost."""

# pyright: reportInvalidTypeVarUse=false
# ruff: noqa

from collections.abc import Mapping, Sequence
from datetime import datetime
from jetbridge import Element
from jetbridge.html.client_component import ComponentFactory
from jetbridge.html.typed import ClientExport, ClientValue, DataArgument, FormArgument, ServerAction, Text, TextArgument
from jetbridge.html.values import Key
from pydantic import BaseModel
from typing import Any, Protocol, TypeAlias, TypeVar
from typing_extensions import NotRequired, ReadOnly, TypedDict

Data1 = TypeVar("Data1", bound=DataArgument)
Form1 = TypeVar("Form1", bound=FormArgument)
Text1 = TypeVar("Text1", bound=TextArgument)
Text2 = TypeVar("Text2", bound=TextArgument)
Text3 = TypeVar("Text3", bound=TextArgument)
Text4 = TypeVar("Text4", bound=TextArgument)

State: TypeAlias = StateDict | StateBase | StateObject

class StateDict(TypedDict):
    error: ReadOnly[Text | None]
    values: NotRequired[ReadOnly[Mapping[str, Text]]]

class StateBase(TypedDict):
    error: ReadOnly[Text | None]

class StateObject(Protocol):
    @property
    def error(self) -> Text | None: ...

Post: TypeAlias = PostDict | PostObject

class PostDict(TypedDict):
    id: ReadOnly[float]
    title: ReadOnly[Text]

class PostObject(Protocol):
    @property
    def id(self) -> float: ...
    @property
    def title(self) -> Text: ...

MenuEntries: TypeAlias = MenuEntriesDict | MenuEntriesObject | BaseModel

class MenuEntriesDict(TypedDict):
    label: ReadOnly[Text]
    onSelect: ReadOnly[ServerAction[..., None]]

class MenuEntriesObject(Protocol):
    @property
    def label(self) -> Text: ...
    @property
    def onSelect(self) -> ServerAction[..., None]: ...

class DeleteButtonComponent(ComponentFactory):
    def __call__(
        self,
        *,
        key: Key = None,
        action: ServerAction[[Form1], None] | ServerAction[[], None],
    ) -> Element:
        """Takes a form.

        app/actions.tsx:9
        """

DeleteButton: DeleteButtonComponent  # app/actions.tsx:9

class PlainButtonComponent(ComponentFactory):
    def __call__(
        self,
        *,
        key: Key = None,
        action: ServerAction[[], None],
    ) -> Element:
        """app/actions.tsx:13"""

PlainButton: PlainButtonComponent  # app/actions.tsx:13

class StateFormComponent(ComponentFactory):
    def __call__(
        self,
        *,
        key: Key = None,
        action: ServerAction[[Data1, Form1], State] | ServerAction[[], State],
        initial: State = ...,
    ) -> Element:
        """app/actions.tsx:17"""

StateForm: StateFormComponent  # app/actions.tsx:17

class EditorComponent(ComponentFactory):
    def __call__(
        self,
        *,
        key: Key = None,
        save: ServerAction[[int, Text1], Post],
        rename: ServerAction[[Text2, Text3], None] = ...,
        store: ServerAction[[Data1, datetime, bool], float] = ...,
        search: ServerAction[[Text4, int], Sequence[Post]] = ...,
        log: ServerAction[..., None] = ...,
        sort: ServerAction[[Any], None] = ...,
    ) -> Element:
        """app/actions.tsx:21"""

Editor: EditorComponent  # app/actions.tsx:21

class FieldComponent(ComponentFactory):
    def __call__(
        self,
        *,
        key: Key = None,
        on_change: ClientValue = ...,
        format: ClientValue,
        render: ClientValue = ...,
    ) -> Element:
        """Functions that run in the browser.

        app/actions.tsx:33
        """

Field: FieldComponent  # app/actions.tsx:33

euro: ClientExport  # app/actions.tsx:41

class MenuComponent(ComponentFactory):
    def __call__(
        self,
        *,
        key: Key = None,
        entries: Sequence[MenuEntries],
    ) -> Element:
        """app/actions.tsx:45"""

Menu: MenuComponent  # app/actions.tsx:45
