"""Which requests count as coming from this site."""

import pytest

from jetbridge.errors import OriginMismatch
from jetbridge.server.origin import Caller, check_origin, find_caller, is_trusted, matches_origin

HERE = Caller("https", "app.example", "10.0.0.1")
PLAIN = Caller("http", "localhost:3000", "127.0.0.1")


@pytest.mark.parametrize(
    ("caller", "headers"),
    [
        (HERE, {"origin": "https://app.example"}),
        (HERE, {"origin": "HTTPS://APP.EXAMPLE"}),
        (HERE, {"origin": "https://app.example:443"}),
        (PLAIN, {"origin": "http://localhost:3000"}),
        (PLAIN, {"origin": "https://localhost:3000"}),
        (HERE, {"sec-fetch-site": "same-origin"}),
        (HERE, {"sec-fetch-site": "none"}),
        (HERE, {"origin": "null", "sec-fetch-site": "same-origin"}),
        (HERE, {}),
        (HERE, {"origin": "https://www.partner.example"}),
        (HERE, {"origin": "https://WWW.Partner.Example:443", "cookie": "a=1"}),
        (HERE, {"origin": "https://www.partner.example", "sec-fetch-site": "cross-site"}),
        (HERE, {"sec-fetch-site": "same-origin", "cookie": "a=1", "authorization": "Bearer x"}),
        (Caller("http", "[::1]:3000", "::1"), {"origin": "http://[::1]:3000"}),
        (Caller("https", "[2001:db8::1]", "::1"), {"origin": "https://[2001:DB8::1]:443"}),
    ],
)
def test_own_and_listed_origins_pass(caller, headers):
    """A request of this site, of a listed one, and one of no browser without credentials go through."""
    check_origin(caller, headers, ("https://*.partner.example",))


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "https://app.example.evil.example"},
        {"origin": "https://app.example:8443"},
        {"origin": "http://app.example"},
        {"origin": "https://app.example/path"},
        {"origin": "https://user@app.example"},
        {"origin": "https://[broken"},
        {"origin": "https://app.example:99999"},
        {"origin": "https://app.example:8443", "cookie": "a=1"},
        {"origin": "https://app.example."},
        {"origin": "https://app.example, https://evil.example"},
        {"origin": "https://app.example https://evil.example"},
        {"origin": "https://app.example?x"},
        {"origin": "https://app.example#x"},
        {"origin": "//app.example"},
        {"origin": "app.example"},
        {"origin": "file://"},
        {"origin": "data:text/html,x"},
        {"origin": "https://[::1%25eth0]"},
        {"origin": "https://\u212app.example"},
        {"origin": "https://evil.example", "x-forwarded-host": "evil.example"},
        {"origin": "NULL"},
        {"sec-fetch-site": "Same-Origin"},
        {"sec-fetch-site": ""},
        {"origin": ""},
        {"origin": "null"},
        {"origin": "null", "sec-fetch-site": "cross-site"},
        {"origin": "https://evil.example", "sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"cookie": "a=1"},
        {"authorization": "Bearer x"},
    ],
)
def test_foreign_requests_are_refused(headers):
    """What a page of another site may have sent is refused, malformed values included."""
    with pytest.raises(OriginMismatch):
        check_origin(HERE, headers, ())


def test_the_refusal_names_both_values_and_the_setting():
    """The log line says what came, what was expected and what to set."""
    with pytest.raises(OriginMismatch) as caught:
        check_origin(HERE, {"origin": "https://evil.example"}, ())

    text = str(caught.value)
    assert "https://evil.example" in text
    assert "https://app.example" in text
    assert "JETBRIDGE_ALLOWED_ORIGINS" in text


@pytest.mark.parametrize(
    ("origin", "rule", "expected"),
    [
        ("https://a.example", "https://a.example", True),
        ("https://a.example", "a.example", True),
        ("https://x.a.example", "https://*.a.example", True),
        ("https://x.y.a.example", "https://*.a.example", False),
        ("https://a.example", "https://*.a.example", False),
        ("https://a.example", "*", False),
        ("https://a.example", "*.example", False),
        ("http://a.example", "https://a.example", False),
        ("https://a.example:8443", "https://a.example", False),
        ("https://a.example:8443", "https://a.example:8443", True),
        ("null", "a.example", False),
        ("https://A.Example", "HTTPS://a.EXAMPLE", True),
        ("https://a.example", "https://a.example:443", True),
        ("http://a.example:443", "https://a.example", False),
        ("https://evila.example", "https://*.a.example", False),
        ("https://.a.example", "https://*.a.example", False),
        ("https://x.a.example:8443", "https://*.a.example", False),
        ("https://x.a.example", "https://x.*.example", False),
        ("https://x.a.example", "*.a.example", True),
        ("http://[::1]:3000", "http://[::1]:3000", True),
        ("https://a.example", "", False),
        ("https://a.example", "https://", False),
    ],
)
def test_rules(origin, rule, expected):
    """A star stands for exactly one label, and never for a whole registered name or a port."""
    assert matches_origin(origin, rule) is expected


