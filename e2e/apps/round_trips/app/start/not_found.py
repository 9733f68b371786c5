from jetbridge.html import Element, Fragment, h1, title


def not_found() -> Element:
    return Fragment[title["Gone"], h1["Not here"]]
