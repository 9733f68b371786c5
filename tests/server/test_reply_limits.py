"""What the arguments in a body may cost is a setting, for calls, plain forms and live questions."""

from __future__ import annotations

import json
import sys

import pytest

from jetbridge.errors import ConfigError

pytestmark = pytest.mark.anyio

FILES = {
    "page.py": "def page():\n    return 'home'",
    "actions/main.py": '''
        """use server"""
        from pydantic import BaseModel

        ran = []

        class Note(BaseModel):
            text: str

        async def count(values: list[object]) -> int:
            ran.append(len(values))
            return len(values)

        async def save(before: list[object], form: Note) -> None:
            ran.append(len(before))
    ''',
}
NESTED = json.dumps([[[[[[[1]]]]]]])
POINTS = json.dumps([[{"x": 1.5, "y": 2.5}] * 40_000], separators=(",", ":"))


def call(site, name, body, **headers):
    url = f"/_jetbridge/action/{site.action_id(name)}"
    return site.client.post(url, content=body, headers={"sec-fetch-site": "same-origin", **headers})


def post(site, bound):
    metadata = json.dumps({"id": site.action_id(":save"), "bound": "$@1"})
    fields = {"$ACTION_REF_0": "", "$ACTION_0:0": metadata, "$ACTION_0:1": bound, "text": "hello"}
    return site.client.post("/", files={name: (None, value) for name, value in fields.items()}, headers=ORIGIN)


ORIGIN = {"origin": "http://site.test"}


@pytest.mark.parametrize(("limits", "status"), [({}, 200), ({"max_depth": 5}, 400)])
async def test_calls_forms_and_questions(make_site, limits, status):
    """A limit that is set refuses what passes without it, and nothing has run."""
    async with make_site(FILES, reply_limits=limits) as site:
        asked = await call(site, ":save", json.dumps([json.loads(NESTED), "$K1"]), **{"jetbridge-check": "text"})
        called = await call(site, ":count", NESTED)
        posted = await post(site, NESTED)
        ran = sys.modules["app.actions.main"].ran

        assert [answer.status_code for answer in (asked, called, posted)] == [status] * 3
        assert ran == ([] if limits else [1, 1])


@pytest.mark.parametrize(("limits", "status"), [({}, 400), ({"memory_per_byte": 30}, 200)])
async def test_dense_data(make_site, limits, status, caplog):
    """Many tiny objects are refused by a limit that the log names; set higher, it lets them through."""
    caplog.set_level("INFO")
    async with make_site(FILES, reply_limits=limits) as site:
        answer = await call(site, ":count", POINTS)

        assert answer.status_code == status
        assert ("memory_per_byte" in caplog.text) == (status == 400)


@pytest.mark.parametrize("limits", [{"max_depht": 5}, {"max_depth": -1}])
async def test_limits_that_there_are_not(make_site, limits):
    """A limit that nobody knows, or that is none, stops the start with the names of all."""
    with pytest.raises(ConfigError, match="reply_limits"):
        async with make_site(FILES, reply_limits=limits):
            pytest.fail("it has started")
