"""Mistakes that type checkers must find: each line with the word `wrong` in its comment, and no other."""

from __future__ import annotations

from jetbridge import html
from jetbridge.components import ErrorBoundary, Link
from jetbridge.html import Element, a, button, circle, custom_element, div, form, h1, img, input_, p, td

html.dvi["x"]  # wrong name
div(clas_name="x")  # wrong name
div(class_name=3)  # wrong type
div(href="/")  # wrong element
td(col_span="2")  # wrong type
form(method="psot")  # wrong value
button(type="sumbit")  # wrong value
button(on_click=print)  # wrong place
input_(required="yes")  # wrong type
a(style="color: red")  # wrong type
div(data_id=3)  # wrong form
div(key=(1, 2))  # wrong type
div(aria_live="loud")  # wrong value
circle(view_bx="0")  # wrong name
p[object()]  # wrong child
p(object())  # wrong child
div[h1]  # wrong child: not called
div[print]  # wrong child
img["x"]  # wrong: has no children
img("x")  # wrong: has no children
h1["a"]["b"]  # wrong: has its children
Link(href="/", prefech=True)  # wrong name
ErrorBoundary(p["x"])  # wrong: no fallback
custom_element("x-y")(mode="hsl")  # wrong name


def page() -> Element:
    return "text"  # wrong: no element
