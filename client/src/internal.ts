/** The module "jetbridge/internal": what generated stubs and the development client import. */

import { createServerReference } from "react-server-dom-webpack/client.browser"
import { callServer } from "./call-server"

/** The function that calls the action `id` on the server. */
export function createAction<F extends (...args: never[]) => Promise<unknown>>(id: string): F {
  return createServerReference<F>(id, callServer)
}

export { checkField, refreshAfterEdit as refresh } from "./call-server"
