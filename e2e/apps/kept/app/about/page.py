from app.data import renders

from jetbridge.html import Element, Fragment, h1, p, title

revalidate = 600


async def page() -> Element:
    return Fragment[title["About"], h1["About"], p(id="render")[f"Render {next(renders)}"]]
