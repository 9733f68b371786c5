"""The server, asked by hand: what a form's fields can do from a terminal, and what is refused."""

from __future__ import annotations

import json
import re
import socket

import pytest

from e2e.application import Application
from e2e.raw import Answer, encode_form, form_fields, post_form, send

BODY = "A body that is long enough."
ACTION = "/_jetbridge/action/"
GUESSED = "0" * 40


def create_fields(app: Application, title: str) -> list[tuple[str, str]]:
    """What the form of /posts would send."""
    return [*form_fields(send(app, "GET", "/posts").text, "Create Post"), ("title", title), ("body", BODY)]


def action_id(app: Application) -> str:
    """The id of create_post, as the page shows it to everybody."""
    [descriptor] = [value for name, value in create_fields(app, "") if name.endswith(":0")]
    identity: str = json.loads(descriptor)["id"]
    return identity


def call(app: Application, path: str, body: bytes, **headers: str) -> Answer:
    """A call as the browser's scripts make it."""
    sent = {"Content-Type": "text/plain;charset=UTF-8", "Accept": "text/x-component", "Origin": app.url}
    sent["jetbridge-page"] = "/posts"
    sent.update({name.replace("_", "-"): value for name, value in headers.items()})
    return send(app, "POST", path, headers=sent, body=body)


def is_listed(app: Application, title: str) -> bool:
    return title in send(app, "GET", "/posts").text


def test_form_by_hand(app: Application):
    """The hidden fields of the served form, and no browser, create a post."""
    answer = post_form(app, "/posts", create_fields(app, "Written in a terminal"))

    assert answer.status == 200
    assert "Saved as a draft." in answer.text
    assert is_listed(app, "Written in a terminal")


def test_form_by_hand_redirects(app: Application):
    """A redirect of an action is a 303 for a form."""
    page = send(app, "GET", "/").text
    answer = post_form(app, "/", [*form_fields(page, "Jot it down"), ("note", "Noted in a terminal")])

    assert answer.status == 303
    assert re.fullmatch(r"/posts/\d+", answer.headers["location"])


def test_foreign_origin(app: Application):
    """A form on somebody else's page is refused before anything runs."""
    answer = post_form(app, "/posts", create_fields(app, "From elsewhere"), Origin="https://evil.example")

    assert answer.status == 403
    assert not is_listed(app, "From elsewhere")


def test_foreign_origin_of_a_call(app: Application):
    """The same rule holds for calls."""
    assert call(app, ACTION + action_id(app), b"[]", Origin="https://evil.example").status == 403
    assert call(app, ACTION + action_id(app), b"[]", Origin="null").status == 403


def test_cross_site_with_cookie_and_no_origin(app: Application):
    """A request with cookies that does not say where it comes from is refused."""
    fields = create_fields(app, "From nowhere")
    content_type, body = encode_form(fields)
    headers = {"Content-Type": content_type, "Cookie": "jetbridge-session=x"}
    answer = send(app, "POST", "/posts", headers=headers, body=body)

    assert answer.status == 403
    assert not is_listed(app, "From nowhere")


@pytest.mark.parametrize("identity", [GUESSED, "create_post", "app.actions.posts%3Acreate_post", "x", "%00", "..%2f"])
def test_guessed_id(app: Application, identity: str):
    """An id that was not given out leads nowhere."""
    assert call(app, ACTION + identity, b"[]").status == 404


def test_guessed_id_in_a_form(app: Application):
    """The same holds for the fields of a form."""
    answer = post_form(app, "/posts", [(f"$ACTION_ID_{GUESSED}", ""), ("title", "Guessed"), ("body", BODY)])

    assert answer.status == 404
    assert not is_listed(app, "Guessed")


@pytest.mark.parametrize("declared", [True, False])
def test_too_large(app: Application, declared: bool):
    """Fifty megabytes are refused, whether or not their length was declared."""
    identity = action_id(app)
    with socket.create_connection(("127.0.0.1", app.port), 30) as connection:
        head = f"POST {ACTION}{identity} HTTP/1.1\r\nHost: 127.0.0.1:{app.port}\r\nOrigin: {app.url}\r\n"
        length = f"Content-Length: {50 * 2**20}\r\n" if declared else "Transfer-Encoding: chunked\r\n"
        connection.sendall((head + length + "Content-Type: text/plain\r\n\r\n").encode())
        piece = b"x" * 2**16
        try:
            for _ in range(50 * 16):
                connection.sendall(piece if declared else b"10000\r\n" + piece + b"\r\n")
        except OSError:
            pass  # it has stopped listening
        status_line = connection.recv(100)

    assert status_line.startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 1000,
        b"[" * 900_000,
        b"",
        b"{}",
        b'["$F1"]',
        b"[1,2,3",
        b"\xff\xfe",
        b'["$n' + b"9" * 5000 + b'"]',
    ],
    ids=["deep", "deeper", "empty", "object", "action", "cut", "bytes", "digits"],
)
def test_malformed_call(app: Application, body: bytes):
    """A body that is no list of arguments is refused, and it is never a failure of the server."""
    assert call(app, ACTION + action_id(app), body).status == 400


