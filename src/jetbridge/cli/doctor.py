"""`jetbridge doctor`: how a project is configured, and what the server makes of a request's headers."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from typing import Literal

from jetbridge import wire
from jetbridge.config import Config
from jetbridge.context import Headers
from jetbridge.errors import ConfigError, OriginMismatch
from jetbridge.node.manifest import Build
from jetbridge.node.runtime import find_node
from jetbridge.server.origin import Caller, check_origin, find_caller, forwarded_values, is_trusted


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at, what was found, and whether that is fine, worth a thought, or wrong."""

    state: Literal["ok", "note", "wrong"]
    what: str
    found: str

    def __str__(self) -> str:
        return f"{self.state:5}  {self.what:16}  {self.found}"


def examine(config: Config) -> Iterator[Finding]:
    """The effective configuration and what the application needs, one after the other. No secret is shown."""
    yield Finding("ok", "project", f"{config.root}, pages in {config.app_dir}/")
    yield Finding("ok", "versions", f"jetbridge {version('jetbridge')}, Python {platform.python_version()}")
    yield _node(config)
    yield _react(config)
    yield _build(config)
    yield _secrets(config)
    yield Finding("ok", "allowed_origins", ", ".join(config.allowed_origins) or "none but the site's own")
    yield _proxies(config)
    yield _rates(config)
    yield _cache(config)
    yield Finding("ok", "limits", f"bodies of {config.max_body_bytes} bytes, in {config.body_timeout} s")


def _node(config: Config) -> Finding:
    try:
        return Finding("ok", "node", find_node(config))
    except ConfigError as error:
        return Finding("wrong", "node", str(error))


def _react(config: Config) -> Finding:
    ours = wire.REACT_VERSION
    found = {name: _installed(config, name) for name in ("react", "react-dom")}
    for name, installed in found.items():
        if installed not in (None, ours):
            text = f"{name} {installed} in node_modules: npm install --save-exact react@{ours} react-dom@{ours}"
            return Finding("wrong", "react", text)
    return Finding("ok", "react", ours if found["react"] else f"{ours}, ours; none in node_modules")


def _installed(config: Config, name: str) -> str | None:
    try:
        return str(json.loads((config.root / "node_modules" / name / "package.json").read_text("utf-8"))["version"])
    except (OSError, ValueError, KeyError):
        return None


def _build(config: Config) -> Finding:
    try:
        return Finding("ok", "build", Build.load(config.out_path).id)
    except ConfigError as error:
        return Finding("note", "build", str(error))


def _secrets(config: Config) -> Finding:
    if not config.secrets:
        text = "JETBRIDGE_SECRET is not set: sessions and open pages end with the process"
        return Finding("note", "secrets", text)
    weak = [number for number, secret in enumerate(config.secrets, 1) if len(set(secret)) < 10]
    if weak:
        return Finding("wrong", "secrets", f"key {weak[0]} repeats few characters: use random ones")
    count = len(config.secrets)
    shortest = min(map(len, config.secrets))
    return Finding("ok", "secrets", f"{count} key{'s' if count > 1 else ''}, the shortest of {shortest} characters")


def _proxies(config: Config) -> Finding:
    if not config.trusted_proxies:
        return Finding("ok", "trusted_proxies", "none: what X-Forwarded-* headers say is ignored")
    everybody = [one for one in config.trusted_proxies if one in ("0.0.0.0/0", "::/0")]
    if everybody:
        return Finding("wrong", "trusted_proxies", f"{everybody[0]} is everybody: name the proxy's own address")
    return Finding("ok", "trusted_proxies", ", ".join(config.trusted_proxies))


def _rates(config: Config) -> Finding:
    store = config.rate_limit_store.partition("://")[0]
    if store == "memory" and config.workers > 1:
        text = f"memory:// counts in each of {config.workers} processes: a rate lets that many times as much through"
        return Finding("note", "rate limits", text)
    return Finding("ok", "rate limits", f"counted in {store}://")


