/** The module "jetbridge/internal": what generated stubs and the modules "jetbridge/…" import. */

import { createServerReference, encodeReply } from "react-server-dom-webpack/client.browser"
import { callServer, Detour, readRefusal } from "./call-server"

/** The function that calls the action `id` on the server. */
export function createAction<F extends (...args: never[]) => Promise<unknown>>(id: string): F {
  return createServerReference<F>(id, callServer)
}

export { callServer, Detour, encodeReply, readRefusal }
