"""All ways to export a component."""

from dataclasses import dataclass

from exports import Byline, Either, Later, List, Loose, Memo, Old, Open, Outer, Slider, Toggle, Typed, WithRef, default


@dataclass
class Author:
    name: str
    email: str | None


async def go() -> None: ...


Outer(label="x")
Outer(text="x")  # wrong: name
Memo(label="x", count=1)
Memo(label="x")  # wrong: no count
WithRef(label="x")
WithRef(label=1)  # wrong: type
WithRef(label="x", ref=1)  # wrong: no refs from the server
Later(label="x")
Later()  # wrong: no label
Typed(label="x")
Typed(label=None)  # wrong: type
Old(label="x", size=2)
Old(size=2)  # wrong: no label
List(items=[{"id": 3, "name": "x"}])
List(items=3)  # wrong: type
Either(kind="link", href="/")
Either(kind="button", action=go)
Either(kind="link", action=go)  # wrong: an action on a link
Either(kind="button")  # wrong: no action
Byline(author=Author("x", None))
Byline(author={"name": "x", "email": None})
Byline(author={"name": "x"})  # wrong: no email
Loose(anything=1)["goes"]
Open(label="x", anything="y")
Open(label="x", anything=3)  # wrong: only text
Open(anything="y")  # wrong: no label
default(id=3)
default(id="3")  # wrong: type
Slider(min=1, max=2, value=[1, 2])
Slider(min=1)  # wrong: no max
Toggle(pressed=True, type="button", disabled=True, aria_label="x", class_name="a")["x"]
Toggle(pressed="yes")  # wrong: type
Toggle(type="sumbit")  # wrong: value
Toggle(on_click=go)  # wrong: an event handler
