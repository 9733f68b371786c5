"""Webhook deliveries that have arrived."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from lib.db import database
from lib.models import Delivery


async def record_delivery(sender: str, delivery_id: str, event: str) -> bool:
    """Note a delivery; False when it had arrived before, as it may when our first answer was lost."""
    try:
        async with database.session() as session:
            session.add(Delivery(sender=sender, id=delivery_id, event=event))
    except IntegrityError:
        return False
    return True


async def count_deliveries() -> int:
    """How many different deliveries have arrived."""
    async with database.session() as session:
        return await session.scalar(select(func.count()).select_from(Delivery)) or 0
