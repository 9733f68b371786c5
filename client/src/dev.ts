// Entry of the development server: the project's Vite on a loopback port, and HTML of Flight in the same process.

import { readFile } from "node:fs/promises"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import type { EnvironmentModuleNode, InlineConfig, LogErrorOptions, Logger, RunnableDevEnvironment, ViteDevServer } from "vite"
import { bootstrapPlugin, dependencyPlugin } from "./dev-plugins"
import { redirectNodeImports } from "./node-facade"
import { checkReact, checkVite, importFromProject, type Project } from "./project"
import { serveFrames } from "./ssr-channel"
import { configureRuntime, defineRuntime } from "./ssr-runtime"
import { baseConfig, projectPlugins } from "./vite"
import { DEV_PATH } from "./wire"

const assets = dirname(fileURLToPath(import.meta.url))

type Loaded = { exports: unknown } | { error: unknown }

/** Client modules that a render has asked for, by their path in the project, as they are now. */
const modules = new Map<string, Loaded>()

const STYLESHEET = /\.(?:css|scss|sass|less|styl|stylus|pcss|postcss)$/

let vite: ViteDevServer | undefined
let root = ""

async function loadModule(path: string): Promise<void> {
  const environment = vite?.environments.ssr as RunnableDevEnvironment
  try {
    modules.set(path, { exports: await environment.runner.import(`/${path}`) })
  } catch (error) {
    modules.set(path, { error: withPlace(error) })
  }
}

/** Vite's errors know the place in the source; the stack of a bundler helps nobody. */
function withPlace(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const { id, loc, frame } = error as Error & { id?: string; loc?: { file?: string; line: number; column: number }; frame?: string }
  const file = loc?.file ?? id
  if (file === undefined) return error
  error.stack = [`${error.message} (${file}${loc ? `:${loc.line}:${loc.column}` : ""})`, frame].filter(Boolean).join("\n")
  return error
}

/** Stylesheets that a client module imports, deep, as URLs. */
function stylesheetsOf(path: string): string[] {
  const found = new Set<string>()
  const seen = new Set<EnvironmentModuleNode>()
  const visit = (node: EnvironmentModuleNode | undefined) => {
    if (node === undefined || seen.has(node)) return
    seen.add(node)
    if (STYLESHEET.test(node.url)) found.add(DEV_PATH + node.url.slice(1))
    else node.importedModules.forEach(visit)
  }
  for (const node of vite?.environments.ssr.moduleGraph.getModulesByFile(join(root, path)) ?? []) visit(node)
  return [...found]
}

async function startVite(project: Project): Promise<void> {
  checkReact(project.root)
  checkVite(project.root)
  const module = await importFromProject<typeof import("vite")>(project.root, "vite")
  const http = createServer()
  const plugins = [...(await projectPlugins(module, project, "serve")), bootstrapPlugin(), dependencyPlugin()]
  vite = await module.createServer({ ...devConfig(project, http), customLogger: quieter(module.createLogger("warn")), plugins })
  const { middlewares } = vite
  http.on("request", (request, response) => void serve(request, response, () => middlewares(request, response)))
  await new Promise<void>((resolve, reject) => http.once("error", reject).listen(project.port ?? 0, "127.0.0.1", resolve))
}

function devConfig(project: Project, http: Server): InlineConfig {
  return {
    ...baseConfig(project),
    mode: "development",
    base: DEV_PATH,
    cacheDir: join(project.out, "vite"),
    server: {
      middlewareMode: { server: http },
      hmr: { server: http },
      // The Python server passes requests on, under whatever name the developer's browser knows it.
      allowedHosts: true,
      watch: { ignored: ["**/.venv/**", "**/__pycache__/**", join(project.out, "build/**"), join(project.out, "vite/**")] },
    },
    optimizeDeps: { entries: [`${project.app}/**/*.{tsx,jsx}`] },
  }
}

/** A module that cannot be loaded again after an edit is reported by the render that needs it. */
function quieter(logger: Logger): Logger {
  const error = (message: string, options?: LogErrorOptions) => {
    if (!message.includes("An error happened during full reload")) logger.error(message, options)
  }
  return { ...logger, error }
}

/** The runtime is served as it is: Vite's transforms are for the project's own modules. */
async function serve(request: IncomingMessage, response: ServerResponse, next: () => void): Promise<void> {
  if (request.url?.split("?")[0] !== `${DEV_PATH}@jetbridge/runtime.js`) return next()
  const code = await readFile(join(assets, "runtime.development.js"))
  response.writeHead(200, { "content-type": "text/javascript; charset=utf-8", "cache-control": "no-cache" }).end(code)
}

defineRuntime({
  require(path) {
    const module = modules.get(path)
    if (module === undefined) throw new Error(`The client module ${path} was not loaded.`)
    if ("error" in module) throw module.error
    return module.exports
  },
  load: loadModule,
})

serveFrames<Project>({
  async init(project) {
    root = project.root
    configureRuntime({ assetBase: DEV_PATH, actionIds: {} })
    redirectNodeImports()
    await startVite(project)
    return {}
  },
  // Vite has dropped what was edited since; everything else is answered from its cache.
  async beforeRender(options) {
    const shown = options.preloadModules.filter((url) => url.startsWith(DEV_PATH)).map((url) => url.slice(DEV_PATH.length))
    await Promise.all([...new Set([...modules.keys(), ...shown])].map(loadModule))
    options.stylesheets.push(...new Set(shown.flatMap(stylesheetsOf)))
  },
  notify(event) {
    vite?.environments.client.hot.send("jetbridge:python", event)
  },
})
