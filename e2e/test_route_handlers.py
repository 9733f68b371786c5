"""The handlers for callers that are not this application's pages."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import time

import pytest

from e2e.application import SECRETS, Application
from e2e.raw import send

TOKEN = {"Authorization": f"Bearer {SECRETS['GUIDE_API_TOKEN']}"}
POST = {"title": "From a telephone", "body": "Typed with two thumbs."}


def sign(secret: str, message: bytes) -> str:
    return hmac.new(SECRETS[secret].encode(), message, hashlib.sha256).hexdigest()


def stripe_signature(body: bytes, age: int = 0) -> str:
    timestamp = str(int(time.time()) - age)
    return f"t={timestamp},v1={sign('STRIPE_WEBHOOK_SECRET', timestamp.encode() + b'.' + body)}"


def test_stripe(app: Application):
    """A signed event is accepted; when it is sent again it counts once."""
    body = b'{"id":  "evt_1", "type": "checkout.session.completed", "more": "\xc3\xa4"}'
    headers = {"Stripe-Signature": stripe_signature(body), "Content-Type": "application/json"}

    first = send(app, "POST", "/api/webhooks/stripe", headers=headers, body=body)
    again = send(app, "POST", "/api/webhooks/stripe", headers=headers, body=body)

    assert (first.status, json.loads(first.body)) == (200, {"received": True, "new": True})
    assert (again.status, json.loads(again.body)) == (200, {"received": True, "new": False})


@pytest.mark.parametrize("header", [None, "", "t=1,v1=00", "nonsense"])
def test_stripe_unsigned(app: Application, header: str | None):
    """An event without a signature that fits is refused."""
    headers = {} if header is None else {"Stripe-Signature": header}

    assert send(app, "POST", "/api/webhooks/stripe", headers=headers, body=b"{}").status == 400


def test_stripe_stale(app: Application):
    """An event that was signed too long ago is refused: somebody may have recorded it."""
    body = b'{"id": "evt_2", "type": "ping"}'
    headers = {"Stripe-Signature": stripe_signature(body, age=600)}

    assert send(app, "POST", "/api/webhooks/stripe", headers=headers, body=body).status == 400


def test_github(app: Application):
    """A signed delivery is accepted with a status of its own, and one changed byte makes it a stranger's."""
    body = b'{"ref": "refs/heads/main"}'
    headers = {
        "X-GitHub-Event": "push",
        "X-GitHub-Delivery": "72d3162e",
        "X-Hub-Signature-256": f"sha256={sign('GITHUB_WEBHOOK_SECRET', body)}",
    }

    assert send(app, "POST", "/api/webhooks/github", headers=headers, body=body).status == 202
    assert send(app, "POST", "/api/webhooks/github", headers=headers, body=body + b" ").status == 401


def test_webhooks_need_no_origin(app: Application):
    """The rules for actions do not stand in the way of somebody else's server."""
    body = b'{"id": "evt_3", "type": "ping"}'
    headers = {"Stripe-Signature": stripe_signature(body), "Origin": "https://elsewhere.example", "Cookie": "a=b"}

    assert send(app, "POST", "/api/webhooks/stripe", headers=headers, body=body).status == 200


def test_telephone(app: Application):
    """A mobile client writes, reads and deletes a post, and the pages know at once."""
    created = send(app, "POST", "/api/posts", headers=TOKEN, body=json.dumps(POST).encode())
    assert created.status == 201
    location = created.headers["location"]
    assert POST["title"] in send(app, "GET", "/posts").text

    read = send(app, "GET", location)
    assert json.loads(read.body) == {**POST, "id": json.loads(created.body)["id"], "published": False}
    assert send(app, "DELETE", location, headers=TOKEN).status == 204
    assert send(app, "GET", location).status == 404
    assert send(app, "DELETE", location, headers=TOKEN).status == 404
    assert POST["title"] not in send(app, "GET", "/posts").text


@pytest.mark.parametrize("authorization", [None, "Bearer wrong", f"Basic {SECRETS['GUIDE_API_TOKEN']}"])
def test_telephone_without_token(app: Application, authorization: str | None):
    """Writing needs the token."""
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = send(app, "POST", "/api/posts", headers=headers, body=json.dumps(POST).encode())

    assert (answer.status, answer.headers["www-authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize(
    ("body", "field"),
    [(b'{"title": "", "body": "long enough"}', "title"), (b'{"title": "x"}', "body"), (b"[", "body"), (b"[]", "body")],
)
def test_telephone_with_a_wrong_post(app: Application, body: bytes, field: str):
    """The rules of the form hold here too, and the answer names the fields."""
    answer = send(app, "POST", "/api/posts", headers=TOKEN, body=body)

    assert answer.status == 422
    assert field in json.loads(answer.body)["fields"]


def test_methods(app: Application):
    """HEAD and OPTIONS come by themselves; another method is told which ones there are."""
    assert send(app, "HEAD", "/api/posts").status == 200
    options = send(app, "OPTIONS", "/api/posts")
    refused = send(app, "PUT", "/api/posts")

    assert (options.status, refused.status) == (204, 405)
    assert options.headers["allow"] == refused.headers["allow"] == "GET, HEAD, OPTIONS, POST"


def test_stream(app: Application):
    """The feed answers at once, and says more when there is more to say."""
    connection = http.client.HTTPConnection("127.0.0.1", app.port, timeout=10)
    connection.request("GET", "/api/feed")
    response = connection.getresponse()
    assert response.getheader("content-type", "").startswith("text/event-stream")
    assert response.readline() == b"event: ready\n"
    assert response.readline().startswith(b"data: ")
    assert response.readline() == b"\n"

    send(app, "POST", "/api/posts", headers=TOKEN, body=json.dumps({**POST, "title": "While you watch"}).encode())

    assert response.readline() == b"event: post\n"
    assert json.loads(response.readline().removeprefix(b"data: "))["title"] == "While you watch"
    connection.close()
