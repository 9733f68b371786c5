// What client modules find in the Node process: the one React of this side, and the built-in components.

import * as React from "react"
import * as ReactDOM from "react-dom"
import * as jsxRuntime from "react/jsx-runtime"
import * as jsxDevRuntime from "react/jsx-dev-runtime"
import { createServerReference } from "react-server-dom-webpack/client.node"
import * as jetbridge from "./index"
import { ACTION_PLACEHOLDER, RUNTIME_GLOBAL, RUNTIME_MODULE } from "./wire"

/** Where Flight's client finds the modules of client references. */
export type ModuleLoader = {
  require(id: string): unknown
  load(chunk: string): Promise<unknown>
}

export type RuntimeSettings = {
  /** URL path of the built files, with "/" at its end. */
  assetBase: string
  /** Ids of actions by the slot that stands for them in built files. */
  actionIds: Record<string, string>
}

const globals = globalThis as unknown as Record<string, unknown>

/** The build gives these names to what Flight's client calls __webpack_require__ and __webpack_chunk_load__. */
export function defineRuntime(loader: ModuleLoader): void {
  globals.__jetbridge_require__ = (id: string) => (id === RUNTIME_MODULE ? jetbridge : loader.require(id))
  globals.__jetbridge_chunk_load__ = (chunk: string) => loader.load(chunk)
}

export function configureRuntime({ assetBase, actionIds }: RuntimeSettings): void {
  const actionId = (text: string) =>
    text.startsWith(ACTION_PLACEHOLDER) ? (actionIds[text.slice(ACTION_PLACEHOLDER.length, -2)] ?? text) : text
  globals.__jetbridge_asset_base = assetBase
  globals[RUNTIME_GLOBAL] = {
    react: React,
    "react-dom": ReactDOM,
    "react/jsx-runtime": jsxRuntime,
    "react/jsx-dev-runtime": jsxDevRuntime,
    [RUNTIME_MODULE]: jetbridge,
    // React prints these into forms; it refuses to call them while it makes HTML.
    "jetbridge/internal": { createAction: (id: string) => createServerReference(actionId(id)) },
  }
}
