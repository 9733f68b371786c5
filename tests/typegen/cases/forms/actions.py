"""use server"""

from __future__ import annotations

from typing import NotRequired, TypedDict

from pydantic import BaseModel, Field

from jetbridge import File, FormData, FormState


class Post(BaseModel):
    title: str = Field(min_length=1)
    body: str = ""
    picture: File | None = None


class Saved(TypedDict):
    error: str | None
    fields: NotRequired[dict[str, list[str]]]
    id: NotRequired[int]


async def create_post(prev_state: FormState, post: Post) -> FormState:
    return {"error": None}


async def update_post(post_id: int, prev_state: Saved | None, post: Post) -> Saved:
    return {"error": None, "id": post_id}


async def jot_down(form: FormData) -> None: ...


async def search(prev_state: list[str], form: FormData) -> list[str]:
    return []
