"""A stand-in for somebody else's service, so that one can watch how each kind of failure is handled."""

from __future__ import annotations

import asyncio
from typing import Literal

Behaviour = Literal["up", "down", "broken"]


class PartnerUnavailable(Exception):
    """The service does not answer. It happens, and trying again later helps."""


async def sync(behaviour: Behaviour) -> int:
    """Exchange the latest entries with the service and return how many there were.

    Raises: PartnerUnavailable when the service is "down"; when it is "broken" it answers with something
    that nobody foresaw, and what is raised then is a bug.
    """
    await asyncio.sleep(0.05)
    if behaviour == "down":
        raise PartnerUnavailable("connection refused by partner.internal:8443")
    answer: dict[str, int] = {"entries": 3} if behaviour == "up" else {}
    return answer["entries"]
