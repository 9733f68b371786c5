from jetbridge.components import ErrorMessage, RetryButton
from jetbridge.html import Element, Fragment, h1


def error() -> Element:
    return Fragment[h1["That went wrong"], ErrorMessage(), RetryButton()]
