"""`jetbridge doctor`: the configuration as it is, and what the server makes of a request."""

from __future__ import annotations

import pytest

from jetbridge.cli.doctor import examine, explain, parse_headers
from jetbridge.config import Config
from jetbridge.errors import ConfigError

SECRET = "q7Yd-x2Kf_81mNcV0pLtRzWb5sHjGaEu"


def findings(tmp_path, **settings):
    """What is found, by name."""
    return {one.what: (one.state, one.found) for one in examine(Config.load(tmp_path, env={}, **settings))}


def test_configuration(tmp_path):
    """Every setting that matters is listed; secrets and passwords are not shown."""
    config = {
        "secrets": (SECRET, SECRET),
        "trusted_proxies": ("10.0.0.0/8",),
        "allowed_origins": ("https://a.example",),
    }
    stores = {"rate_limit_store": "redis://:hunter2@db", "cache": "redis://:hunter2@db"}
    found = findings(tmp_path, **stores, workers=2, **config)

    assert found["secrets"] == ("ok", "2 keys, the shortest of 32 characters")
    assert found["trusted_proxies"] == ("ok", "10.0.0.0/8")
    assert found["allowed_origins"] == ("ok", "https://a.example")
    assert found["rate limits"] == ("ok", "counted in redis://")
    assert found["cache"] == ("ok", "in redis, as the setting `cache` says")
    assert "hunter2" not in str(found)
    assert SECRET not in str(found)


@pytest.mark.parametrize(
    ("settings", "what", "state"),
    [
        ({}, "secrets", "note"),
        ({"secrets": ("ab" * 20,)}, "secrets", "wrong"),
        ({"trusted_proxies": ("0.0.0.0/0",)}, "trusted_proxies", "wrong"),
        ({"secrets": (SECRET,), "workers": 3}, "rate limits", "note"),
        ({"secrets": (SECRET,), "workers": 3}, "cache", "ok"),
        ({"secrets": (SECRET,), "workers": 3, "cache": "memory"}, "cache", "note"),
        ({"node": "/nonexistent/node"}, "node", "wrong"),
        ({}, "build", "note"),
        ({}, "react", "ok"),
    ],
)
def test_what_is_weak(tmp_path, settings, what, state):
    """What is missing is noted, what is wrong is called so."""
    assert findings(tmp_path, **settings)[what][0] == state


@pytest.mark.parametrize("name", ["react", "react-dom"])
def test_other_react(tmp_path, name):
    """Another React in node_modules is wrong, and the answer says which one to install."""
    package = tmp_path / "node_modules" / name / "package.json"
    package.parent.mkdir(parents=True)
    package.write_text('{"version": "18.0.0"}')

    assert findings(tmp_path)["react"][1].startswith(f"{name} 18.0.0 in node_modules: npm install --save-exact react@")


BEHIND_PROXY = """\
> POST /_jetbridge/action/abc HTTP/1.1
> Host: inner:8000
> Origin: https://public.example
> X-Forwarded-Host: public.example
> X-Forwarded-Proto: https
> X-Forwarded-For: 203.0.113.7
> Cookie: a=1
"""


@pytest.mark.parametrize(
    ("headers", "settings", "fine", "texts"),
    [
        (BEHIND_PROXY, {}, False, ["is ignored", "403", "JETBRIDGE_TRUSTED_PROXIES=10.0.0.9", "a site of yours"]),
        (
            BEHIND_PROXY,
            {"trusted_proxies": ("10.0.0.9",)},
            True,
            ["one of trusted_proxies", "address is 203.0.113.7", "https://public.example", "would run"],
        ),
        ("Host: a.example\nOrigin: http://a.example", {}, True, ["No proxy says anything", "would run"]),
        ("Host: a.example\nCookie: a=1", {}, False, ["403", "No setting lets it through"]),
        ("Host: a.example\nSec-Fetch-Site: cross-site", {}, False, ["Sec-Fetch-Site cross-site", "No setting"]),
        (
            "Host: a.example\nOrigin: https://b.example",
            {"allowed_origins": ("https://c.example",)},
            False,
            ["JETBRIDGE_ALLOWED_ORIGINS=https://c.example,https://b.example"],
        ),
    ],
)
def test_a_request_explained(tmp_path, headers, settings, fine, texts):
    """Each step is said, and the settings that would let the request through have been tried out."""
    config = Config.load(tmp_path, env={}, **settings)

    lines, passes = explain(config, parse_headers(headers), "http", "10.0.0.9")

    assert passes is fine
    for text in texts:
        assert text in "\n".join(lines)


def test_no_headers():
    """A text that holds no headers is refused with the line."""
    with pytest.raises(ConfigError, match="Line 2 is no header"):
        parse_headers("Host: a\nhello there\n")


def test_the_command(finish, project):
    """The command reads a file, and its status says whether an action would run."""
    (project / "headers.txt").write_text(BEHIND_PROXY)

    refused = finish("doctor", "--headers", "headers.txt", "--peer", "10.0.0.9")
    passed = finish("doctor", "--headers", "headers.txt", "--peer", "10.0.0.9", JETBRIDGE_TRUSTED_PROXIES="10.0.0.0/8")
    status, output = finish("doctor", JETBRIDGE_SECRET=SECRET)

    assert (refused[0], passed[0], status) == (1, 0, 0)
    assert "secrets           1 key," in output
