// Entry of the Node process that makes HTML of Flight in production: it loads the built client modules once.

import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { serveFrames } from "./ssr-channel"
import { describe } from "./ssr-render"
import { configureRuntime, defineRuntime, type RuntimeSettings } from "./ssr-runtime"

type Init = RuntimeSettings & {
  /** Folder of the built modules, and each module's file by its id on the wire. */
  folder: string
  modules: Record<string, string>
}

type Loaded = { exports: unknown } | { error: unknown }

const loaded = new Map<string, Loaded>()

defineRuntime({
  require(id) {
    const module = loaded.get(id)
    if (module === undefined) throw new Error(`There is no client module ${id} in this build.`)
    if ("error" in module) throw module.error
    return module.exports
  },
  // Everything was loaded at the start.
  load: () => Promise.resolve(),
})

/** A module that cannot be loaded here, such as one that needs `window` at once, fails only where it is rendered. */
async function loadModule(id: string, url: string): Promise<void> {
  try {
    loaded.set(id, { exports: await import(url) })
  } catch (error) {
    loaded.set(id, { error })
    console.error(`A client module cannot be loaded in Node, so the browser alone renders it. ${describe(error)}`)
  }
}

serveFrames<Init>({
  async init(settings) {
    configureRuntime(settings)
    const entries = Object.entries(settings.modules)
    await Promise.all(entries.map(([id, file]) => loadModule(id, pathToFileURL(join(settings.folder, file)).href)))
    return {}
  },
})