def _cache(config: Config) -> Finding:
    store = config.cache.partition(":")[0]
    if store == "memory" and config.workers > 1:
        text = f"memory of each of {config.workers} processes: what one revalidates, the others still show"
        return Finding("note", "cache", text)
    if not store:
        return Finding("ok", "cache", "in memory" if config.workers == 1 else "in a file that the processes share")
    return Finding("ok", "cache", "in memory" if store == "memory" else f"in {store}, as the setting `cache` says")


def parse_headers(text: str) -> Headers:
    """Headers as they stand in a request, as `curl -v` or a proxy's log shows them; its first line may be there too.

    Raises: ConfigError for a line that is no header.
    """
    pairs: list[tuple[bytes, bytes]] = []
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.lstrip("<> ").strip()
        name, separator, value = stripped.partition(":")
        if not stripped or (not pairs and stripped.rpartition(" ")[2].startswith("HTTP/")):
            continue
        if not separator or " " in name.strip():
            raise ConfigError(f"Line {number} is no header: {line[:80]!r}. A header looks like `Host: app.example`.")
        pairs.append((name.strip().encode(), value.strip().encode()))
    return Headers(pairs)


def explain(config: Config, headers: Headers, scheme: str, peer: str) -> tuple[list[str], bool]:
    """What the server decides about a request with these headers, step by step, and whether an action would run.

    scheme, peer: how and from which address the request reached the server, which behind a proxy is the proxy's.
    """
    caller = find_caller(scheme, headers, peer, config.trusted_proxies)
    lines = [f"It came over {scheme} from {peer}, for Host {headers.get('host') or '(none)'}."]
    lines += _about_proxy(config, headers, peer)
    lines.append(f"So the visitor's address is {caller.address}, and the site is {caller.scheme}://{caller.host}.")
    origin, site = headers.get("origin", "(none)"), headers.get("sec-fetch-site", "(none)")
    lines.append(f"The page that sent it: Origin {origin}, Sec-Fetch-Site {site}.")
    try:
        check_origin(caller, headers, config.allowed_origins)
    except OriginMismatch as error:
        lines.append(f"Refused with 403. {error}")
        lines += _cures(config, headers, scheme, peer, caller)
        return lines, False
    lines.append("An action would run.")
    return lines, True


def _about_proxy(config: Config, headers: Headers, peer: str) -> list[str]:
    said = {name: value for name, value in forwarded_values(headers).items() if value}
    words = ", ".join(f"{name} {value}" for name, value in said.items())
    trusted = ", ".join(config.trusted_proxies) or "none"
    if is_trusted(peer, config.trusted_proxies):
        return [f"{peer} is one of trusted_proxies ({trusted}). It says: {words or 'nothing about the visitor'}."]
    if not said:
        return ["No proxy says anything about the visitor."]
    return [f"A proxy says: {words}. That is ignored: {peer} is none of trusted_proxies ({trusted})."]


def _cures(config: Config, headers: Headers, scheme: str, peer: str, caller: Caller) -> list[str]:
    """The settings that would let the request through, tried out."""
    cures: list[str] = []
    trusting = find_caller(scheme, headers, peer, (peer,))
    if trusting != caller and _passes(trusting, headers, config.allowed_origins):
        cures.append(
            f"If {peer} is your own proxy: JETBRIDGE_TRUSTED_PROXIES={','.join([*config.trusted_proxies, peer])}"
        )
    origin = headers.get("origin")
    if origin and _passes(caller, headers, (*config.allowed_origins, origin)):
        allowed = ",".join([*config.allowed_origins, origin])
        cures.append(f"If {origin} is a site of yours: JETBRIDGE_ALLOWED_ORIGINS={allowed}")
    return cures or ["No setting lets it through: the browser itself says that another site sent it, or says nothing."]


def _passes(caller: Caller, headers: Headers, allowed_origins: tuple[str, ...]) -> bool:
    try:
        check_origin(caller, headers, allowed_origins)
    except OriginMismatch:
        return False
    return True
