"""What stands in the log when somebody sends rubbish."""

import logging

import pytest

from jetbridge.rendering.failures import describe_failure, log_text
from tests.server.asgi import ask

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain text, käse", "plain text, käse"),
        ("a\r\nERROR: forged", "a\\r\\nERROR: forged"),
        ("\x1b[2J", "\\x1b[2J"),
        ("\u2028\u202e\ud800", "\\u2028\\u202e\\ud800"),
        (ValueError("a\nb"), "a\\nb"),
        ("x" * 600, "x" * 500 + "... (600 characters)"),
    ],
)
async def test_text_for_one_line(value, text):
    """Control characters are spelled out and length is limited."""
    assert log_text(value) == text


async def test_an_unexpected_error_is_one_line_and_its_traceback(caplog):
    """Neither where nor what breaks the line that has the reference."""
    describe_failure(ValueError("a\nERROR forged"), "page /\nforged", debug=False)

    assert "\n" not in caplog.records[0].getMessage()


@pytest.mark.parametrize(
    ("method", "path", "headers", "body"),
    [
        ("GE\nT", "/\nforged", {}, b""),
        ("POST", "/_jetbridge/action/x\nforged", {"sec-fetch-site": "same-origin"}, b"[]"),
        ("POST", "/_jetbridge/action/x", {"origin": "https://evil.example\nforged"}, b"[]"),
        ("POST", "/", {"sec-fetch-site": "x\nforged"}, b""),
        ("POST", "/", {"sec-fetch-site": "same-origin", "content-type": "x\nforged" * 500}, b""),
        ("POST", "/", {"sec-fetch-site": "same-origin", "content-length": "x\nforged" * 500}, b""),
        ("GET", "/fail", {"jetbridge-page": "/\nforged"}, b""),
        ("PUT", "/fail\nforged" + "x" * 9000, {}, b""),
    ],
)
async def test_a_request_writes_no_lines_of_its_own(make_site, caplog, method, path, headers, body):
    """Whatever a request consists of, a line of the log that tells of it is one line, and not endless."""
    caplog.set_level(logging.DEBUG, "jetbridge")
    files = {"page.py": "def page():\n    return ''", "fail/page.py": "def page():\n    1 / 0"}
    async with make_site(files) as site:
        await ask(site.app, method, path, headers=headers, body=body)

    lines = [record.getMessage() for record in caplog.records]
    assert lines
    assert all(line.isprintable() and len(line) < 1000 for line in lines)
