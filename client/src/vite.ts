// The Vite plugin: imports of client modules that Vite cannot resolve by itself, in builds and in development.

import { dirname, isAbsolute, join } from "node:path"
import type { InlineConfig, Plugin, PluginOption } from "vite"
import { resolveInProject, importFromProject, type Project } from "./project"
import { loadFacade, resolveFacade } from "./react-facade"

/**
 * - "react" and "jetbridge" are facades over the runtime.
 * - "@/…" is the project's folder.
 * - a Python module of actions is its generated stub, by "@/…" or by a relative path.
 */
export function resolvePlugin(project: Project): Plugin {
  return {
    name: "jetbridge:resolve",
    enforce: "pre",
    resolveId(source, importer) {
      const facade = resolveFacade(source)
      if (facade !== undefined) return { id: facade, moduleSideEffects: false }
      const [path = "", query] = source.split("?", 2)
      let wanted: string | undefined
      if (path.startsWith("@/")) wanted = join(project.root, path.slice(2))
      else if (/^\.\.?\//.test(path) && importer && isAbsolute(importer)) wanted = join(dirname(importer), path)
      const file = wanted === undefined ? undefined : resolveInProject(project, wanted)
      return file === undefined ? undefined : query === undefined ? file : `${file}?${query}`
    },
    load: (id) => loadFacade(id),
  }
}

type ViteModule = typeof import("vite")
type ReactPlugin = { default: () => PluginOption }

/** The project's own Vite configuration stays in force; the React plugin is added unless it has it already. */
export async function projectPlugins(vite: ViteModule, project: Project, command: "build" | "serve"): Promise<PluginOption[]> {
  const mode = command === "build" ? "production" : "development"
  const loaded = await vite.loadConfigFromFile({ command, mode }, undefined, project.root)
  const own = [resolvePlugin(project)]
  if (await hasReactPlugin(loaded?.config.plugins)) return own
  const react = await importFromProject<ReactPlugin>(project.root, "@vitejs/plugin-react")
  return [react.default(), ...own]
}

async function hasReactPlugin(option: unknown): Promise<boolean> {
  const plugin = await option
  if (Array.isArray(plugin)) return (await Promise.all(plugin.map(hasReactPlugin))).includes(true)
  return typeof plugin === "object" && plugin !== null && /^vite:react/.test((plugin as Plugin).name)
}

/** What both the build and development set. */
export function baseConfig(project: Project): InlineConfig {
  return { root: project.root, appType: "custom", publicDir: false, clearScreen: false }
}