@pytest.mark.parametrize(
    ("address", "trusted", "expected"),
    [
        ("10.0.0.9", ("10.0.0.0/8",), Caller("https", "public.example", "203.0.113.7")),
        ("10.0.0.9", (), Caller("http", "inner:8000", "10.0.0.9")),
        ("192.0.2.1", ("10.0.0.0/8",), Caller("http", "inner:8000", "192.0.2.1")),
        (None, ("10.0.0.0/8",), Caller("http", "inner:8000", None)),
        ("10.0.0.9", ("proxy.internal", "10.0.0.0/8"), Caller("https", "public.example", "203.0.113.7")),
        ("::ffff:10.0.0.9", ("10.0.0.0/8",), Caller("https", "public.example", "203.0.113.7")),
        ("unix:", ("unix:",), Caller("https", "public.example", "203.0.113.7")),
    ],
)
def test_forwarded_headers_count_only_from_a_trusted_proxy(address, trusted, expected):
    """A client cannot choose its own host by sending the headers of a proxy."""
    headers = {
        "host": "Inner:8000",
        "x-forwarded-host": "forged.example, public.example",
        "x-forwarded-proto": "https",
        "x-forwarded-for": "1.2.3.4, 203.0.113.7",
    }

    assert find_caller("http", headers, address, trusted) == expected


@pytest.mark.parametrize(
    ("forwarded", "expected"),
    [
        ("for=203.0.113.7;proto=https;host=public.example", Caller("https", "public.example", "203.0.113.7")),
        (
            'For="[2001:db8::7]:4711"; Proto=HTTPS; Host="Public.example"',
            Caller("https", "public.example", "2001:db8::7"),
        ),
        ("for=1.2.3.4;host=forged.example, for=203.0.113.7:99", Caller("http", "inner:8000", "203.0.113.7")),
        ("proto=ftp", Caller("http", "inner:8000", "10.0.0.9")),
        ("garbage;;=,", Caller("http", "inner:8000", "10.0.0.9")),
        ("", Caller("http", "inner:8000", "10.0.0.9")),
    ],
)
def test_forwarded(forwarded, expected):
    """`Forwarded` says the same in one header; its last entry is that of the nearest proxy."""
    headers = {"host": "inner:8000", "forwarded": forwarded}

    assert find_caller("http", headers, "10.0.0.9", ("10.0.0.9",)) == expected
    assert find_caller("http", headers, "10.0.0.9", ()) == Caller("http", "inner:8000", "10.0.0.9")


def test_forwarded_does_not_mix():
    """Where a proxy writes X-Forwarded-*, a `Forwarded` that a client has sent along says nothing."""
    headers = {"host": "inner", "forwarded": "host=evil.example;for=6.6.6.6", "x-forwarded-for": "203.0.113.7"}

    assert find_caller("http", headers, "10.0.0.9", ("10.0.0.9",)) == Caller("http", "inner", "203.0.113.7")


@pytest.mark.parametrize(
    ("address", "proxy", "trusted"),
    [
        ("fe80::1%eth0", "fe80::/10", True),
        ("fe80::1%eth0", "fe80::1", True),
        ("2001:db8::1", "2001:db8::/32", True),
        ("2001:db9::1", "2001:db8::/32", False),
        ("10.0.0.1", "::/0", False),
        ("10.0.0.1", "10.0.0.1/32", True),
        ("10.0.0.1", "10.0.0.10", False),
        ("", "10.0.0.0/8", False),
        ("testclient", "testclient", True),
    ],
)
def test_trusted_addresses(address, proxy, trusted):
    """A proxy is an address or a network; the zone of a link-local address does not matter."""
    assert is_trusted(address, (proxy,)) is trusted
