from jetbridge.html import Element, Fragment, div, h1, title


def page() -> Element:
    return Fragment[title["Child"], h1["Child"], div(style={"height": "3000px"})]
