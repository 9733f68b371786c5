// Generated from src/jetbridge/wire.py by scripts/wire: change that file and run the script.

/** The one version of react, react-dom and react-server-dom-webpack whose protocol is spoken. */
export const REACT_VERSION = "19.3.1"

/** Below this path nothing belongs to the application. */
export const PREFIX = "/_jetbridge/"

/** POST here + id calls an action from JavaScript. */
export const ACTION_PATH = "/_jetbridge/action/"

/** Built files: + fingerprint of the key ring + "/" + file name. */
export const ASSET_PATH = "/_jetbridge/assets/"

/** Vite's own URLs in development, passed on to it. */
export const DEV_PATH = "/_jetbridge/vite/"

/** Asked for by `Accept` and given by `Content-Type` when the answer is Flight and not a document. */
export const FLIGHT_CONTENT_TYPE = "text/x-component"

/** Request, on a call: path and query of the page that calls. Percent-encoded ASCII, as in a URL. */
export const PAGE_HEADER = "jetbridge-page"

/** Request, on a call that is not to run: the field of its form about which the rules are asked. Percent-encoded. */
export const CHECK_HEADER = "jetbridge-check"

/** Both directions: the build id; when it differs the browser loads the page anew. */
export const BUILD_HEADER = "jetbridge-build"

/** Global array of the Flight rows inlined in a document: text, or [1, base64] for bytes. */
export const FLIGHT_GLOBAL = "__jetbridge_flight"

/** Set to 1 in a document whose HTML React must not hydrate: the browser renders it from the Flight data. */
export const CLIENT_RENDER_GLOBAL = "__jetbridge_client_render"

/** Where the runtime bundle puts React and itself for the chunks of client modules. */
export const RUNTIME_GLOBAL = "__jetbridge_runtime"

/** Module id of the built-in client components (Link, Form, ErrorBoundary, ...). */
export const RUNTIME_MODULE = "jetbridge"

/** A digest that starts so is followed by JSON: {"kind": "action" | "redirect" | "not_found" | ...}. */
export const DIGEST_PREFIX = "jetbridge:"

/** In built files: + 16 hex digits + "__" stands for an action's id, which only the running server knows. */
export const ACTION_PLACEHOLDER = "__jetbridge_action_"

/** An action id that ends so is called with one sealed value as its first argument. */
export const SEALED_SUFFIX = ".s"

export const SESSION_COOKIE = "jetbridge-session"
