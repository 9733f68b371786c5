"""Props, children and names."""

from decimal import Decimal
from enum import Enum
from uuid import uuid4

from card import Badge, Box, Card, Hint, Price

from jetbridge.html import b, p


class Size(Enum):
    SMALL = "s"


Card(title="x", level=1, post_id=None, tags=[])["text", p["more"]]
Card("text", title="x", level=2, post_id=3, tags=["a"], size="s", is_open=True, key=1)
Card(title=uuid4(), level=3, post_id=2.5, tags=("a",), size=Size.SMALL, postURL="/", as_="h2", for_="x")
Card(title="x", level=3, post_id=1, tags=[], class_name=["a", None], style={"color": "red"}, icon=b["x"], footer="x")
Card(level=1, post_id=None, tags=[])  # wrong: no title
Card(title=3, level=1, post_id=None, tags=[])  # wrong: type
Card(title="x", level=4, post_id=None, tags=[])  # wrong: value
Card(title="x", level=1, post_id="3", tags=[])  # wrong: type
Card(title="x", level=1, post_id=None, tags=[1])  # wrong: type of an item
Card(title="x", level=1, post_id=None, tags=[], size="xl")  # wrong: value
Card(title="x", level=1, post_id=None, tags=[], postId=3)  # wrong: name
Card(title="x", level=1, post_id=None, tags=[], titel="x")  # wrong: name
Card(title="x", level=1, post_id=None, tags=[], icon="x")  # wrong: no element
Card(title="x", level=1, post_id=None, tags=[], footer=object())  # wrong: cannot be shown
Card["text"]  # wrong: props are missing
Card(title="x", level=1, post_id=None, tags=[])[object()]  # wrong: child
Badge(text="x", count=2)
Badge(text=Decimal(2))
Badge(text="x")["y"]  # wrong: no children
Badge("y", text="x")  # wrong: no children
Box["text"]
Box()["text"]
Box("text")
Price(currency="EUR")["9.90"]
Price(currency="EUR")[p["9.90"]]  # wrong: only text
p[Price(currency="EUR")]  # wrong: no children
Hint()["x"]
p[Hint()]
Hint()[p["x"]]  # wrong: only text
