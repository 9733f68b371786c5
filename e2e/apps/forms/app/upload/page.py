from app.actions.photos import uploads
from app.upload.photo_form import PhotoForm

from jetbridge.html import Element, Fragment, h1, p


def page() -> Element:
    return Fragment[h1["Upload"], p(id="uploads")[f"{len(uploads)} uploads"], PhotoForm()]
