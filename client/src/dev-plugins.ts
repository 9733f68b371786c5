// Vite plugins of development only.

import type { Plugin } from "vite"
import { facadeSources, loadFacade, resolveFacade } from "./react-facade"
import { DEV_PATH, RUNTIME_GLOBAL } from "./wire"

/** URL path, below DEV_PATH, of the module that starts a page; Python names it too. */
const BOOTSTRAP = "@jetbridge/bootstrap.js"

const ID = "\0jetbridge-bootstrap"

// Fast Refresh has to be in place before React is evaluated, hence the dynamic import.
const CODE = `import { injectIntoGlobalHook } from "/@react-refresh"

injectIntoGlobalHook(window)
window.$RefreshReg$ = () => {}
window.$RefreshSig$ = () => (type) => type

const runtime = ${JSON.stringify(`${DEV_PATH}@jetbridge/runtime.js`)}
await import(/* @vite-ignore */ runtime)
// Python was edited. While it cannot start, its error lies over the page, which keeps its state below.
import.meta.hot.on("jetbridge:python", ({ error }) => {
  for (const overlay of document.querySelectorAll("vite-error-overlay")) overlay.close()
  const Overlay = customElements.get("vite-error-overlay")
  if (error) document.body.append(new Overlay({ message: error.message, stack: error.trace, plugin: "jetbridge" }))
  else globalThis.${RUNTIME_GLOBAL}.refresh()
})
// Flight that comes later means the edited module: React would take the old one's export for another component. The
// runtime imports it, at the very URL of the update: Vite would change the URL of an import in here.
import.meta.hot.on("vite:afterUpdate", async ({ updates }) => {
  for (const { type, acceptedPath, timestamp } of updates) {
    const id = acceptedPath.slice(1)
    if (type === "js-update") await globalThis.${RUNTIME_GLOBAL}.loadModule(id, "${DEV_PATH}" + id + "?t=" + timestamp)
  }
})
// Vite keeps styles in elements of its own; those that came with the document would outlive an edit.
import.meta.hot.on("vite:beforeUpdate", () => {
  for (const link of document.querySelectorAll('link[rel="stylesheet"][href^="${DEV_PATH}"]')) link.remove()
})
`

export function bootstrapPlugin(): Plugin {
  return {
    name: "jetbridge:bootstrap",
    resolveId: (source) => (source === `/${BOOTSTRAP}` ? ID : undefined),
    load: (id) => (id === ID ? CODE : undefined),
  }
}

/** Packages that Vite bundles beforehand read React from the runtime, as the project's own modules do. */
export function dependencyPlugin(): Plugin {
  const facades = facadeSources()
  return {
    name: "jetbridge:dependencies",
    enforce: "post",
    config(config) {
      const { include } = config.optimizeDeps ?? {}
      if (include) config.optimizeDeps = { ...config.optimizeDeps, include: include.filter((name) => !facades.includes(name)) }
      return {
        environments: { ssr: { resolve: { noExternal: facades } } },
        optimizeDeps: {
          exclude: facades,
          rolldownOptions: { plugins: [{ name: "jetbridge:facade", resolveId: (source) => resolveFacade(source), load: loadFacade }] },
        },
      }
    },
  }
}
