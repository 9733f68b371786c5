"""Deliveries from Stripe, proved by a signature over the raw body."""

import os
import time

from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from lib.deliveries import record_delivery
from lib.webhooks import is_from_stripe


class StripeEvent(BaseModel):
    """The part of an event that is looked at here."""

    id: str
    type: str


async def POST(request: Request) -> Response:
    secret = os.environ.get("STRIPE_WEBHOOK_SECRET")
    if not secret:
        return JSONResponse({"error": "STRIPE_WEBHOOK_SECRET is not set"}, status_code=503)
    body = await request.body()
    if not is_from_stripe(body, request.headers.get("stripe-signature", ""), secret, time.time()):
        return JSONResponse({"error": "The signature does not fit"}, status_code=400)
    try:
        event = StripeEvent.model_validate_json(body)
    except ValidationError:
        return JSONResponse({"error": "Not an event"}, status_code=400)
    is_new = await record_delivery("stripe", event.id, event.type)
    return JSONResponse({"received": True, "new": is_new})
