"""Deliveries from GitHub, proved by a signature over the raw body."""

import os

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from lib.deliveries import record_delivery
from lib.webhooks import is_from_github


async def POST(request: Request) -> Response:
    secret = os.environ.get("GITHUB_WEBHOOK_SECRET")
    if not secret:
        return JSONResponse({"error": "GITHUB_WEBHOOK_SECRET is not set"}, status_code=503)
    if not is_from_github(await request.body(), request.headers.get("x-hub-signature-256", ""), secret):
        return JSONResponse({"error": "The signature does not fit"}, status_code=401)
    event, delivery = request.headers.get("x-github-event"), request.headers.get("x-github-delivery")
    if not event or not delivery:
        return JSONResponse({"error": "X-GitHub-Event and X-GitHub-Delivery are needed"}, status_code=400)
    if event == "ping":
        return Response(status_code=204)
    await record_delivery("github", delivery, event)
    return JSONResponse({"accepted": event}, status_code=202)
