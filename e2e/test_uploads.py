"""An upload that tells how far it is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, expect

from e2e.application import FORMS, Application, build_example, copy_example, start
from e2e.visitor import Visitor

MEGABYTE = 1_000_000

WATCH = """() => {
  window.seen = []
  new MutationObserver(() => {
    const progress = document.querySelector("form progress")
    if (progress) window.seen.push(progress.value)
  }).observe(document.body, { subtree: true, childList: true, attributes: true })
}"""


@pytest.fixture(scope="module")
def app(built_example: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    folder = copy_example(tmp_path_factory.mktemp("uploads") / "forms", FORMS)
    build_example(folder)
    application = start(folder, folder / "server.log", small_page="/")
    yield application
    application.stop()


def photo(megabytes: float) -> FilePayload:
    content = bytes(range(256)) * int(megabytes * MEGABYTE / 256)
    return {"name": "photo.bin", "mimeType": "application/octet-stream", "buffer": content}


def slow_down(visitor: Visitor, bytes_per_second: int) -> None:
    """Let the browser send no faster than this."""
    session = visitor.context.new_cdp_session(visitor.page)
    session.send("Network.enable")
    limits = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_per_second}
    session.send("Network.emulateNetworkConditions", limits)


def test_progress(visitor: Visitor):
    """It rises while the file is sent, up to all of it, and goes; the result and the fresh page come in that answer."""
    visitor.visit("/upload")
    visitor.page.wait_for_load_state("networkidle")
    file = photo(4)
    visitor.page.get_by_label("Photo").set_input_files(file)
    slow_down(visitor, 2 * MEGABYTE)
    visitor.page.evaluate(WATCH)
    visitor.requests.clear()
    visitor.page.get_by_role("button", name="Send", exact=True).click()

    expect(visitor.page.get_by_label("Sending:")).to_be_visible()
    digest = hashlib.sha256(file["buffer"]).hexdigest()[:8]
    expect(visitor.page.locator("form [role=status]")).to_have_text(
        f"photo.bin {len(file['buffer'])} {digest}", timeout=20_000
    )
    expect(visitor.page.get_by_label("Sending:")).to_have_count(0)
    expect(visitor.page.locator("#uploads")).to_contain_text("uploads")
    seen = visitor.page.evaluate("window.seen")
    assert seen == sorted(seen)
    assert len(set(seen)) >= 4
    assert 0 < seen[0] < 0.5
    assert seen[-1] == 1
    assert [(request.method, request.resource_type) for request in visitor.calls()] == [("POST", "xhr")]
    assert visitor.problems == []


def test_the_form_works_in_every_situation(anyone: Visitor):
    """Without JavaScript, and before it is there, the file is sent as by any form."""
    anyone.visit("/upload")
    before = int(anyone.page.locator("#uploads").inner_text().split()[0])
    anyone.page.get_by_label("Photo").set_input_files(photo(0.1))
    anyone.press("Send")

    expect(anyone.page.locator("form [role=status]")).to_contain_text("photo.bin 99840")
    expect(anyone.page.locator("#uploads")).to_have_text(f"{before + 1} uploads")
    assert anyone.problems == []


@pytest.mark.parametrize(
    ("megabytes", "said"), [(0.1, "photo.bin 99840"), (9, "CallError 413 false")], ids=["accepted", "too large"]
)
def test_in_code(visitor: Visitor, megabytes: float, said: str):
    """What the call gives or throws is what any call does."""
    visitor.visit("/upload")
    visitor.page.get_by_label("File").set_input_files(photo(megabytes))
    visitor.page.get_by_role("button", name="Send in code").click()

    expect(visitor.page.locator("output")).to_contain_text(said)


def test_giving_up(visitor: Visitor):
    """The signal ends the request, and the call rejects with its reason."""
    visitor.visit("/upload")
    visitor.page.get_by_label("File").set_input_files(photo(7))
    slow_down(visitor, MEGABYTE)
    visitor.page.get_by_role("button", name="Send in code").click()
    visitor.page.wait_for_function("document.querySelector('progress[aria-label=Sent]').value > 0")
    with visitor.page.expect_event("requestfailed"):
        visitor.page.get_by_role("button", name="Give up").click()

    expect(visitor.page.locator("output")).to_contain_text("AbortError")


def test_without_an_answer(visitor: Visitor):
    """A connection that breaks rejects the call."""
    visitor.visit("/upload")
    visitor.page.route("**/_jetbridge/action/**", lambda route: route.abort())
    visitor.page.get_by_label("File").set_input_files(photo(0.1))
    visitor.page.get_by_role("button", name="Send in code").click()

    expect(visitor.page.locator("output")).to_contain_text("TypeError")
