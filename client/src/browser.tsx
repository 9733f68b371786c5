/** The entry of the browser bundle: takes over the document that the server sent. */

import "./webpack-globals"
import { startTransition } from "react"
import { createRoot, hydrateRoot } from "react-dom/client"
import { createFromReadableStream } from "react-server-dom-webpack/client.browser"
import { BrowserRoot } from "./browser-root"
import { callServer } from "./call-server"
import { readInlinedFlight } from "./flight-stream"
import { startNavigation } from "./navigation"
import type { Payload } from "./payload"
import { rootOptions, silenceSignals } from "./root-options"
import "./runtime"
import { CLIENT_RENDER_GLOBAL } from "./wire"

async function start(): Promise<void> {
  silenceSignals()
  const payload = await createFromReadableStream<Payload>(readInlinedFlight(), { callServer })
  const root = <BrowserRoot first={startNavigation(payload)} />
  if (CLIENT_RENDER_GLOBAL in globalThis) createRoot(document, rootOptions).render(root)
  else startTransition(() => void hydrateRoot(document, root, { ...rootOptions, formState: payload.formState ?? null }))
}

start().catch(reportError)
