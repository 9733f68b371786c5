"""What the handlers for telephones share: a token instead of a session, and answers in JSON."""

from __future__ import annotations

import hmac
import os

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response


def refuse_stranger(request: Request) -> Response | None:
    """The answer to a caller without the token of GUIDE_API_TOKEN; None for one who may go on."""
    token = os.environ.get("GUIDE_API_TOKEN")
    if not token:
        return JSONResponse({"error": "GUIDE_API_TOKEN is not set"}, status_code=503)
    given = request.headers.get("authorization", "")
    if hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        return None
    return JSONResponse({"error": "A bearer token is needed"}, 401, {"WWW-Authenticate": "Bearer"})


def unprocessable(error: ValidationError) -> Response:
    """Everything that is wrong with the JSON that was sent, by field."""
    fields = {".".join(map(str, problem["loc"])) or "body": problem["msg"] for problem in error.errors()}
    return JSONResponse({"error": "The post does not fit", "fields": fields}, status_code=422)
