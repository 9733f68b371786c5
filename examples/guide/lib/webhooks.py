"""Checking that a webhook comes from whom it says. Both schemes sign the raw body, so it must not be parsed first."""

from __future__ import annotations

import hashlib
import hmac

STRIPE_TOLERANCE = 300
"""How old a signed delivery may be, in seconds: an older one may have been recorded and sent again."""


def is_from_stripe(body: bytes, header: str, secret: str, now: float) -> bool:
    """Check a `Stripe-Signature`: "t=<seconds>,v1=<hex>", with several v1 while a secret is being replaced.

    now: seconds since 1970.
    """
    fields = [part.strip().partition("=")[::2] for part in header.split(",")]
    timestamp = next((value for name, value in fields if name == "t"), "")
    if not timestamp.isdecimal() or abs(now - int(timestamp)) > STRIPE_TOLERANCE:
        return False
    expected = _sign(timestamp.encode() + b"." + body, secret)
    return any(_same(value, expected) for name, value in fields if name == "v1")


def is_from_github(body: bytes, header: str, secret: str) -> bool:
    """Check an `X-Hub-Signature-256`: "sha256=<hex>"."""
    return _same(header, "sha256=" + _sign(body, secret))


def _sign(message: bytes, secret: str) -> str:
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(), expected.encode())
