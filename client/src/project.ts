// What is read from the user's project: its packages, its client modules, its generated stubs.

import { existsSync, readFileSync, statSync } from "node:fs"
import { readdir, readFile } from "node:fs/promises"
import { dirname, join, relative, sep } from "node:path"
import { pathToFileURL } from "node:url"
import { REACT_VERSION } from "./wire"

/** Something in the project must change; the message says what. */
export class ProjectError extends Error {}

export type Project = {
  /** The project's folder, and below it the application's: absolute. */
  root: string
  app: string
  /** Where generated files lie: absolute. */
  out: string
  /** Development: where Vite listens. It is the same after a restart, so that whoever knows it need not ask again. */
  port?: number
}

type PackageJson = { version: string; exports?: unknown; module?: string; main?: string }

const INSTALL = `npm install --save-dev vite@8 @vitejs/plugin-react`

function findPackage(root: string, name: string): { folder: string; json: PackageJson } | undefined {
  for (let folder = root; ; folder = dirname(folder)) {
    const candidate = join(folder, "node_modules", name)
    const file = join(candidate, "package.json")
    if (existsSync(file)) return { folder: candidate, json: JSON.parse(readFileSync(file, "utf8")) as PackageJson }
    if (dirname(folder) === folder) return undefined
  }
}

/** Import a package as the project sees it. */
export async function importFromProject<T>(root: string, name: string): Promise<T> {
  const found = findPackage(root, name)
  if (found === undefined) {
    throw new ProjectError(`The package ${name} is not installed in ${root}. Run: ${INSTALL}`)
  }
  const entry = mainEntry(found.json)
  return (await import(pathToFileURL(join(found.folder, entry)).href)) as T
}

function mainEntry({ exports, module, main }: PackageJson): string {
  let entry = exports
  while (typeof entry === "object" && entry !== null) {
    const branch = entry as Record<string, unknown>
    entry = branch["."] ?? branch.import ?? branch.node ?? branch.default
  }
  return typeof entry === "string" ? entry : (module ?? main ?? "index.js")
}

/** Flight is not stable between versions, so the project's React must be the runtime's, if it has one. */
export function checkReact(root: string): void {
  for (const name of ["react", "react-dom"]) {
    const version = findPackage(root, name)?.json.version
    if (version !== undefined && version !== REACT_VERSION) {
      throw new ProjectError(
        `${name} ${version} is installed, but this jetbridge speaks the protocol of ${REACT_VERSION}. ` +
          `Run: npm install --save-exact react@${REACT_VERSION} react-dom@${REACT_VERSION}`,
      )
    }
  }
}

export function checkVite(root: string): void {
  const version = findPackage(root, "vite")?.json.version
  if (version !== undefined && Number.parseInt(version) < 8) {
    throw new ProjectError(`vite ${version} is installed, but 8 or newer is needed. Run: ${INSTALL}`)
  }
}

const CLIENT_SUFFIX = /\.[jt]sx$/

/** Paths, relative to the project and with "/", of all modules below the application that say "use client". */
export async function findClientModules({ root, app }: Project): Promise<string[]> {
  if (!existsSync(app)) throw new ProjectError(`There is no folder ${app}.`)
  const found: string[] = []
  const walk = async (folder: string): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true })
    await Promise.all(
      entries.map(async (entry) => {
        const path = join(folder, entry.name)
        if (entry.isDirectory()) {
          if (entry.name !== "node_modules" && entry.name !== "__pycache__") await walk(path)
        } else if (CLIENT_SUFFIX.test(entry.name) && hasUseClient(await readFile(path, "utf8"))) {
          found.push(toPosix(relative(root, path)))
        }
      }),
    )
  }
  await walk(app)
  return found.sort()
}

/** Comments and other directives may stand before the directive; nothing else may. */
const PROLOGUE = /^(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/|(?:"(?!use client")[^"\n]*"|'(?!use client')[^'\n]*')\s*;?)*/

export function hasUseClient(source: string): boolean {
  const rest = source.replace(/^\uFEFF/, "").replace(/^#![^\n]*/, "").replace(PROLOGUE, "")
  return rest.startsWith('"use client"') || rest.startsWith("'use client'")
}

const SUFFIXES = ["", ".tsx", ".ts", ".jsx", ".js", ".mjs", "/index.tsx", "/index.ts", "/index.jsx", "/index.js"]

/**
 * The file that a path inside the project stands for: a module of the project, else the stub of a Python module.
 * Undefined when there is neither, and for files that Vite finds by itself.
 */
export function resolveInProject({ root, out }: Project, path: string): string | undefined {
  const inside = relative(root, path)
  if (inside.startsWith("..")) return undefined
  const found = SUFFIXES.map((suffix) => path + suffix).find(isFile)
  if (found !== undefined) return found
  const stub = join(out, "types", `${inside}.js`)
  if (isFile(stub)) return stub
  if (isFile(`${path}.py`)) {
    throw new ProjectError(`${toPosix(inside)}.py has no stub: it holds no server action, or \`jetbridge types\` has not run.`)
  }
  return undefined
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}

export function toPosix(path: string): string {
  return sep === "/" ? path : path.replaceAll(sep, "/")
}
