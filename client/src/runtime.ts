/** What client modules find in the browser: the one React, and the built-in components. */

import React from "react"
import ReactDOM from "react-dom"
import ReactDOMClient from "react-dom/client"
import jsxDevRuntime from "react/jsx-dev-runtime"
import jsxRuntime from "react/jsx-runtime"
import * as jetbridge from "./index"
import * as internal from "./internal"
import { refreshAfterEdit } from "./navigation"
import { loadModule, registerModule } from "./webpack-globals"
import { RUNTIME_GLOBAL, RUNTIME_MODULE } from "./wire"

// Bytes count in production, where a page that works in development works too.
if (process.env.NODE_ENV !== "production" && RUNTIME_GLOBAL in globalThis) {
  throw new Error(`A page can have one React, and this one starts a second: remove one of the scripts of jetbridge (React ${React.version}).`)
}

registerModule(RUNTIME_MODULE, jetbridge)

Object.assign(globalThis, {
  [RUNTIME_GLOBAL]: {
    react: React,
    "react-dom": ReactDOM,
    "react-dom/client": ReactDOMClient,
    "react/jsx-runtime": jsxRuntime,
    ...(process.env.NODE_ENV === "production" ? null : { "react/jsx-dev-runtime": jsxDevRuntime, loadModule, refresh: refreshAfterEdit }),
    [RUNTIME_MODULE]: jetbridge,
    "jetbridge/internal": internal,
  },
})
