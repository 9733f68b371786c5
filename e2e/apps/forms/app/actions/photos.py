"""use server

An upload, of up to 8 MB.
"""

from __future__ import annotations

import hashlib
from typing import Final, NotRequired

from pydantic import BaseModel

from jetbridge import File, FormState, action, public, revalidate_path

__guard__ = public

uploads: Final[list[str]] = []


class Photo(BaseModel):
    photo: File


class PhotoState(FormState):
    saved: NotRequired[str]


@action(max_body_bytes=8_000_000)
async def save_photo(prev_state: PhotoState, form: Photo) -> PhotoState:
    digest = hashlib.sha256(form.photo.read()).hexdigest()[:8]
    uploads.append(digest)
    revalidate_path("/upload")
    return {"error": None, "saved": f"{form.photo.name} {form.photo.size} {digest}"}
