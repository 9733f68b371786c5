"""Cache profiles: names for how long data is fresh, and how long it may then still be shown while it is made anew."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from jetbridge.errors import ConfigError

MINUTE: Final = 60
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR


@dataclass(frozen=True, slots=True)
class CacheProfile:
    """revalidate: for how many seconds data is fresh. expire: after how many it is gone; None for never.

    In between it is stale: readers get it at once, and the first of them has it made anew in the background.
    Raises: ConfigError unless 0 < revalidate <= expire.
    """

    revalidate: float
    expire: float | None = None

    def __post_init__(self) -> None:
        if self.revalidate <= 0 or (self.expire is not None and self.expire < self.revalidate):
            raise ConfigError(f"A cache profile needs 0 < revalidate <= expire, in seconds, not {self}.")

    @property
    def stale_for(self) -> float | None:
        """How many seconds data is stale before it is gone; None for no limit."""
        return None if self.expire is None else self.expire - self.revalidate


# The names and times of Next.js 16, `cacheLife`.
PROFILES: Final[Mapping[str, CacheProfile]] = {
    "default": CacheProfile(15 * MINUTE),
    "seconds": CacheProfile(1, MINUTE),
    "minutes": CacheProfile(MINUTE, HOUR),
    "hours": CacheProfile(HOUR, DAY),
    "days": CacheProfile(DAY, 7 * DAY),
    "weeks": CacheProfile(7 * DAY, 30 * DAY),
    "max": CacheProfile(30 * DAY, 365 * DAY),
}

NO_PROFILES: Final[Mapping[str, CacheProfile]] = MappingProxyType({})

own_profiles: Final[ContextVar[Mapping[str, CacheProfile]]] = ContextVar("jetbridge_profiles", default=NO_PROFILES)
"""The application's own, by name: they go before ours."""


def find_profile(profile: str | CacheProfile) -> CacheProfile:
    """The profile of this name. Raises: ConfigError for an unknown one."""
    if isinstance(profile, CacheProfile):
        return profile
    own = own_profiles.get()
    found = own.get(profile) or PROFILES.get(profile)
    if found is None:
        known = ", ".join({**PROFILES, **own})
        raise ConfigError(
            f"There is no cache profile {profile!r:.60}: known are {known}. Add your own under "
            "[tool.jetbridge.cache_profiles]."
        )
    return found
