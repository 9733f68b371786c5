// Entry of the Node process that makes HTML of Flight in production: it loads the built client modules once.

import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { serveFrames } from "./ssr-channel"
import { describe } from "./ssr-render"
import { configureRuntime, defineRuntime, type RuntimeSettings } from "./ssr-runtime"

type Init = RuntimeSettings & {
  /** Folder of the built modules; each module's id on the wire, its file there, and its source for the log. */
  folder: string
  modules: Array<[id: string, file: string, source: string]>
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
async function loadModule(id: string, url: string, source: string): Promise<void> {
  try {
    loaded.set(id, { exports: await import(url) })
  } catch (error) {
    loaded.set(id, { error })
    console.error(`${source} cannot be loaded in Node, so the browser alone renders it. ${describe(error)}`)
  }
}

serveFrames<Init>({
  async init(settings) {
    configureRuntime(settings)
    const { folder, modules } = settings
    await Promise.all(modules.map(([id, file, source]) => loadModule(id, pathToFileURL(join(folder, file)).href, source)))
    return {}
  },
})
