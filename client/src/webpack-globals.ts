/**
 * The globals through which `react-server-dom-webpack` loads client modules, without webpack.
 *
 * A chunk is an ES module at the URL that the Flight row names. The chunk whose id is a module's id is that module.
 * This file must be evaluated before the Flight client is.
 */

interface Require {
  (moduleId: string): unknown
  /** Replaced by the Flight client: chunk id -> URL as the row said. */
  u: (chunkId: string) => string
}

const modules = new Map<string, unknown>()

export function registerModule(id: string, exports: unknown): void {
  modules.set(id, exports)
}

function requireModule(moduleId: string): unknown {
  if (!modules.has(moduleId)) throw new Error(`The client module ${moduleId} is not loaded.`)
  return modules.get(moduleId)
}

export async function loadModule(id: string, url: string): Promise<void> {
  registerModule(id, await import(/* @vite-ignore */ url))
}

const loadChunk = (chunkId: string) => loadModule(chunkId, require.u(chunkId))

const require: Require = Object.assign(requireModule, { u: (chunkId: string) => chunkId })

Object.assign(globalThis, {
  __webpack_require__: require,
  __webpack_chunk_load__: loadChunk,
  __webpack_get_script_filename__: (chunkId: string) => require.u(chunkId),
})
