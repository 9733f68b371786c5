"""Drives a whole application in the test's own process, the way browsers do."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urlencode, urljoin

from jetbridge import wire
from jetbridge.context import RequestContext, current_request_or_none
from jetbridge.flight.form_action import KEY_FIELD, decode_action
from jetbridge.flight.model import File, ServerReference
from jetbridge.server.application import Jetbridge
from jetbridge.server.session import seal_session
from jetbridge.testing.answers import Call, Page, Recorded
from jetbridge.testing.forms import FieldValue, Form
from jetbridge.testing.reply import Parts, encode_reply

try:
    import httpx2
except ImportError as error:  # pragma: no cover
    raise ImportError("jetbridge.testing needs httpx2: pip install 'jetbridge[dev]'") from error

ORIGIN: Final = "http://testserver"


class TestClient:
    """One visitor of an application, with a cookie jar. Nothing leaves the process but the Node worker's HTML.

    app: the application, or the folder of the project. Use it as an asynchronous context manager.
    """

    __test__ = False

    def __init__(self, app: Jetbridge | str | os.PathLike[str]) -> None:
        self.app = app if isinstance(app, Jetbridge) else Jetbridge(root=os.fspath(app))
        self._last: RequestContext | None = None
        self._http = httpx2.AsyncClient(transport=httpx2.ASGITransport(self._recorded), base_url=ORIGIN)

    async def __aenter__(self) -> Self:
        await self.app.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()
        await self.app.close()

    @property
    def cookies(self) -> Mapping[str, str]:
        """The visitor's cookies."""
        return dict(self._http.cookies)

    def set_cookie(self, name: str, value: str) -> None:
        """Give the visitor a cookie."""
        self._http.cookies.set(name, value)

    def set_session(self, **values: Any) -> None:
        """Give the visitor a session with these values, as if they had signed in."""
        context = RequestContext(phase="action")
        context.session.update(values)
        state = self.app.state
        cookie = seal_session(state.keys, context.session, max_age=state.config.session_max_age, secure=False)
        self.set_cookie(cookie.name, cookie.value)

    async def request(self, method: str, url: str, **options: Any) -> httpx2.Response:
        """Any request, as a program would send it: for route handlers. options: those of httpx2."""
        return await self._http.request(method, url, **options)

    async def get_page(self, url: str) -> Page:
        """Load a page as a browser does, without running its JavaScript. A redirect is not followed."""
        response = await self._http.get(url, headers={"accept": "text/html", "sec-fetch-site": "none"})
        return self._page(response)

    async def call_action(self, action: str | Callable[..., Any], *args: Any, page: str = "/") -> Call:
        """Call an action as React does in a browser.

        action: the function, what `bind` made of it, or its name such as "app.actions.posts:create_post".
        args: what the browser sends; a form is a `FormData`. page: path and query of the page that calls.
        Raises: TypeError for what is no action, or for an argument that a browser cannot send.
        """
        reference = self._reference(action)
        return await self._call(reference.id, [*(reference.bound or ()), *args], page)

    async def _call(self, action_id: str, args: Sequence[Any], page: str, *, has_state: bool = False) -> Call:
        headers = _browser_headers(page) | {"accept": wire.FLIGHT_CONTENT_TYPE, wire.PAGE_HEADER: page}
        headers[wire.BUILD_HEADER] = self.app.state.build.id
        content = _content(encode_reply(args))
        response = await self._http.post(wire.ACTION_PATH + action_id, headers=headers, **content)
        return Call(response, self._recorded_facts(response), has_state=has_state)

    async def call_form(self, page: Page, form: Form, values: Mapping[str, FieldValue], button: str | None) -> Call:
        """Submit a form of a page as React does when it is hydrated; `Page.call_form` is the short way."""
        entries = form.entries(values, form.find_button(button))
        action = decode_action(entries, server_reference=ServerReference)
        if action is None:
            raise ValueError(f"React leaves this form to the browser, because it has no action: {form.describe()}.")
        has_state = any(name == KEY_FIELD for name, _ in entries)
        return await self._call(action.id, [*action.bound, action.form], page.url, has_state=has_state)

    async def submit_form(self, page: Page, form: Form, values: Mapping[str, FieldValue], button: str | None) -> Page:
        """Submit a form of a page as a browser without JavaScript does; `Page.submit_form` is the short way."""
        pressed = form.find_button(button)
        entries = form.entries(values, pressed)
        target = urljoin(page.url, (pressed.action if pressed and pressed.action else form.action) or page.url)
        headers = _browser_headers(page.url) | {"accept": "text/html"}
        if form.method != "post":
            query = urlencode([(name, _text(value)) for name, value in entries])
            return await self.get_page(f"{target.partition('?')[0]}?{query}")
        if form.encoding == "multipart/form-data":
            response = await self._http.post(target, headers=headers, **_content(entries))
        else:
            headers["content-type"] = "application/x-www-form-urlencoded"
            text = urlencode([(name, _text(value)) for name, value in entries])
            response = await self._http.post(target, headers=headers, content=text)
        return self._page(response)

    def _page(self, response: httpx2.Response) -> Page:
        return Page(response, self._recorded_facts(response), client=self)

    def _recorded_facts(self, response: httpx2.Response) -> Recorded:
        context = self._last or RequestContext()
        cookies = dict(response.cookies)
        return Recorded(tuple(context.expired_tags), tuple(path for path, _ in context.expired_paths), cookies)

    def _reference(self, action: str | Callable[..., Any]) -> ServerReference:
        registry = self.app.state.registry
        if isinstance(action, str):
            named = next((known for known in registry if known.name == action), None)
            reference = None if named is None else ServerReference(named.id)
        else:
            reference = registry.reference(action)
        if reference is None:
            raise TypeError(f"{action!r} is no action of this application; `jetbridge actions` lists them.")
        return reference

    async def _recorded(self, scope: Any, receive: Any, send: Any) -> None:
        """The application, watched: the request's context is noted when its response starts."""

        async def watched(message: Any) -> None:
            if message["type"] == "http.response.start":
                self._last = current_request_or_none()
            await send(message)

        self._last = None
        await self.app(scope, receive, watched)


def _browser_headers(page: str) -> dict[str, str]:
    return {"origin": ORIGIN, "referer": urljoin(ORIGIN, page), "sec-fetch-site": "same-origin"}


def _content(body: str | Parts) -> dict[str, Any]:
    """The body for httpx2: text, or multipart whose parts keep their order."""
    if isinstance(body, str):
        return {"content": body.encode()}
    return {"files": [(name, _part(value)) for name, value in body]}


def _part(value: str | File) -> tuple[str | None, bytes] | tuple[str | None, bytes, str]:
    if isinstance(value, str):
        return None, value.encode()
    return value.name or "", value.read(), value.type or "application/octet-stream"


def _text(value: str | File) -> str:
    """What a form that is not multipart sends of a file: its name."""
    return value if isinstance(value, str) else value.name or ""
