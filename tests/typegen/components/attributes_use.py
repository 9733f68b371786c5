"""Attributes that a component passes on to an element."""

from attributes import Button, Field, FormBox, Icon, Panel, Some, Submit

from jetbridge import FormData


async def save(form: FormData) -> None: ...


Button(variant="danger", type="submit", disabled=True, class_name=["a"], tab_index=1, aria_label="x", key=3)["x"]
Button(form_action=save)["x"]
Button["x"]
Button(varaint="danger")  # wrong: name
Button(variant="red")  # wrong: value
Button(type="sumbit")  # wrong: value
Button(href="/")  # wrong: of another element
Button(on_click=save)  # wrong: an event handler
Button(data={"id": 1})  # wrong: for elements only
Submit(label="x", disabled=True, name="y", lang="de")
Submit(label="x", type="button")  # wrong: left out
Submit(label="x")["y"]  # wrong: no children
Submit(disabled=True)  # wrong: no label
Field(size="small", type="email", required=True, max_length=3)
Field(size=3)  # wrong: its own
Field(requierd=True)  # wrong: name
Panel(id="x", role="alert", style={"color": "red"})["x"]
Panel(style="color: red")  # wrong: type
Icon(glyph="x", view_box="0 0 1 1", stroke_width=2)
Icon(glyph="x", stroke_widht=2)  # wrong: name
Some(href="/", target="_blank", title="x")
Some(href="/")  # wrong: no title
Some(title="x", rel="y")  # wrong: not picked
FormBox(action=save)["x"]
FormBox(action="/search", method="get")
FormBox(method="psot")  # wrong: value
