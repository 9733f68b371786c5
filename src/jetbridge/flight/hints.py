"""Resource hints, by the names that react-dom gives them. `FlightEncoder.hint` sends one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

CrossOrigin = Literal["anonymous", "use-credentials", ""]
Priority = Literal["high", "low", "auto"]


@dataclass(frozen=True, slots=True)
class Hint:
    """code: the letter of the row. model: what it says; strings in it must not start with "$"."""

    code: str
    model: Any


def prefetch_dns(href: str) -> Hint:
    """Look up the host of `href`."""
    return Hint("D", href)


def preconnect(href: str, *, cross_origin: CrossOrigin | None = None) -> Hint:
    """Open a connection to the host of `href`."""
    mode = _cross_origin(cross_origin)
    return Hint("C", href if mode is None else [href, mode])


def preload(
    href: str,
    as_: str,
    *,
    cross_origin: CrossOrigin | None = None,
    integrity: str | None = None,
    nonce: str | None = None,
    type: str | None = None,
    fetch_priority: Priority | None = None,
    referrer_policy: str | None = None,
    image_src_set: str | None = None,
    image_sizes: str | None = None,
    media: str | None = None,
) -> Hint:
    """Download a resource that will be used as `as_`: "style", "script", "font", "image", "fetch"..."""
    mode = "" if as_ == "font" and cross_origin is None else _cross_origin(cross_origin)
    options = _given(
        crossOrigin=mode,
        integrity=integrity,
        nonce=nonce,
        type=type,
        fetchPriority=fetch_priority,
        referrerPolicy=referrer_policy,
        imageSrcSet=image_src_set,
        imageSizes=image_sizes,
        media=media,
    )
    return Hint("L", [href, as_, options] if options else [href, as_])


def preload_module(
    href: str, *, as_: str | None = None, cross_origin: CrossOrigin | None = None, integrity: str | None = None
) -> Hint:
    """Download a module without running it."""
    return _with_options("m", href, _given(**{"as": as_}, crossOrigin=_cross_origin(cross_origin), integrity=integrity))


def preinit_style(
    href: str,
    *,
    precedence: str | None = None,
    cross_origin: CrossOrigin | None = None,
    integrity: str | None = None,
    fetch_priority: Priority | None = None,
) -> Hint:
    """Load a stylesheet and put it into the document, after those of the same precedence."""
    options = _given(crossOrigin=_cross_origin(cross_origin), integrity=integrity, fetchPriority=fetch_priority)
    if options:
        return Hint("S", [href, 0 if precedence is None else precedence, options])
    return Hint("S", href if precedence is None else [href, precedence])


def preinit_script(
    href: str,
    *,
    cross_origin: CrossOrigin | None = None,
    integrity: str | None = None,
    fetch_priority: Priority | None = None,
    nonce: str | None = None,
) -> Hint:
    """Load a script and run it."""
    mode = _cross_origin(cross_origin)
    options = _given(crossOrigin=mode, integrity=integrity, fetchPriority=fetch_priority, nonce=nonce)
    return _with_options("X", href, options)


def preinit_module(
    href: str, *, cross_origin: CrossOrigin | None = None, integrity: str | None = None, nonce: str | None = None
) -> Hint:
    """Load a module and run it."""
    options = _given(crossOrigin=_cross_origin(cross_origin), integrity=integrity, nonce=nonce)
    return _with_options("M", href, options)


def _with_options(code: str, href: str, options: dict[str, Any]) -> Hint:
    return Hint(code, [href, options] if options else href)


def _cross_origin(mode: str | None) -> str | None:
    """Everything but credentials is anonymous, which is spelled ""."""
    return mode if mode is None or mode == "use-credentials" else ""


def _given(**options: Any) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}
