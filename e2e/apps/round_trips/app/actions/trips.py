"""use server

What an action can end with.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from jetbridge import (
    FormData,
    cookies,
    forbidden,
    headers,
    not_found,
    public,
    redirect,
    refresh,
    revalidate_path,
    revalidate_tag,
    unauthorized,
)

__guard__ = public

changes: Final[list[str]] = []


def _this_host() -> str:
    return headers()["host"]


def _other_host() -> str:
    """The same server by another name."""
    return _this_host().replace("127.0.0.1", "localhost")


def _revalidate() -> None:
    changes.append("one more")
    revalidate_path("/start")


def _set_cookie() -> None:
    cookies().set("seen", "yes")
    redirect("/target")


CASES: Final[dict[str, Callable[[], object]]] = {
    "nothing": lambda: None,
    "revalidate": _revalidate,
    "redirect": lambda: redirect("/target"),
    "redirect and replace": lambda: redirect("/target", "replace"),
    "redirect to a relative path": lambda: redirect("./child"),
    "redirect to a query and hash": lambda: redirect("/target?tab=2#there"),
    "redirect to this host": lambda: redirect(f"http://{_this_host()}/target"),
    "redirect with a cookie": _set_cookie,
    "redirect to where it is": lambda: redirect("/start"),
    "redirect to another host, on purpose": lambda: redirect(f"http://{_other_host()}/target", external=True),
    "the path of a": lambda: revalidate_path("/kept/a"),
    "the tag of a": lambda: revalidate_tag("a"),
    "the pattern": lambda: revalidate_path("/kept/[name]"),
    "all below": lambda: revalidate_path("/kept", "layout"),
    "a cookie": lambda: cookies().set("seen", "again"),
    "a cookie with its old value": lambda: cookies().set("old", "value"),
    "whatever it is": refresh,
    "not found": not_found,
    "forbidden": forbidden,
    "unauthorized": unauthorized,
    "elsewhere without saying so": lambda: redirect(f"http://{_other_host()}/target"),
    "two slashes": lambda: redirect(f"//{_other_host()}/target"),
    "a tab between two slashes": lambda: redirect(f"/\t/{_other_host()}/target"),
    "javascript": lambda: redirect("javascript:document.title='run'"),
    "javascript, external": lambda: redirect("javascript:document.title='run'", external=True),
    "javascript with a line break": lambda: redirect("java\nscript:document.title='run'", external=True),
    "javascript after a control character": lambda: redirect("\x01javascript:document.title='run'", external=True),
    "data": lambda: redirect("data:text/html,<title>run</title>", external=True),
    "backslashes": lambda: redirect(f"\\\\{_other_host()}/target"),
    "a slash and a backslash": lambda: redirect(f"/\\{_other_host()}/target"),
    "a line break in a header": lambda: redirect("/target\r\nset-cookie: seen=injected"),
}


async def go(case: str, form: FormData) -> None:
    CASES[case]()
