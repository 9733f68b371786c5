// In development Node itself loads the packages that client modules use; they must find the one React of this process.

import Module, { register } from "node:module"
import { facadeSources, facadeCode } from "./react-facade"
import { RUNTIME_GLOBAL } from "./wire"

type Load = (request: string, ...rest: unknown[]) => unknown

/** Redirect `import` and `require` of React and of "jetbridge" to the runtime. */
export function redirectNodeImports(): void {
  const sources = facadeSources()
  const codes = Object.fromEntries(sources.map((source) => [source, facadeCode(source)]))
  register(`data:text/javascript,${encodeURIComponent(hooks(codes))}`)
  const loader = Module as unknown as { _load: Load }
  const load = loader._load
  loader._load = (request, ...rest) => {
    const runtime = (globalThis as unknown as Record<string, Record<string, unknown>>)[RUNTIME_GLOBAL]
    return sources.includes(request) ? runtime?.[request] : load(request, ...rest)
  }
}

/** They run in a thread of their own and see nothing of this file. */
function hooks(codes: Record<string, string | undefined>): string {
  return `
const codes = ${JSON.stringify(codes)}
const prefix = "jetbridge-facade:"
export async function resolve(specifier, context, next) {
  if (Object.hasOwn(codes, specifier)) return { url: prefix + specifier, format: "module", shortCircuit: true }
  return next(specifier, context)
}
export async function load(url, context, next) {
  if (url.startsWith(prefix)) return { source: codes[url.slice(prefix.length)], format: "module", shortCircuit: true }
  return next(url, context)
}
`
}
