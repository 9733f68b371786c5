"""Names that Python and the browser must agree on.

`client/src/wire.ts` is generated from this file by `scripts/wire`; a test fails when the two differ.
Only constants of type str or int belong here.
"""

from __future__ import annotations

from typing import Final

REACT_VERSION: Final = "19.3.1"
"""The one version of react, react-dom and react-server-dom-webpack whose protocol is spoken."""

PREFIX: Final = "/_jetbridge/"
"""Below this path nothing belongs to the application."""

ACTION_PATH: Final = "/_jetbridge/action/"
"""POST here + id calls an action from JavaScript."""

ASSET_PATH: Final = "/_jetbridge/assets/"
"""Built files: + fingerprint of the key ring + "/" + file name."""

DEV_PATH: Final = "/_jetbridge/vite/"
"""Vite's own URLs in development, passed on to it."""

FLIGHT_CONTENT_TYPE: Final = "text/x-component"
"""Asked for by `Accept` and given by `Content-Type` when the answer is Flight and not a document."""

PAGE_HEADER: Final = "jetbridge-page"
"""Request, on a call: path and query of the page that calls. Percent-encoded ASCII, as in a URL."""

CHECK_HEADER: Final = "jetbridge-check"
"""Request, on a call that is not to run: the field of its form about which the rules are asked. Percent-encoded."""

BUILD_HEADER: Final = "jetbridge-build"
"""Both directions: the build id; when it differs the browser loads the page anew."""

FLIGHT_GLOBAL: Final = "__jetbridge_flight"
"""Global array of the Flight rows inlined in a document: text, or [1, base64] for bytes."""

CLIENT_RENDER_GLOBAL: Final = "__jetbridge_client_render"
"""Set to 1 in a document whose HTML React must not hydrate: the browser renders it from the Flight data."""

RUNTIME_GLOBAL: Final = "__jetbridge_runtime"
"""Where the runtime bundle puts React and itself for the chunks of client modules."""

RUNTIME_MODULE: Final = "jetbridge"
"""Module id of the built-in client components (Link, Form, ErrorBoundary, ...)."""

DIGEST_PREFIX: Final = "jetbridge:"
"""A digest that starts so is followed by JSON: {"kind": "action" | "redirect" | "not_found" | ...}."""

ACTION_PLACEHOLDER: Final = "__jetbridge_action_"
"""In built files: + 16 hex digits + "__" stands for an action's id, which only the running server knows."""

SEALED_SUFFIX: Final = ".s"
"""An action id that ends so is called with one sealed value as its first argument."""

SESSION_COOKIE: Final = "jetbridge-session"
