"""Requests as `curl` would make them: nothing is added that the test does not name."""

from __future__ import annotations

import contextlib
import http.client
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

from e2e.application import Application

Fields = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """A response. headers: names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


def send(
    app: Application,
    method: str,
    path: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
) -> Answer:
    """One request on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", app.port, timeout=30)
    try:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # refused early: the answer is there
            connection.request(method, path, body, dict(headers or {}))
        response = connection.getresponse()
        return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())
    finally:
        connection.close()


def form_fields(html: str, button: str) -> Fields:
    """The hidden fields of the form that has this button."""
    for form in LexborHTMLParser(html).css("form"):
        if any(button in node.text() for node in form.css("button")):
            hidden = form.css("input[type=hidden]")
            return [(node.attributes["name"] or "", node.attributes.get("value") or "") for node in hidden]
    raise LookupError(f"no form has a button {button!r}")


def encode_form(fields: Fields) -> tuple[str, bytes]:
    """Content type and body of a multipart form."""
    boundary = uuid.uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields
    ]
    return f"multipart/form-data; boundary={boundary}", ("".join(parts) + f"--{boundary}--\r\n").encode()


def post_form(app: Application, path: str, fields: Fields, **headers: str) -> Answer:
    """Post a form as a browser without JavaScript does; `headers` replace or add to its headers."""
    content_type, body = encode_form(fields)
    sent = {"Content-Type": content_type, "Origin": app.url}
    sent.update({name.replace("_", "-"): value for name, value in headers.items()})
    return send(app, "POST", path, headers=sent, body=body)
