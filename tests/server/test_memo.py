"""`@memo` in an application."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.anyio

DATA = """
from jetbridge import memo

STATE = {"value": 0, "loads": 0}

@memo
async def load():
    STATE["loads"] += 1
    return STATE["value"]
"""

PAGE = """
from app.data import STATE, load
from jetbridge.html import p

async def page():
    return [await load(), p[str(await load())]]
"""

ACTIONS = '''"""use server"""
from app.data import STATE, load
from jetbridge import refresh

async def _guard():
    await load()

__guard__ = _guard

async def change():
    STATE["value"] += 1
    refresh()
    return [await load(), STATE["value"]]
'''


async def test_page_after_an_action(make_site):
    """A page loads once; one that answers an action loads anew, and so does the action itself."""
    async with make_site({"data.py": DATA, "page.py": PAGE, "actions/main.py": ACTIONS}) as site:
        await site.flight("/")
        await site.flight("/")
        from app.data import STATE

        assert STATE["loads"] == 2
        _, payload = await site.call(site.action_id("change"))

        assert payload["returnValue"].value == [1, 1]
        assert STATE["loads"] == 5
