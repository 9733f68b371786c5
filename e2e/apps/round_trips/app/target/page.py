from jetbridge.html import Element, Fragment, div, h1, title


def page() -> Element:
    return Fragment[title["Target"], h1["Target"], div(style={"height": "3000px"})]
