"""Actions as props."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypedDict
from uuid import UUID

from actions import DeleteButton, Editor, Field, Menu, PlainButton, StateForm, euro
from pydantic import BaseModel

from jetbridge import FormData, action, bind


class PostForm(BaseModel):
    title: str


@dataclass
class Post:
    id: int
    title: str


class State(TypedDict):
    error: str | None


class OtherState(TypedDict):
    message: str


async def delete_post(post_id: int) -> None: ...
async def delete_by_form(form: FormData) -> None: ...
async def delete_by_model(form: PostForm) -> None: ...
async def nothing() -> None: ...
@action(public=True)
async def configured(form: FormData) -> None: ...
async def count(form: FormData) -> int:
    return 1


DeleteButton(action=delete_by_form)
DeleteButton(action=delete_by_model)
DeleteButton(action=configured)
DeleteButton(action=nothing)
DeleteButton(action=bind(delete_post, 3))
DeleteButton(action=delete_post)  # wrong: nothing is bound
DeleteButton(action=count)  # wrong: result
DeleteButton(action="/posts")  # wrong: no action
DeleteButton()  # wrong: no action
PlainButton(action=nothing)
PlainButton(action=bind(delete_post, 3))
PlainButton(action=bind(configured))  # wrong: it wants a form
PlainButton(action=delete_post)  # wrong: nothing is bound


async def create(state: State, form: FormData) -> State:
    return state


class StateModel(BaseModel):
    error: str | None


async def create_model(state: StateModel, form: PostForm) -> StateModel:
    return state


async def other(state: OtherState, form: FormData) -> OtherState:
    return state


async def update(post_id: int, state: State, form: FormData) -> State:
    return state


StateForm(action=create, initial={"error": None})
StateForm(action=create_model)
StateForm(action=bind(update, 3))
StateForm(action=other)  # wrong: another state
StateForm(action=update)  # wrong: nothing is bound
StateForm(action=create, initial={"eror": None})  # wrong: name


async def save(id: int, title: str) -> Post:
    return Post(id, title)


async def save_later(id: float, title: Literal["a"] | UUID) -> Post: ...
async def save_id(id: UUID, title: str) -> Post: ...
async def rename(old: str, new: UUID) -> None: ...
def rename_now(old: str, new: str) -> None: ...
async def store(post: PostForm, at: datetime, draft: bool) -> int: ...
async def search(query: str | None, limit: int = 10) -> list[Post]: ...
async def search_numbers(query: int) -> list[Post]: ...
async def log(*parts: str) -> None: ...
async def sort(ids: list[int]) -> None: ...


Editor(save=save, rename=rename, store=store, search=search, log=log, sort=sort)
Editor(save=save_later, rename=rename_now)
Editor(save=save_id)  # wrong: a number comes
Editor(save=rename)  # wrong: a number comes
Editor(save=save, store=save)  # wrong: parameters
Editor(save=save, search=search_numbers)  # wrong: text comes


def price(value: float) -> str:
    return str(value)


Field(format=euro)
Field(format=price)  # wrong: a Python function runs on the server
Field(format=euro, on_change=nothing)  # wrong: an event cannot be sent
Field()  # wrong: no format
euro(3)  # wrong: it runs in the browser
Menu(entries=[{"label": "x", "on_select": nothing}])  # wrong: keys stay as they are
Menu(entries=[{"label": "x", "onSelect": nothing}])
