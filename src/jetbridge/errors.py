"""Every exception of jetbridge, in one tree.

JetbridgeError
+- ConfigError          the developer: raised at start when possible, with the fix
+- EncodeError          the developer: a value that cannot travel, with its path
+- RouteConflict        the developer: two files claim one URL
+- ContextError         the developer: an API used outside a request, or where it has no effect
+- RequestError         the browser (.status): terse, echoing no secret
|  +- BadRequest        400  a request that is none of ours
|  +- ReplyDecodeError  400  the arguments are not a reply (.path)
|  +- BadBoundArgs      400  a sealed value was changed, is foreign or too old
|  +- OriginMismatch    403  the request comes from another site
|  +- UnknownAction     404  no action has this id
|  +- MethodNotAllowed  405  (.allow)
|  +- RequestTimeout    408  the body did not arrive in time
|  +- BodyTooLarge      413
|  +- InvalidArguments  422  the arguments do not fit the signature (.fields)
|  +- TooManyRequests   429  the rate of an action is used up (.retry_after)
|  +- ActionBusy        503  too many calls of an action at once (.retry_after)
|  +- ActionTimeout     504  an action took longer than it may; it was cancelled
+- WorkerError          the machine: the page falls back to rendering in the browser

ActionError             expected: its text reaches the user as written (.code, .status)
+- FieldError           the same, for one field of a form (.field)

Signal                  control flow, a BaseException so that `except Exception` lets it pass
+- Redirect             (.url, .kind, .permanent)
+- NotFound, Forbidden, Unauthorized
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal


class JetbridgeError(Exception):
    """The root of all errors that jetbridge raises about itself, its configuration or a request."""


class ConfigError(JetbridgeError):
    """The application cannot start as it is configured or written; the text says what to change."""


class EncodeError(JetbridgeError):
    """A value cannot be sent to the browser.

    path: where it stands, such as "props.card.due"; "" when it is the value itself.
    """

    def __init__(self, message: str, path: str = "") -> None:
        super().__init__(message)
        self.path = path


class RouteConflict(JetbridgeError):
    """Two files under app/ claim the same URL, or one folder name is not a legal segment."""


class ContextError(JetbridgeError):
    """A request API was called outside a request, or in a phase of it where it cannot work."""


class RequestError(JetbridgeError):
    """A request that is refused. `str(error)` goes to the log, `public` and `code`, a name for programs, to the caller.

    retry_after: seconds after which the same request may succeed; None where waiting does not help.
    """

    status: ClassVar[int] = 400
    public: ClassVar[str] = "Bad request."
    code: ClassVar[str] = "bad_request"
    retry_after: int | None = None


class BadRequest(RequestError):
    """The request cannot be understood."""


class ReplyDecodeError(RequestError):
    """The body is not a reply as React writes it, or it breaks a limit.

    path: where, such as "args[0].due"; "" for the body as a whole.
    """

    public = "The arguments could not be read."
    code = "unreadable"

    def __init__(self, message: str, path: str = "") -> None:
        super().__init__(f"{message} (at {path})" if path else message)
        self.path = path


class BadBoundArgs(RequestError):
    """A sealed value cannot be opened: changed, made for another action, or under a key that is gone."""

    public = "This page is out of date. Reload it and try again."
    code = "out_of_date"


class OriginMismatch(RequestError):
    """The request was sent by a page of another site."""

    status = 403
    public = "Cross-site request refused."
    code = "cross_site"


class UnknownAction(RequestError):
    """No action has this id."""

    status = 404
    public = "Unknown action. Reload the page and try again."
    code = "unknown_action"


class MethodNotAllowed(RequestError):
    """The method is not one that this URL answers; `allow` lists those it does."""

    status = 405
    public = "Method not allowed."
    code = "method_not_allowed"

    def __init__(self, message: str, allow: Sequence[str]) -> None:
        super().__init__(message)
        self.allow = tuple(allow)


class RequestTimeout(RequestError):
    """The body did not arrive in time."""

    status = 408
    public = "The request took too long to arrive."
    code = "body_timeout"


class BodyTooLarge(RequestError):
    """The body is larger than its limit."""

    status = 413
    public = "The request is too large."
    code = "too_large"


class InvalidArguments(RequestError):
    """The arguments do not fit the action's signature; its body has not run.

    fields: messages by argument or field, such as {"title": ["at least 1 character"]}.
    """

    status = 422
    public = "The arguments do not fit."
    code = "invalid_arguments"

    def __init__(self, message: str, fields: Mapping[str, Sequence[str]] | None = None) -> None:
        super().__init__(message)
        self.fields = {name: list(texts) for name, texts in (fields or {}).items()}


class TooManyRequests(RequestError):
    """The rate of an action is used up for this user or address; its body has not run."""

    status = 429
    public = "Too many requests. Wait a moment and try again."
    code = "too_many_requests"

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ActionBusy(RequestError):
    """As many calls of an action are running as may run at once, and none ended in time; its body has not run."""

    status = 503
    public = "The server is busy. Try again in a moment."
    code = "busy"
    retry_after = 1


class ActionTimeout(RequestError):
    """An action took longer than it may, and was cancelled."""

    status = 504
    public = "This took too long and was stopped."
    code = "timeout"


class WorkerError(JetbridgeError):
    """The Node worker is away, or could not make HTML of a page."""


class ActionError(Exception):
    """An expected failure that is told to the user as written.

    code: a short name for programs, such as "taken".
    status: the HTTP status of the answer when there is no JavaScript, 400 to 599.
    """

    def __init__(self, message: str, *, code: str | None = None, status: int = 400) -> None:
        if not 400 <= status <= 599:
            raise ValueError(f"ActionError status must be between 400 and 599, not {status}")
        super().__init__(message)
        self.message = message
        self.code = code
        self.status = status


class FieldError(ActionError):
    """An expected failure of one field of a form."""

    def __init__(self, field: str, message: str, *, code: str | None = None, status: int = 422) -> None:
        super().__init__(message, code=code, status=status)
        self.field = field


class Signal(BaseException):
    """Control flow out of a component, an action or a handler. Not an error, and not an `Exception`."""

    status: ClassVar[int]


class Redirect(Signal):
    """Go to another URL.

    kind: whether the browser's history gets a new entry ("push") or the current one is replaced.
    """

    status = 303

    def __init__(
        self,
        url: str,
        kind: Literal["push", "replace"] | None = None,
        *,
        permanent: bool = False,
        external: bool = False,
    ) -> None:
        super().__init__(url)
        self.url = url
        self.kind = kind
        self.permanent = permanent
        self.external = external


class NotFound(Signal):
    """What was asked for does not exist: the nearest not_found.py answers, with status 404."""

    status = 404


class Forbidden(Signal):
    """The user may not do this: status 403."""

    status = 403


class Unauthorized(Signal):
    """Nobody is signed in: status 401."""

    status = 401


@dataclass(frozen=True, slots=True)
class ErrorReport:
    """An error that nobody expected, as `on_error` gets it and as the log says it.

    reference: what the visitor was shown. where: such as "action app.actions.posts:create_post" or "page /posts".
    action: the name of the action that was called; "" for none. user: the caller's id, where it is known.
    """

    error: BaseException
    reference: str
    where: str
    action: str
    user: str | None


def captured(error: BaseException) -> Exception | Signal | None:
    """What a piece of the application's code ended with; None for what must go on its way, such as cancellation.

    A signal that was raised below a task group comes in a group: it counts, unless there are errors beside it.
    sys.exit() fails the piece that called it, not the server.
    """
    if isinstance(error, Exception | Signal):
        return error
    if isinstance(error, SystemExit):
        failure = RuntimeError(f"sys.exit({error.code!r}) was called").with_traceback(error.__traceback__)
        failure.__cause__ = error
        return failure
    if not isinstance(error, BaseExceptionGroup):
        return None
    signals, others = error.split(Signal)
    if others is not None:
        return others if isinstance(others, Exception) else None
    first: BaseException | None = signals
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    return first if isinstance(first, Signal) else None
