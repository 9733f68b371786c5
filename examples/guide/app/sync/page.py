"""A service outside of our control, to see how failures are shown."""

from jetbridge.html import Element, Fragment, h1, p, title

from app.sync.sync_form import SyncForm
from lib.deliveries import count_deliveries


async def page() -> Element:
    return Fragment[
        title["Sync · Logbook"],
        h1["Sync"],
        p(class_name="lead")[
            "The partner with whom we exchange entries is made up: here you decide how it behaves. "
            "When it cannot be reached you are told so. When it answers with nonsense you meet a bug: you get a "
            "reference, and the log has the same reference with everything a developer needs."
        ],
        SyncForm(),
        p[f"Webhook deliveries received: {await count_deliveries()}"],
    ]
