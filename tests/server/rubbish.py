"""Requests that nobody meant to send: what browsers send, with something wrong about it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

FILES: Final = {
    "page.py": """
        from jetbridge.html import form, input_
        from app.actions.main import save

        def page(search_params):
            secret = str(search_params.get("q", ""))

            async def remove(form):
                "use server"
                return secret

            return form(action=remove)[input_(name="title")], form(action=save), secret
    """,
    "posts/[id]/page.py": "def page(id: int):\n    return f'post {id}'",
    "files/[...rest]/page.py": "def page(rest, params, search_params):\n    return '/'.join(rest)",
    "slow/page.py": "import anyio\n\nasync def page():\n    await anyio.sleep(0.002)\n    return 'slow'",
    "slow/loading.py": "def loading():\n    return 'wait'",
    "go/page.py": "from jetbridge import redirect\ndef page(search_params):\n    redirect('./' + search_params['to'])",
    "hidden/page.py": "from jetbridge import forbidden\n\ndef page():\n    forbidden()",
    "not_found.py": "def not_found():\n    return 'nothing here'",
    "error.py": "from jetbridge.components import ErrorMessage\n\ndef error():\n    return ErrorMessage()",
    "api/[name]/route.py": """
        from starlette.responses import PlainTextResponse, StreamingResponse
        from jetbridge import cookies, session

        async def GET(name: str):
            async def pieces():
                for _ in range(3):
                    yield name
            return StreamingResponse(pieces())

        async def POST(request, name: int):
            session()["count"] = session().get("count", 0) + 1
            cookies().set("seen", "1")
            return PlainTextResponse(str(len(await request.body())))
    """,
    "actions/main.py": '''
        """use server"""
        from datetime import date
        from typing import Annotated

        from jetbridge import ActionError, File, FormData, cookies, redirect, refresh, revalidate_path, session
        from pydantic import BaseModel, Field

        class Post(BaseModel):
            title: Annotated[str, Field(min_length=1, max_length=20)]
            due: date | None = None
            tags: list[str] = []
            picture: File | None = None

        async def echo(value):
            return value

        async def several(a: int, b: str = "x", *rest: float):
            return [a, b, *rest]

        async def save(state: dict[str, int] | None, form: FormData):
            refresh()
            return {"count": len(form)}

        async def create(post: Post):
            session()["title"] = post.title
            revalidate_path("/")
            return post.title

        async def go(to):
            redirect(f"/files/{to}")

        async def refuse(*args):
            raise ActionError("Not today", status=409)

        async def numbers(count: Annotated[int, Field(ge=0, le=5)]):
            async def all():
                for number in range(count):
                    yield number
            return all()

        def blocking(value: bool):
            cookies().set("theme", "dark" if value else "light")
    ''',
}
"""An application in which nothing answers 500 by itself."""

_PAGES: Final = (
    "/",
    "/posts/1",
    "/posts/x",
    "/posts/1/",
    "/files/a/b",
    "/slow",
    "/go?to=%E6%97%A5",
    "/hidden",
    "/api/1",
)
_PATHS: Final = (
    *(
        "/files/%E6%97%A5%00",
        "/files/%ff",
        "/nope",
        "//",
        "//evil.example/",
        "/..",
        "/%2e%2e/secret",
        "/" + "a" * 500,
        "*",
    ),
    *(
        "http://other/",
        "/?" + "a=1&" * 1200,
        "/?q=%ff&q",
        "/posts/" + "9" * 5000,
        "/robots.txt",
        "/robots.txt/",
        "/api/x",
    ),
    *("/;", "/#", "/\\", "/go?to=//evil.example", "/go?to=%0d%0aa:b", "/_jetbridge/", "/_jetbridge/assets/x/a.js"),
    *("/_jetbridge/assets/", "/_jetbridge/action/", "/_jetbridge/vite/@x"),
)
_METHODS: Final = (*("GET",) * 4, "HEAD", "POST", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "M-SEARCH")
_CODES: Final = (
    *("$", "$$", "$1", "$0", "$a", "$@1", "$Q1", "$W1", "$F1", "$h1", "$K1", "$T", "$i1", "$undefined", "$-0", "$NaN"),
    *(
        "$Infinity",
        "$D2020-01-01T00:00:00.000Z",
        "$D",
        "$Dx",
        "$n" + "9" * 400,
        "$n-1",
        "$nx",
        "$R1",
        "$r1",
        "$X1",
        "$x1",
    ),
    *(
        "$A1",
        "$B1",
        "$o1",
        "$1:a",
        "$1:0:__proto__",
        "$K1:x",
        "$:1",
        "$ffffffffffff",
        "__proto__",
        "\\ud800",
        "\\u0000",
    ),
)
_TEXTS: Final = ("", "[]", "{}", "null", "[" * 3000, '["' + "x" * 3000, "[1e999]", '[{"a":1,"a":2}]', "[1,]", "[[[]]]")
_GOOD: Final = (
    '[{"title":"a"}]',
    "[3]",
    '[1,"b",2.5]',
    "[true]",
    '["a"]',
    '[null,"$K1"]',
    "[]",
    '[{"x":[1,{"y":null}]}]',
)
_VALUES: Final = {
    "host": ("", "other", "[::1", "a b", "user@host", "host:99999", "a, b"),
    "origin": (
        "http://{host}",
        "https://{host}",
        "null",
        "",
        "http://evil.example",
        "http://[",
        "http://{host}, x",
        "\x80",
    ),
    "sec-fetch-site": ("same-origin", "none", "cross-site", "same-site", "", "x" * 300),
    "accept": ("text/x-component", "text/html", "*/*", ";", ""),
    "content-type": (
        *("text/plain;charset=UTF-8", "application/json", "application/x-www-form-urlencoded", "multipart/form-data"),
        *(
            "multipart/form-data; boundary=b",
            'multipart/form-data; boundary="',
            "multipart/form-data; boundary*=b",
            ";;=",
        ),
    ),
    "cookie": ("a=b", "jetbridge-session=x", "jetbridge-session=" + "A" * 200, "=;;=", '"', "a=b; " * 300),
    "jetbridge-page": ("/", "/posts/1?a=b#c", "//evil", "/nope", "/go?to=x", "\x80", "/files/%ff", "x" * 3000),
    "jetbridge-build": ("build-1", "other", ""),
    "x-forwarded-host": ("evil.example", ",", "\x80"),
    "accept-encoding": ("gzip, br", ";q=,", ""),
    "range": ("bytes=0-1", "bytes=-", "bytes=9-1,0-,x", "lines=1"),
    "if-none-match": ("*", '"x"', 'W/"x", "y"', '"', "," * 300),
    "if-modified-since": ("x", "Thu, 01 Jan 1970 00:00:00 GMT"),
    "expect": ("100-continue", "x"),
    "transfer-encoding": ("chunked", "gzip"),
    "upgrade": ("websocket", "h2c"),
    "content-length": ("0", "-1", "x", "1", "2000000", "9" * 30),
}
_FRAMING: Final = ("transfer-encoding", "upgrade", "content-length", "expect")
"""Headers after which a server may wait for more, or for nothing."""


@dataclass(frozen=True, slots=True)
class Request:
    """data: as it goes out. complete: an answer must come."""

    data: bytes
    complete: bool


class Maker:
    """Makes requests. actions: ids that exist. sealed: id and token of an action with captured values."""

    def __init__(self, chance: random.Random, host: str, actions: list[str], sealed: tuple[str, str]) -> None:
        self._chance = chance
        self._one_of = chance.choice
        self._host = host
        self._actions = actions
        self._sealed = sealed

    def make(self) -> Request:
        """The next request."""
        kinds = (self._call, self._call, self._form, self._form, self._any, self._any, self._question, self._upload)
        method, path, headers, body = self._one_of(kinds)()
        complete = True
        for _ in range(self._one_of((0, 0, 1, 2))):
            name = self._one_of(list(_VALUES))
            complete = complete and name not in _FRAMING
            value = self._one_of(_VALUES[name]).replace("{host}", self._host)
            if self._sometimes(0.8):
                headers = [header for header in headers if header[0] != name]
            headers.append((name, value))
        head = [f"{method} {path} HTTP/1.{self._one_of('1110')}", *(f"{name}: {value}" for name, value in headers)]
        data = "\r\n".join([*head, "", ""]).encode("latin-1", "replace")
        if self._sometimes(0.1):
            return Request(self._damaged(data) + body, False)
        return Request(data + body, complete)

    def _sometimes(self, probability: float) -> bool:
        return self._chance.random() < probability

    def _headers(self, body: bytes, kind: str = "") -> list[tuple[str, str]]:
        headers = [("host", self._host), ("connection", "close"), ("content-length", str(len(body)))]
        headers += [("sec-fetch-site", "same-origin")] if self._sometimes(0.95) else []
        return [*headers, ("content-type", kind)] if kind else headers

    def _action(self) -> str:
        strange = ("0" * 32, "x", "%00", "a" * 4000, self._sealed[0])
        return self._one_of(self._actions) if self._sometimes(0.9) else self._one_of(strange)

    def _call(self) -> tuple[str, str, list[tuple[str, str]], bytes]:
        body, kind = self._text().encode(), "text/plain;charset=UTF-8"
        if self._sometimes(0.4):
            body, kind = self._multipart([("0", self._text())], ["1", "2", "a", "1_x", "1_title"])
        body = self._maybe_damaged(body)
        headers = [*self._headers(body, kind), ("jetbridge-page", self._one_of(_PAGES))]
        return "POST", f"/_jetbridge/action/{self._action()}", headers, body

    def _form(self) -> tuple[str, str, list[tuple[str, str]], bytes]:
        number = self._one_of(("0", "1", "x", ""))
        fields = [(f"$ACTION_ID_{self._action()}", "")]
        if self._sometimes(0.6):
            bound = self._one_of((f'["{self._sealed[1]}"]', "[null]", self._text()))
            reference = f'{{"id":"{self._one_of((self._sealed[0], self._action()))}","bound":"$@1"}}'
            fields = [(f"$ACTION_REF_{number}", ""), (f"$ACTION_{number}:0", reference), (f"$ACTION_{number}:1", bound)]
        if self._sometimes(0.2):
            body = "&".join(f"{name}={value}" for name, value in fields).encode()
            kind = "application/x-www-form-urlencoded"
        else:
            body, kind = self._multipart(
                fields, ["$ACTION_KEY", "$ACTION_REF_9", f"$ACTION_{number}:2", "title", "tags"]
            )
        body = self._maybe_damaged(body)
        return "POST", self._one_of(_PAGES), self._headers(body, kind), body

    def _any(self) -> tuple[str, str, list[tuple[str, str]], bytes]:
        body = b"" if self._sometimes(0.6) else self._chance.randbytes(self._one_of((1, 200, 3000)))
        return self._one_of(_METHODS), self._one_of(_PAGES + _PATHS), self._headers(body), body

    def _question(self) -> tuple[str, str, list[tuple[str, str]], bytes]:
        """What a form asks about one field while it is being filled in."""
        _, path, headers, body = self._call()
        field = self._one_of(("title", "due", "tags.0", "tags[]", "%E6%97%A5", "%", "", "a." * 500, "__class__"))
        return "POST", path, [*headers, ("jetbridge-check", field)], body

    def _upload(self) -> tuple[str, str, list[tuple[str, str]], bytes]:
        """A form with a file of some size, sent by a call or by a plain form."""
        content = self._chance.randbytes(self._one_of((0, 1, 70_000, 400_000, 1_200_000)))
        action = self._action()
        name, field = self._one_of((("picture", f"$ACTION_ID_{action}"), ("1_picture", "0")))
        reply = '["$K1"]' if field == "0" else ""
        head = f'--b\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{reply}\r\n--b\r\nContent-Disposition: '
        head += f'form-data; name="{name}"; filename="a.bin"\r\nContent-Type: application/octet-stream\r\n\r\n'
        body = self._maybe_damaged(head.encode() + content + b"\r\n--b--\r\n")
        path = f"/_jetbridge/action/{action}" if field == "0" else self._one_of(_PAGES)
        return "POST", path, self._headers(body, "multipart/form-data; boundary=b"), body

    def _multipart(self, fields: list[tuple[str, str]], more: list[str]) -> tuple[bytes, str]:
        fields = fields + [
            (name, self._text()) for name in self._chance.sample(more, self._chance.randrange(len(more)))
        ]
        text = ""
        for name, value in fields:
            file = '; filename="ä.txt"\r\ncontent-type: text/plain' if self._sometimes(0.1) else ""
            strange = (
                self._one_of(("; filename*=x", "\r\n" + "a: b\r\n" * 20, '"', "\r\n\r\n--b"))
                if self._sometimes(0.05)
                else ""
            )
            text += f'--b\r\nContent-Disposition: form-data; name="{name}"{file}{strange}\r\n\r\n{value}\r\n'
        end = "--b--\r\n" if self._sometimes(0.9) else self._one_of(("--b", "", "--b--"))
        return (text + end).encode(), "multipart/form-data; boundary=b"

    def _text(self) -> str:
        """What looks like arguments in React's reply format."""
        kind = self._chance.random()
        if kind < 0.4:
            return self._one_of(_GOOD)
        if kind < 0.5:
            return self._one_of((*_TEXTS, f'["{self._sealed[1]}"]'))
        return "[" + ",".join(self._value(3) for _ in range(self._one_of((0, 1, 1, 1, 2, 3)))) + "]"

    def _value(self, depth: int) -> str:
        kind = self._chance.randrange(8 if depth else 6)
        if kind == 0:
            return self._one_of(("null", "true", "-1", "1.5", "1e400", "-0.0", "9" * 400, "3"))
        if kind < 6:
            return f'"{self._one_of((*_CODES, "text", "2020-01-01", "日本"))}"'
        values = [self._value(depth - 1) for _ in range(self._chance.randrange(4))]
        if kind == 6:
            return f"[{','.join(values)}]"
        return (
            "{"
            + ",".join(f'"{self._one_of(("title", "due", "id", "bound", *_CODES))}":{value}' for value in values)
            + "}"
        )

    def _maybe_damaged(self, body: bytes) -> bytes:
        return self._damaged(body) if self._sometimes(0.2) else body

    def _damaged(self, data: bytes) -> bytes:
        """Some bytes changed, missing, doubled or made up."""
        damaged = bytearray(data)
        for _ in range(self._one_of((1, 1, 2, 5))):
            start = self._chance.randrange(len(damaged) + 1)
            end = min(len(damaged), start + self._one_of((1, 1, 4, 60)))
            noise = self._chance.randbytes(end - start)
            damaged[start:end] = self._one_of((b"", noise, damaged[start:end] * 2, b"\r\n", b"\x00", b"\r\n\r\n", b"$"))
        return bytes(damaged)