def test_forged_state(app: Application):
    """Arguments that do not fit the signature are refused before the action runs."""
    answer = call(app, ACTION + action_id(app), b'[{"error": 1}, 2]')

    assert answer.status == 422


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods(app: Application, method: str):
    """A page is read or posted to, and nothing else; the answer says what is possible."""
    answer = send(app, method, "/posts", headers={"Origin": app.url})

    assert answer.status == 405
    assert {"GET", "HEAD", "POST"} <= set(answer.headers["allow"].replace(" ", "").split(","))


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT"])
def test_actions_are_posted(app: Application, method: str):
    """Only POST can start an action."""
    answer = send(app, method, ACTION + action_id(app), headers={"Origin": app.url})

    assert answer.status == 405
    assert answer.headers["allow"] == "POST"


def test_head(app: Application):
    """HEAD answers as GET does, without the page."""
    answer = send(app, "HEAD", "/posts")

    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["content-type"].startswith("text/html")


def sealed_field(app: Application) -> tuple[list[tuple[str, str]], int]:
    """The hidden fields of the first "Delete" form of the list, and which of them is sealed."""
    fields = form_fields(send(app, "GET", "/posts").text, "Delete")
    return fields, max(range(len(fields)), key=lambda index: len(fields[index][1]))


def test_captured_value_is_sealed(app: Application):
    """What an inline action has captured cannot be read in the page."""
    fields, index = sealed_field(app)

    assert all("post_id" not in value for _, value in fields)
    assert len(fields[index][1]) > 40


def test_tampered_sealed_value(app: Application):
    """A sealed value of which one character was changed opens nothing."""
    before = send(app, "GET", "/posts").text.count("Delete ")
    fields, index = sealed_field(app)
    name, value = fields[index]
    middle = len(value) // 2
    changed = value[:middle] + ("A" if value[middle] != "A" else "B") + value[middle + 1 :]
    answer = post_form(app, "/posts", [*fields[:index], (name, changed), *fields[index + 1 :]])

    assert answer.status == 400
    assert send(app, "GET", "/posts").text.count("Delete ") == before


def test_moved_sealed_value(app: Application):
    """A value that was sealed for one action opens nothing for another."""
    fields, index = sealed_field(app)
    sealed = fields[index][1]
    page = send(app, "GET", "/posts/1").text
    others = form_fields(page, "Delete")
    target = max(range(len(others)), key=lambda position: len(others[position][1]))
    others[target] = (others[target][0], sealed)

    assert post_form(app, "/posts/1", others).status == 400
    assert send(app, "GET", "/posts/1").status == 200


@pytest.mark.parametrize("path", ["/posts/999999", "/posts/abc", f"/posts/{10**30}", "/nowhere", "/posts/1/2"])
def test_not_found(app: Application, path: str):
    """What does not exist is answered with the application's own page and 404."""
    answer = send(app, "GET", path)

    assert answer.status == 404
    assert "There is no such page" in answer.text


@pytest.mark.parametrize(("partner", "status"), [("down", 503), ("broken", 500)])
def test_status_of_error_pages(app: Application, partner: str, status: int):
    """Without JavaScript the error page comes with its status."""
    fields = form_fields(send(app, "GET", "/sync").text, "Sync")
    answer = post_form(app, "/sync", [*fields, ("partner", partner)])

    assert answer.status == status
    assert "Try again" in answer.text
    assert "partner.internal" not in answer.text


def test_private_pages_are_not_kept(app: Application):
    """No cache on the way keeps a page, and Flight is never taken for the document."""
    answer = send(app, "GET", "/posts", headers={"Accept": "text/x-component"})

    assert answer.headers["content-type"].startswith("text/x-component")
    assert "accept" in answer.headers["vary"].lower()
    assert "no-store" in answer.headers["cache-control"]


def test_public_files(app: Application):
    """The files of public/ are served, and nothing beside them."""
    assert send(app, "GET", "/styles.css").headers["content-type"].startswith("text/css")
    for path in ("/../pyproject.toml", "/%2e%2e/pyproject.toml", "/..%2fpyproject.toml", "/lib/db.py", "/app/page.py"):
        assert send(app, "GET", path).status == 404, path


def test_nothing_was_a_failure(app: Application):
    """All that these tests did to the server has left no traceback but that of the bug on the sync page."""
    log = app.log()

    assert log.count("Traceback (most recent call last)") == log.count('return answer["entries"]')
