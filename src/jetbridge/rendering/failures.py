"""What the browser is told about an exception, and what the log is told."""

from __future__ import annotations

import json
import logging
import secrets
import traceback
from dataclasses import dataclass
from typing import Any

from jetbridge import wire
from jetbridge.context import current_request_or_none
from jetbridge.errors import (
    ActionError,
    ErrorReport,
    FieldError,
    Forbidden,
    NotFound,
    Redirect,
    RequestError,
    Signal,
    Unauthorized,
)
from jetbridge.flight.encoder import ErrorRow

logger = logging.getLogger("jetbridge")

_SIGNAL_KINDS = {NotFound: "not_found", Forbidden: "forbidden", Unauthorized: "unauthorized"}


@dataclass(frozen=True, slots=True)
class Failure:
    """One exception, described.

    digest: a reference that stands in the log too, or wire.DIGEST_PREFIX + JSON for what the browser may know.
    message: for people; "" where the text is masked. status: the HTTP status it asks for.
    """

    error: BaseException
    digest: str
    message: str
    status: int
    debug: bool

    def row(self) -> ErrorRow:
        """The failure as an error row of Flight; name, message and stack are filled in only for development."""
        if not self.debug:
            return ErrorRow(self.digest)
        frames = tuple(
            (frame.name, frame.filename, frame.lineno or 0, 1, frame.lineno or 0, 1)
            for frame in reversed(traceback.extract_tb(self.error.__traceback__))
        )
        return ErrorRow(self.digest, type(self.error).__name__, str(self.error), frames)

    def props(self) -> dict[str, Any]:
        """The `error` prop of an ErrorBoundary that failed on the server already."""
        return {"digest": self.digest, "message": self.message}


class DescribedError(Exception):
    """Carries a failure that is described and logged already to the place where it shows."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


def describe_failure(error: BaseException, where: str, *, debug: bool) -> Failure:
    """Decide what may be told about `error`, and log it if nobody expected it.

    where: for the log, such as "action app.actions.posts:create_post" or "page /posts at root.children".
    """
    if isinstance(error, DescribedError):
        return error.failure
    if isinstance(error, ActionError):
        field = error.field if isinstance(error, FieldError) else None
        digest = _digest(kind="action", message=error.message, code=error.code, field=field, status=error.status)
        return Failure(error, digest, error.message, error.status, debug)
    if isinstance(error, RequestError):
        digest = _digest(kind="action", message=error.public, code=error.code, field=None, status=error.status)
        return Failure(error, digest, error.public, error.status, debug)
    if isinstance(error, Redirect):
        digest = _digest(kind="redirect", url=error.url, replace=error.kind != "push")
        return Failure(error, digest, "", error.status, debug)
    if isinstance(error, Signal):
        return Failure(error, _digest(kind=_SIGNAL_KINDS[type(error)]), "", error.status, debug)
    reference = _report(error, where).reference
    return Failure(error, reference, f"{type(error).__name__}: {error}" if debug else "", 500, debug)


def _report(error: BaseException, where: str) -> ErrorReport:
    """Log an error that nobody expected, in one line, and note it for `on_error`."""
    context = current_request_or_none()
    action, user = ("", None) if context is None else (context.action, context.user_id)
    report = ErrorReport(error, secrets.token_hex(4), where, action, user)
    logger.error(
        "%s failed [%s]: %s: %s",
        log_text(where),
        report.reference,
        type(error).__name__,
        log_text(error),
        exc_info=error,
        extra={"reference": report.reference, "where": where, "action": action, "user": user},
    )
    if context is not None:
        context.reports.append(report)
    return report


def log_text(value: object, limit: int = 500) -> str:
    """Text for one line of the log: of limited length, and without characters that begin a line or steer a terminal.

    What a browser sends may stand in it: no request can write log lines of its own.
    """
    text = str(value)
    if len(text) > limit:
        text = f"{text[:limit]}... ({len(text)} characters)"
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def _digest(**values: Any) -> str:
    return wire.DIGEST_PREFIX + json.dumps(values, separators=(",", ":"))
