"""Where a request comes from: the proxy in front, and the site whose page sent it. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final
from urllib.parse import urlsplit

from jetbridge.errors import OriginMismatch

_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_FORWARDED_PAIR: Final = re.compile(r"""(\w+)=("[^"]*"|[^;\s]*)""", re.ASCII)


@dataclass(slots=True)
class Caller:
    """Who sent a request and under which address it was sent. host: as in the Host header, lower case."""

    scheme: str
    host: str
    address: str | None


def find_caller(scheme: str, headers: Mapping[str, str], address: str | None, trusted_proxies: Sequence[str]) -> Caller:
    """What the browser sees as scheme and host, and its address.

    What a proxy says counts only when the peer is a trusted one; of a list the last entry counts, which that proxy
    wrote. `Forwarded` (RFC 7239) counts where there is no X-Forwarded-* header at all.
    """
    host = headers.get("host", "").strip().lower()
    if address is None or not is_trusted(address, trusted_proxies):
        return Caller(scheme, host, address)
    said = forwarded_values(headers)
    if said["proto"].lower() in _DEFAULT_PORTS:
        scheme = said["proto"].lower()
    return Caller(scheme, said["host"].lower() or host, _without_port(said["for"]) or address)


def forwarded_values(headers: Mapping[str, str]) -> dict[str, str]:
    """What the nearest proxy says of scheme ("proto"), host and client ("for"); "" where it says nothing."""
    values = {name: headers.get(f"x-forwarded-{name}", "").split(",")[-1].strip() for name in ("proto", "host", "for")}
    if any(values.values()):
        return values
    for pair in _FORWARDED_PAIR.findall(headers.get("forwarded", "").split(",")[-1]):
        if pair[0].lower() in values:
            values[pair[0].lower()] = pair[1].strip('"')
    return values


def _without_port(node: str) -> str:
    """An address as a proxy writes it, "[2001:db8::1]:4711" or "192.0.2.1:4711", without brackets and port."""
    if node.startswith("["):
        return node[1:].partition("]")[0]
    return node.partition(":")[0] if node.count(":") == 1 else node


def is_trusted(address: str, trusted_proxies: Sequence[str]) -> bool:
    """Whether this peer is one of the proxies whose headers count."""
    return bool(trusted_proxies) and any(_is_within(address, proxy) for proxy in trusted_proxies)


def _is_within(address: str, proxy: str) -> bool:
    """Whether an address is this one, or in this network; a server that listens on IPv6 sees IPv4 peers mapped."""
    try:
        # A zone ("fe80::1%eth0") says by which interface the peer came, not who it is.
        peer, network = ip_address(address.partition("%")[0]), ip_network(proxy, strict=False)
    except ValueError:
        return address == proxy
    mapped = peer.ipv4_mapped if isinstance(peer, IPv6Address) else None
    return peer in network or (mapped is not None and mapped in network)


def check_origin(caller: Caller, headers: Mapping[str, str], allowed_origins: Sequence[str]) -> None:
    """Refuse what a page of another site may have sent.

    `Origin` decides where it names a site, else `Sec-Fetch-Site`. With neither, the sender is no browser, or an old
    one: it is let through unless it carries cookies or credentials.
    Raises: OriginMismatch; its text, for the log, has both values and the setting that would allow the request.
    """
    origin = headers.get("origin")
    if origin is not None and origin != "null":
        if not is_same_origin(origin, caller) and not any(matches_origin(origin, rule) for rule in allowed_origins):
            raise OriginMismatch(
                f"Origin {origin[:100]!r} is not {caller.scheme}://{caller.host[:100]}. If it is yours, add it to "
                "JETBRIDGE_ALLOWED_ORIGINS; behind a proxy that changes Host, name it in JETBRIDGE_TRUSTED_PROXIES."
            )
        return
    site = headers.get("sec-fetch-site")
    if site is not None:
        if site not in ("same-origin", "none") and not (origin == "null" and "null" in allowed_origins):
            raise OriginMismatch(f"Sec-Fetch-Site is {site[:40]!r}, and there is no Origin that is allowed.")
        return
    if origin == "null":
        if "null" not in allowed_origins:
            raise OriginMismatch("Origin is 'null': a sandboxed frame or a redirect from another site sent it.")
        return
    if "cookie" in headers or "authorization" in headers:
        raise OriginMismatch(
            "The request has credentials but neither Origin nor Sec-Fetch-Site. For clients that are no browsers use a "
            "route handler."
        )


def is_same_origin(origin: str, caller: Caller) -> bool:
    """Whether an Origin header names this server, as the browser addressed it.

    Behind a proxy that ends TLS and is not listed as trusted, the server itself sees http: an https origin of the same
    host is the same site. The reverse, an http page calling an https server, is not.
    """
    parsed = _split_origin(origin)
    if parsed is None:
        return False
    scheme, host, port = parsed
    own = _split_origin(f"{scheme}://{caller.host}")
    return own is not None and own[1:] == (host, port) and (scheme == caller.scheme or scheme == "https")


def matches_origin(origin: str, rule: str) -> bool:
    """Whether an Origin fits a rule: "https://a.example", "https://*.a.example" (one label), or without scheme."""
    scheme, separator, rest = rule.rpartition("://")
    parsed = _split_origin(origin)
    wanted = _split_origin(f"{scheme if separator else parsed[0]}://{rest}") if parsed else None
    if parsed is None or wanted is None or (parsed[0], parsed[2]) != (wanted[0], wanted[2]):
        return False
    if not wanted[1].startswith("*."):
        return parsed[1] == wanted[1]
    label, dot, parent = parsed[1].partition(".")
    return bool(label and dot) and parent == wanted[1][2:] and "." in parent


_MAX_ORIGIN: Final = 300
"""More characters than scheme, name (253) and port can have."""


@lru_cache(maxsize=256)
def _split_origin(origin: str) -> tuple[str, str, int] | None:
    """(scheme, host, port) in lower case, or None for what is no origin."""
    if len(origin) > _MAX_ORIGIN:
        return None
    try:
        parts = urlsplit(origin)
        port = parts.port
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    if (
        scheme not in _DEFAULT_PORTS
        or not parts.hostname
        or parts.path
        or parts.query
        or parts.fragment
        or "@" in origin
    ):
        return None
    return scheme, parts.hostname.lower(), _DEFAULT_PORTS[scheme] if port is None else port
