"""The wired parts of one running application."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from jetbridge.actions.encryption import KeyRing
from jetbridge.actions.limits import Places, RateLimiter
from jetbridge.actions.registry import ActionRegistry
from jetbridge.cache.background import Report
from jetbridge.cache.store import CacheStore
from jetbridge.config import Config
from jetbridge.errors import ErrorReport
from jetbridge.flight.encoder import ClientRow
from jetbridge.flight.limits import Limits
from jetbridge.flight.model import ClientReference
from jetbridge.rendering.document import DocumentOptions, HtmlRenderer
from jetbridge.rendering.failures import Failure, describe_failure
from jetbridge.rendering.stream import References
from jetbridge.routing.scan import RouteTree
from jetbridge.server.assets import Assets
from jetbridge.server.body import BodyLimits
from jetbridge.server.page_cache import PageCache
from jetbridge.server.public_files import PublicFiles

OnError = Callable[[ErrorReport], Awaitable[None] | None]
"""What an application does with an error that nobody expected, once the response has been sent."""


class ClientBuild(Protocol):
    """What the browser gets: the production build, or Vite in development."""

    @property
    def id(self) -> str:
        """Changes whenever the built files do."""

    def client_reference(self, reference: ClientReference, asset_base: str) -> ClientRow: ...

    def bootstrap_modules(self, asset_base: str) -> tuple[str, ...]:
        """URLs of the modules that start the page."""

    @property
    def head(self) -> str:
        """Markup for the head of a document in development; "" in production."""


@dataclass(frozen=True, slots=True)
class AppState:
    """Everything a request needs, made once at start and never changed."""

    config: Config
    keys: KeyRing
    tree: RouteTree
    registry: ActionRegistry
    store: CacheStore
    report: Report
    """Is told of errors in the background of the cache."""
    pages: PageCache
    build: ClientBuild
    renderer: HtmlRenderer | None
    assets: Assets
    public: PublicFiles
    asset_base: str
    limiter: RateLimiter
    places: Mapping[str, Places]
    """By name, the actions of which only so many calls may run at once."""
    body_limits: Mapping[str, BodyLimits]
    """By name, for every action: what the body of a call may be."""
    reply_limits: Mapping[str, Limits]
    """By name, for every action: what its arguments may cost, once their body has arrived."""
    form_limits: Limits
    """The same for a plain form, before it is known which action it names."""
    largest_body: int
    """What the action with the highest limit takes, in bytes."""
    on_error: OnError | None

    def references(self, where: str) -> References:
        """How references and errors of one response are written. where: for the log, such as "page /posts"."""

        def describe(error: BaseException, path: str) -> Failure:
            return describe_failure(error, f"{where}, at {path}" if path else where, debug=self.config.dev)

        return References(
            client=lambda reference: self.build.client_reference(reference, self.asset_base),
            server=self.registry.references().reference,
            describe=describe,
            debug=self.config.dev,
        )

    def document_options(self, client_rows: list[ClientRow]) -> DocumentOptions:
        """What a document loads that shows these client components."""
        modules = dict.fromkeys(file for row in client_rows for file in row.chunks[1::2] if file)
        stylesheets = dict.fromkeys(href for row in client_rows for href in row.stylesheets)
        return DocumentOptions(
            bootstrap_modules=self.build.bootstrap_modules(self.asset_base),
            preload_modules=tuple(modules),
            stylesheets=tuple(stylesheets),
            head=self.build.head,
        )
