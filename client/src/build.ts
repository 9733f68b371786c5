// Entry of the production build: node build.mjs '{"root": …, "app": …, "out": …}'. Expected failures exit with 3.

import { createHash } from "node:crypto"
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { brotliCompress, constants, gzip } from "node:zlib"
import type { InlineConfig, Plugin, Rolldown } from "vite"
import { checkReact, checkVite, findClientModules, importFromProject, ProjectError, type Project } from "./project"
import { baseConfig, projectPlugins } from "./vite"
import { ACTION_PLACEHOLDER, REACT_VERSION } from "./wire"

type ClientModule = { id: string; file: string; imports: string[]; stylesheets: string[]; exports: string[]; ssr: string }

export type Manifest = {
  version: 1
  id: string
  react: string
  runtime: string
  /** By path relative to the project. */
  modules: Record<string, ClientModule>
  /** Files of the browser that hold placeholders of action ids. */
  slots: string[]
}

type File = { name: string; content: Buffer }

const assets = dirname(fileURLToPath(import.meta.url))

export async function build(project: Project): Promise<void> {
  checkReact(project.root)
  checkVite(project.root)
  const target = join(project.out, "build")
  const draft = `${target}.${process.pid}`
  try {
    await rm(draft, { recursive: true, force: true })
    await mkdir(join(draft, "client"), { recursive: true })
    const paths = await findClientModules(project)
    const modules = paths.length > 0 ? await bundle(project, paths, draft) : {}
    await finish(project, modules, draft)
    await replaceFolder(target, draft)
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

/** Ids on the wire say nothing of paths. */
function moduleId(path: string): string {
  return hash(`jetbridge module ${path}`)
}

function hash(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex").slice(0, 16)
}

async function bundle(project: Project, paths: string[], draft: string): Promise<Record<string, ClientModule>> {
  const vite = await importFromProject<typeof import("vite")>(project.root, "vite")
  const input = Object.fromEntries(paths.map((path) => [moduleId(path), join(project.root, path)]))
  const client: Rolldown.OutputBundle[] = []
  const ssr: Rolldown.OutputBundle[] = []
  const plugins = [...(await projectPlugins(vite, project, "build")), keepBundles({ client, ssr })]
  const builder = await vite.createBuilder({ ...buildConfig(project, input, draft), plugins })
  for (const name of ["client", "ssr"]) {
    const environment = builder.environments[name]
    if (environment) await builder.build(environment)
  }
  const chunks = entryChunks(client)
  const ssrChunks = entryChunks(ssr)
  return Object.fromEntries(
    paths.map((path) => {
      const id = moduleId(path)
      const chunk = chunks.get(id)
      const twin = ssrChunks.get(id)
      if (chunk === undefined || twin === undefined) throw new Error(`Vite made no chunk of ${path}.`)
      return [path, { id, file: chunk.fileName, ...reachable(chunk, client), exports: chunk.exports.sort(), ssr: twin.fileName }]
    }),
  )
}

/** Small modules that several client modules use, facades among them, are one file: a request costs more than they do. */
const SHARED = { name: "shared", minShareCount: 2, maxModuleSize: 4096 }

function buildConfig(project: Project, input: Record<string, string>, draft: string): InlineConfig {
  const output = (suffix: string) => ({
    entryFileNames: `[hash].${suffix}`,
    chunkFileNames: `[hash].${suffix}`,
    assetFileNames: "[hash][extname]",
    hashCharacters: "hex" as const,
  })
  return {
    ...baseConfig(project),
    mode: "production",
    logLevel: "warn",
    base: "./",
    experimental: { renderBuiltUrl },
    environments: {
      client: {
        build: {
          outDir: join(draft, "client"),
          copyPublicDir: false,
          modulePreload: { polyfill: false },
          rolldownOptions: {
            input,
            preserveEntrySignatures: "strict",
            output: { ...output("js"), codeSplitting: { groups: [SHARED] } },
          },
        },
      },
      ssr: {
        resolve: { noExternal: true },
        build: {
          ssr: true,
          outDir: join(draft, "ssr"),
          copyPublicDir: false,
          rolldownOptions: { input, preserveEntrySignatures: "strict", output: output("mjs") },
        },
      },
    },
  }
}

/** Where a built file is on the server depends on its keys, so URLs are made at run time, and alike on both sides. */
function renderBuiltUrl(file: string, where: { hostType: string; ssr: boolean }): { relative: true } | { runtime: string } {
  if (where.hostType !== "js") return { relative: true }
  const name = JSON.stringify(file)
  return { runtime: where.ssr ? `globalThis.__jetbridge_asset_base + ${name}` : `new URL(${name}, import.meta.url).pathname` }
}

function keepBundles(kept: Record<string, Rolldown.OutputBundle[]>): Plugin {
  return {
    name: "jetbridge:bundle",
    enforce: "post",
    generateBundle: { order: "post", handler(_, bundle) { kept[this.environment.name]?.push(bundle) } },
  }
}

function entryChunks(bundles: Rolldown.OutputBundle[]): Map<string, Rolldown.OutputChunk> {
  const entries = allChunks(bundles).filter((chunk) => chunk.isEntry)
  return new Map(entries.map((chunk) => [chunk.name, chunk]))
}

function allChunks(bundles: Rolldown.OutputBundle[]): Rolldown.OutputChunk[] {
  return bundles.flatMap((bundle) => Object.values(bundle)).filter((file) => file.type === "chunk")
}

/** Everything that a chunk needs at once: the chunks it imports, deep, and the stylesheets of all of them. */
function reachable(entry: Rolldown.OutputChunk, bundles: Rolldown.OutputBundle[]): { imports: string[]; stylesheets: string[] } {
  const byName = new Map(allChunks(bundles).map((chunk) => [chunk.fileName, chunk]))
  const seen = new Set<Rolldown.OutputChunk>()
  const stylesheets = new Set<string>()
  const visit = (chunk: Rolldown.OutputChunk | undefined) => {
    if (chunk === undefined || seen.has(chunk)) return
    seen.add(chunk)
    for (const name of chunk.imports) visit(byName.get(name))
    for (const name of chunk.viteMetadata?.importedCss ?? []) stylesheets.add(name)
  }
  visit(entry)
  seen.delete(entry)
  return { imports: [...seen].map((chunk) => chunk.fileName), stylesheets: [...stylesheets] }
}

async function finish(project: Project, modules: Record<string, ClientModule>, draft: string): Promise<void> {
  const folder = join(draft, "client")
  const source = join(assets, "runtime.production.js")
  const runtime = `runtime-${hash(await readFile(source))}.js`
  for (const suffix of ["", ".gz", ".br"]) await copyFile(source + suffix, join(folder, runtime + suffix))
  const names = (await readdir(folder)).filter((name) => !name.startsWith(`${runtime}.`)).sort()
  const files = await Promise.all(names.map(async (name) => ({ name, content: await readFile(join(folder, name)) })))
  const digest = createHash("sha256").update(JSON.stringify(modules))
  for (const { name, content } of files) {
    if (content.includes(project.root)) {
      throw new ProjectError(`The built file of a client module holds the path ${project.root}, which visitors could read.`)
    }
    digest.update(name).update(content)
  }
  const isSlot = ({ name, content }: File) => name !== runtime && content.includes(ACTION_PLACEHOLDER)
  const unpacked = files.filter((file) => file.name !== runtime && !isSlot(file))
  await Promise.all(unpacked.map((file) => compress(join(folder, file.name), file.content)))
  const id = digest.digest("hex").slice(0, 16)
  const slots = files.filter(isSlot).map((file) => file.name)
  const manifest: Manifest = { version: 1, id, react: REACT_VERSION, runtime, modules, slots }
  await writeFile(join(draft, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`)
}

const COMPRESSIBLE = /\.(?:js|css|svg|json|txt|html|map|wasm|ttf|ico)$/

async function compress(path: string, content: Buffer): Promise<void> {
  if (!COMPRESSIBLE.test(path) || content.length < 1024) return
  const size = { [constants.BROTLI_PARAM_SIZE_HINT]: content.length }
  await Promise.all([
    promisify(gzip)(content, { level: 9 }).then((bytes) => writeFile(`${path}.gz`, bytes)),
    promisify(brotliCompress)(content, { params: size }).then((bytes) => writeFile(`${path}.br`, bytes)),
  ])
}

/** A server that reads the old build meanwhile finds either the old or the new one. */
async function replaceFolder(target: string, draft: string): Promise<void> {
  const old = `${draft}.old`
  await rename(target, old).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error
  })
  await rename(draft, target)
  await rm(old, { recursive: true, force: true })
}

try {
  await build(JSON.parse(process.argv[2] ?? "{}") as Project)
} catch (error) {
  console.error(error instanceof ProjectError ? error.message : error)
  process.exitCode = error instanceof ProjectError ? 3 : 1
}
