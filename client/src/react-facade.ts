// Client modules do not bundle React: what they import of it is read from the runtime, so there is one React a side.

import { readFileSync } from "node:fs"
import { RUNTIME_GLOBAL } from "./wire"

export type Versions = {
  react: string
  /** What may be imported of each module of the runtime. */
  exports: Record<string, string[]>
  /** The code of modules that become part of the client modules that import them. */
  sources: Record<string, string>
}

/** Written by the build of this package, beside the bundle that this file ends up in. */
const versions = JSON.parse(readFileSync(new URL("./versions.json", import.meta.url), "utf8")) as Versions

const PREFIX = "\0jetbridge:"

/** The id of the facade that stands for an import such as "react" or "jetbridge/internal"; undefined for others. */
export function resolveFacade(source: string): string | undefined {
  return facadeSources().includes(source) ? PREFIX + source : undefined
}

/** Everything that has a facade, or a source here. */
export function facadeSources(): string[] {
  return Object.keys({ ...versions.exports, ...versions.sources })
}

export function loadFacade(id: string): string | undefined {
  return id.startsWith(PREFIX) ? facadeCode(id.slice(PREFIX.length)) : undefined
}

/** The code of a facade. A name that nobody imports leaves no trace in a build. */
export function facadeCode(source: string): string {
  const own = versions.sources[source]
  if (own !== undefined) return own
  const names = versions.exports[source] ?? []
  // Reading a property counts as an effect, a pure call does not: the minifier makes plain reads of those that stay.
  const lines = names.map((name) => `export const ${name} = /* @__PURE__ */ (() => runtime.${name})()`)
  return [
    `const runtime = /* @__PURE__ */ (() => globalThis.${RUNTIME_GLOBAL}[${JSON.stringify(source)}])()`,
    "export default runtime",
    ...lines,
    "",
  ].join("\n")
}
