"""What all tests share."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("jetbridge", deadline=None)
settings.load_profile("jetbridge")
"""No deadline per example: on a busy machine a slow one says nothing about the code."""
