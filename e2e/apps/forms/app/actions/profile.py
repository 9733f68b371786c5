"""use server

One form with a field of every kind.
"""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from jetbridge import FieldError, File, FormState


class Address(BaseModel):
    street: Annotated[str, Field(min_length=1)]


class Profile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=3)]
    bio: str
    age: int
    colour: Literal["red", "green", "blue"]
    size: Literal["s", "m", "l"]
    newsletter: bool
    tags: list[str]
    languages: list[str]
    address: Address
    password: SecretStr
    photo: File | None = None


class ProfileState(FormState):
    saved: NotRequired[str]


async def save_profile(prev_state: ProfileState, form: Profile) -> ProfileState:
    if form.name == "taken":
        raise FieldError("name", "That name is taken.")
    tags, languages = "+".join(form.tags), "+".join(form.languages)
    words = [form.name, form.bio, form.age, form.colour, form.size, form.newsletter, tags, languages]
    return {"error": None, "saved": " ".join(str(word) for word in [*words, form.address.street])}
