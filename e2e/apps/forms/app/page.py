from app.profile_form import ProfileForm

from jetbridge.html import Element, Fragment, h1


def page() -> Element:
    return Fragment[h1["Profile"], ProfileForm(name="Nobody")]
