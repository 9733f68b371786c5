from jetbridge.html import Element, Fragment, div, h1, title


def page() -> Element:
    return Fragment[title["Plain"], h1["Plain"], div(style={"height": "3000px"})]
