"""What a browser gets, as a test looks at it."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from jetbridge import wire
from jetbridge.flight.decoder import FlightError, decode_flight
from jetbridge.flight.received import Settled
from jetbridge.testing.forms import FieldValue, Form, read_forms

if TYPE_CHECKING:
    import httpx2

    from jetbridge.testing.client import TestClient

_INLINED: Final = re.compile(rf"{wire.FLIGHT_GLOBAL}(?:=[^()]*\))?\.push\((.*?)\)</script>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the server did beside answering: tags and paths that it expired, and the cookies that it set."""

    tags: tuple[str, ...]
    paths: tuple[str, ...]
    cookies: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a form did, in words that are the same with JavaScript and without.

    state: the new state of `useActionState`, None for a form without one. refused: the status of a failure, or None.
    cookies: names of those that were set.
    """

    state: Any
    redirect: str | None
    refused: int | None
    tags: tuple[str, ...]
    paths: tuple[str, ...]
    cookies: frozenset[str]


class CallFailed(Exception):
    """A call that did not return: what React's promise rejects with.

    kind: "action" for an ActionError, "refused" for a call that was not run, "error" for an exception that is masked,
        or "not_found", "forbidden", "unauthorized". reference: of a masked exception; it stands in the log too.
    """

    def __init__(self, kind: str, status: int, details: Mapping[str, Any]) -> None:
        super().__init__(details.get("message") or kind)
        self.kind = kind
        self.status = status
        self.message: str = details.get("message") or ""
        self.code: str | None = details.get("code")
        self.field: str | None = details.get("field")
        self.fields: Mapping[str, list[str]] = details.get("fields") or {}
        self.reference: str | None = details.get("reference")


@dataclass(slots=True)
class Answer:
    """One response. status: of HTTP. redirect: where the browser goes next, or None."""

    response: httpx2.Response
    recorded: Recorded
    redirect: str | None = field(init=False, default=None)

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def headers(self) -> Mapping[str, str]:
        return self.response.headers

    @property
    def cookies(self) -> Mapping[str, str]:
        """The cookies that this answer set."""
        return self.recorded.cookies

    @property
    def revalidated_tags(self) -> tuple[str, ...]:
        return self.recorded.tags

    @property
    def revalidated_paths(self) -> tuple[str, ...]:
        return self.recorded.paths

    def _outcome(self, state: Any, refused: int | None) -> Outcome:
        recorded = self.recorded
        return Outcome(state, self.redirect, refused, recorded.tags, recorded.paths, frozenset(recorded.cookies))


@dataclass(slots=True)
class Call(Answer):
    """The answer to a call of an action. has_state: it came from a form whose state `useActionState` keeps."""

    has_state: bool = field(default=False, kw_only=True)
    payload: Mapping[str, Any] | None = field(init=False, default=None)
    error: CallFailed | None = field(init=False, default=None)
    _value: Any = field(init=False, default=None)

    def __post_init__(self) -> None:
        if self.headers.get("content-type") != wire.FLIGHT_CONTENT_TYPE:
            self.error = _refusal(self.response)
            return
        self.payload = decode_flight(self.response.content)
        settled = self.payload.get("returnValue")
        if isinstance(settled, Settled) and settled.error is not None:
            self.error = _failure(settled.error, self.status)
        elif isinstance(settled, Settled):
            self._value = settled.value
        self.redirect = (self.payload.get("redirect") or {}).get("url")

    @property
    def value(self) -> Any:
        """What the action returned. Raises: CallFailed when it did not."""
        if self.error is not None:
            raise self.error
        return self._value

    @property
    def outcome(self) -> Outcome:
        """For comparison with the same form without JavaScript."""
        status = None if self.error is None or self.redirect else self.error.status
        return self._outcome(self._value if self.has_state else None, status)

    @property
    def page(self) -> str | None:
        """Path and query of the page that came along with the result, or None."""
        if self.payload is None or "root" not in self.payload:
            return None
        page: str = self.payload["page"]
        return page


@dataclass(slots=True)
class Page(Answer):
    """A document, before any JavaScript ran."""

    client: TestClient = field(kw_only=True, repr=False)
    forms: list[Form] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.forms = read_forms(self.html)
        self.redirect = self.headers.get("location")

    @property
    def url(self) -> str:
        """Path and query."""
        return self.response.url.raw_path.decode("ascii")

    @property
    def html(self) -> str:
        return self.response.text

    @property
    def payload(self) -> Mapping[str, Any]:
        """What the browser would hydrate from; {} for a document that is none of jetbridge's."""
        flight = b"".join(_inlined(text) for text in _INLINED.findall(self.html))
        return decode_flight(flight) if flight else {}

    @property
    def state(self) -> Any:
        """What `useActionState` starts with: what the action of the submitted form returned. None without one."""
        form_state = self.payload.get("formState")
        return form_state[0] if form_state else None

    @property
    def outcome(self) -> Outcome:
        """For comparison with the same form with JavaScript."""
        return self._outcome(self.state, self.status if self.status >= 400 else None)

    async def submit_form(
        self, values: Mapping[str, FieldValue] | None = None, *, button: str | None = None, form: int | None = None
    ) -> Page:
        """Fill in a form and submit it as a browser without JavaScript does.

        values: by field name; other fields stay as served. button: text of the button to press. form: index in `forms`;
        by default the one that has these fields and this button.
        Raises: ValueError when no form, or more than one, fits.
        """
        return await self.client.submit_form(self, self._choose_form(values, button, form), values or {}, button)

    async def call_form(
        self, values: Mapping[str, FieldValue] | None = None, *, button: str | None = None, form: int | None = None
    ) -> Call:
        """Fill in a form and submit it as React does when the page is hydrated: as a call of its action.

        Raises: ValueError as `submit_form`, and for a form that has no action.
        """
        return await self.client.call_form(self, self._choose_form(values, button, form), values or {}, button)

    async def submit_both_ways(
        self, values: Mapping[str, FieldValue] | None = None, *, button: str | None = None, form: int | None = None
    ) -> tuple[Call, Page]:
        """Submit a form with JavaScript, and then without. The action runs twice.

        A test compares the two: `assert call.outcome == page.outcome`.
        """
        call = await self.call_form(values, button=button, form=form)
        return call, await self.submit_form(values, button=button, form=form)

    async def follow(self) -> Page:
        """The page that `redirect` leads to. Raises: ValueError when it leads nowhere."""
        if self.redirect is None:
            raise ValueError(f"The answer is no redirect; its status is {self.status}.")
        return await self.client.get_page(self.redirect)

    def _choose_form(self, values: Mapping[str, FieldValue] | None, button: str | None, form: int | None) -> Form:
        return self._find_form(values or {}, button) if form is None else self.forms[form]

    def _find_form(self, values: Mapping[str, FieldValue], button: str | None) -> Form:
        fitting = [form for form in self.forms if form.fits(values, button)]
        if len(fitting) == 1:
            return fitting[0]
        if wire.CLIENT_RENDER_GLOBAL in self.html and not self.forms:
            raise ValueError("The page came without HTML, because there is no Node worker to write it.")
        what = f"fields {', '.join(values) or 'of any name'}" + (f" and the button {button!r}" if button else "")
        have = "; ".join(form.describe() for form in self.forms) or "none"
        raise ValueError(f"{len(fitting)} forms have {what}: say which one with form=. The page has: {have}.")


def _inlined(text: str) -> bytes:
    """One inlined piece: a JSON string, or [1, base64]; 0 is the end."""
    piece = json.loads(text)
    if isinstance(piece, list):
        return base64.b64decode(piece[1])
    return piece.encode() if isinstance(piece, str) else b""


def _failure(error: object, status: int) -> CallFailed:
    """What a digest says, see `wire.DIGEST_PREFIX`."""
    digest = error.digest if isinstance(error, FlightError) else ""
    if not digest.startswith(wire.DIGEST_PREFIX):
        return CallFailed("error", status, {"message": str(error), "reference": digest})
    details = json.loads(digest.removeprefix(wire.DIGEST_PREFIX))
    return CallFailed(details.pop("kind"), details.get("status") or status, details)


def _refusal(response: httpx2.Response) -> CallFailed:
    if response.headers.get("content-type", "").startswith("application/json"):
        body = response.json()
        return CallFailed("refused", response.status_code, {"message": body["error"], "fields": body.get("fields")})
    return CallFailed("refused", response.status_code, {"message": response.text})
