"""Somebody with a browser, in one of three situations.

"js": the page is used when it has been hydrated. "no_js": JavaScript is switched off. "early": the scripts are held
back until a form has been submitted natively; the page that answers is then hydrated.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final, Literal

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Locator, Page, Request, Route

Mode = Literal["js", "no_js", "early"]
MODES: Final[tuple[Mode, ...]] = ("js", "no_js", "early")

SCRIPTS: Final = "**/_jetbridge/assets/**"

HYDRATED: Final = """() => {
  const rendered = (element) => Object.keys(element).some((key) => key.startsWith("__reactFiber$"))
  return [...document.querySelectorAll("main, main form, main form button")].every(rendered)
}"""


class Visitor:
    """A browser window that notes what goes wrong in it and what it asks the server for."""

    def __init__(self, context: BrowserContext, base_url: str, mode: Mode) -> None:
        self.context, self.base_url, self.mode = context, base_url, mode
        self.page: Page = context.new_page()
        self.problems: list[str] = []
        self.requests: list[Request] = []
        self._held: list[Route] = []
        self._holding = False
        self.page.set_default_timeout(10_000)
        self.page.on("console", self._note_console)
        self.page.on("pageerror", lambda error: self.problems.append(f"uncaught: {error}"))
        self.page.on("request", lambda request: self.requests.append(request))
        if mode == "early":
            self.page.route(SCRIPTS, self._hold)

    def visit(self, path: str) -> None:
        """Load a page; in the "early" situation its scripts do not arrive."""
        self._holding = self.mode == "early"
        if self.mode == "early":
            self.page.goto(self.base_url + path, wait_until="commit")
            self.page.wait_for_selector("footer")
        else:
            self.page.goto(self.base_url + path)
            self.settle()

    def click(self, target: Locator) -> None:
        """Press a button or follow a link; from now on scripts arrive."""
        self._holding = False
        if self.mode != "early":
            target.click()
            return
        with self.page.expect_navigation(wait_until="load"):
            target.click()
        self._drop_held()
        self.settle()

    def settle(self) -> None:
        """Wait until React has taken over what the server sent."""
        if self.mode != "no_js":
            self.page.wait_for_function(HYDRATED)

    def press(self, name: str) -> None:
        """Press the button of this name."""
        self.click(self.page.get_by_role("button", name=name, exact=True))

    def fill(self, label: str, value: str) -> None:
        """Type into the field of this label."""
        self.page.get_by_label(label, exact=True).fill(value)

    def sign_in(self, username: str, password: str) -> None:
        """Sign in by the form."""
        self.visit("/login")
        self.fill("Username", username)
        self.fill("Password", password)
        self.press("Sign in")
        self.page.wait_for_url("**/posts")
        self.settle()

    def calls(self) -> list[Request]:
        """The requests so far, without those for built files and pictures."""
        return [request for request in self.requests if request.resource_type in ("document", "fetch", "xhr")]

    def _hold(self, route: Route) -> None:
        if self._holding and route.request.url.endswith(".js"):
            self._held.append(route)
        else:
            route.continue_()

    def _drop_held(self) -> None:
        """The page that wanted these scripts is gone, so that even a refusal may reach nobody."""
        for route in self._held:
            with suppress(Error):
                route.abort()
        self._held.clear()

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(f"{message.type}: {message.text}")


def open_visitor(browser: Browser, base_url: str, mode: Mode) -> Visitor:
    """A new visitor, with cookies and a history of their own."""
    context = browser.new_context(java_script_enabled=mode != "no_js", viewport={"width": 1000, "height": 900})
    return Visitor(context, base_url, mode)
