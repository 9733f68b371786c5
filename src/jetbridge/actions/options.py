"""What `@action(...)` may say about one action."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, Final

from jetbridge.actions.form_state import ParseFailure
from jetbridge.actions.guards import Guard
from jetbridge.actions.limits import Rate
from jetbridge.errors import ConfigError

_NO_LIMITS: Final = ("name", "guard", "public", "shield", "invalid", "docs")
_AT_LEAST_ONE: Final = ("max_body_bytes", "concurrency", "max_file_bytes")


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionOptions:
    """What `@action(...)` may say; None: as for every action of the application.

    name: what the id is made from, instead of module and function name; keeps the id when the function moves.
    guard: who may call, see `Guard`. public: anybody may, also where the module has a guard.
    max_body_bytes: largest body of a call, in bytes, instead of the application's limit.
    max_files, max_file_bytes: how many files a call may bring, and how large each may be, in bytes.
    timeout: seconds after which the action is cancelled.
    concurrency: how many calls may run at once in one process.
    rate: how many calls one user or address may make, such as "10/minute".
    shield: a browser that goes away does not cancel it.
    invalid: makes the state that answers a form which does not fit, instead of what the returned type says.
    docs: the docstring goes into the generated types, where editors show it; no browser gets it.
    """

    name: str | None = None
    guard: Guard | None = None
    public: bool = False
    max_body_bytes: int | None = None
    max_files: int | None = None
    max_file_bytes: int | None = None
    timeout: float | None = None
    concurrency: int | None = None
    rate: str | None = None
    shield: bool = False
    invalid: Callable[[ParseFailure], Any] | None = None
    docs: bool = False

    def __post_init__(self) -> None:
        if self.name is not None and not self.name.strip():
            raise ConfigError("@action(name=...) needs a name that is not empty.")
        if self.guard is not None and self.public:
            raise ConfigError("@action(guard=..., public=True) says two things: keep one of them.")
        if self.guard is not None and not callable(self.guard):
            raise ConfigError(f"@action(guard=...) must be a function, not {self.guard!r}.")
        for name in _AT_LEAST_ONE:
            value = getattr(self, name)
            if value is not None and (type(value) is not int or value < 1):
                raise ConfigError(f"@action({name}=...) must be a whole number from 1 up, not {value!r}.")
        if self.max_files is not None and (type(self.max_files) is not int or self.max_files < 0):
            raise ConfigError(f"@action(max_files=...) must be a whole number from 0 up, not {self.max_files!r}.")
        if self.timeout is not None and not self.timeout > 0:
            raise ConfigError(f"@action(timeout=...) must be more than 0 seconds, not {self.timeout!r}.")
        if self.rate is not None:
            Rate.parse(self.rate)
        if self.invalid is not None and not callable(self.invalid):
            raise ConfigError(f"@action(invalid=...) must be a function, not {self.invalid!r}.")

    def limits(self) -> dict[str, int | float | str]:
        """Those limits that are set, by name."""
        names = [one.name for one in fields(self) if one.name not in _NO_LIMITS]
        return {name: value for name in names if (value := getattr(self, name)) is not None}
