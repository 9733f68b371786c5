import hashlib
import hmac

import pytest

from lib.webhooks import is_from_github, is_from_stripe

BODY, SECRET, NOW = b'{"id": "evt_1"}', "whsec_test", 1_700_000_000


def sign(message):
    return hmac.new(SECRET.encode(), message, hashlib.sha256).hexdigest()


GOOD = sign(f"{NOW}.".encode() + BODY)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (f"t={NOW},v1={GOOD}", True),
        (f"t={NOW},v1={'0' * 64},v1={GOOD}", True),
        (f"t={NOW}, v1={GOOD}", True),
        (f"t={NOW},v1={'0' * 64}", False),
        (f"t={NOW},v0={GOOD}", False),
        (f"t={NOW + 1},v1={GOOD}", False),
        (f"t={NOW - 301},v1={sign(f'{NOW - 301}.'.encode() + BODY)}", False),
        (f"v1={GOOD}", False),
        ("t=,v1=", False),
        ("t=²,v1=", False),
        ("", False),
        ("ü", False),
    ],
)
def test_stripe(header, expected):
    """Only a fresh signature over the timestamp and the raw body counts."""
    assert is_from_stripe(BODY, header, SECRET, NOW) is expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [(f"sha256={sign(BODY)}", True), (f"sha256={sign(b'other')}", False), (sign(BODY), False), ("", False)],
)
def test_github(header, expected):
    """Only a signature over the raw body counts."""
    assert is_from_github(BODY, header, SECRET) is expected
