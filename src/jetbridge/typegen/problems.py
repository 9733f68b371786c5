"""Annotations that TypeScript has no type for, because nothing of their kind can travel."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """place: "app/actions/posts.py:12". path: "create_post(post.due)". reason: with what to write instead."""

    place: str
    path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.path}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Refused:
    """Stands for an annotation of which it is known already that it cannot be expressed."""

    reason: str
