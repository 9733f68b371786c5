// npm run build: everything of this package that the wheel carries, into src/jetbridge/_assets/.

import { execFileSync } from "node:child_process"
import { cp, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { brotliCompressSync } from "node:zlib"
import zopfli from "@gfx/zopfli"
import { rolldown } from "rolldown"

const here = dirname(fileURLToPath(import.meta.url))
const target = join(here, "../src/jetbridge/_assets")
const draft = `${target}.${process.pid}`
const require = createRequire(import.meta.url)

/** Once a minified file, instead of above each part of React. */
const LICENSE = "/*! With React, (c) Meta Platforms, Inc. and affiliates, MIT license: see LICENSE-react.txt of jetbridge. */"

/** React's files for one mode, without those that only choose between the modes. */
function reactFiles(mode) {
  const file = (name, folder = name) => join(here, `node_modules/${folder}/cjs/${name}.${mode}.js`)
  return {
    react$: file("react"),
    "react/jsx-runtime$": file("react-jsx-runtime", "react"),
    "react-dom$": file("react-dom"),
    "react-dom/client$": file("react-dom-client", "react-dom"),
    "react-server-dom-webpack/client.browser$": file("react-server-dom-webpack-client.browser", "react-server-dom-webpack"),
    scheduler$: file("scheduler"),
  }
}

const SHAKEN = /\/(?:scheduler|react-dom-client|react-server-dom-webpack-client\.browser)\.production\.js$/

/** CommonJS is bundled whole. As ES modules these packages of React leave out what nobody uses. */
const shakeReact = {
  name: "shake-react",
  transform(code, id) {
    if (!SHAKEN.test(id)) return null
    const names = [...new Set(Array.from(code.matchAll(/\bexports\.(\w+)/g), ([, name]) => name))]
    const imports = []
    const body = code
      .replace(/^var (?:\w+ = require\("[^"]+"\)[,;]\s*)+/m, (required) => {
        for (const [, local, source] of required.matchAll(/(\w+) = require\("([^"]+)"\)/g)) {
          imports.push(`import ${source === "scheduler" ? `* as ${local}` : local} from "${source}"`)
        }
        return required.trimEnd().endsWith(",") ? "var " : ""
      })
      .replace(/\bexports\.(\w+)/g, "exported_$1")
    if (/\b(?:require\(|exports\b)/.test(body)) throw new Error(`${id} is not as it was: see shakeReact.`)
    return [
      ...imports,
      `let ${names.map((name) => `exported_${name}`).join(", ")}`,
      body,
      `export { ${names.map((name) => `exported_${name} as ${name}`).join(", ")} }`,
      `export default { ${names.map((name) => `${name}: exported_${name}`).join(", ")} }`,
    ].join("\n")
  },
}

/** React reads some names of the scheduler that only its tests define. */
const EXPECTED_WARNINGS = ["IMPORT_IS_UNDEFINED"]

/** Bundle one entry into one file; returns the names it exports. */
async function bundle(entry, file, options = {}) {
  const { platform = "node", mode = "production", minify = mode === "production", external = [], write = true } = options
  const alias = { "react-dom/server": join(here, `node_modules/react-dom/cjs/react-dom-server.node.${mode}.js`) }
  const build = await rolldown({
    input: join(here, "src", entry),
    platform,
    external,
    plugins: [shakeReact],
    resolve: { alias: platform === "node" ? alias : reactFiles(mode) },
    // Read in development only.
    treeshake: { moduleSideEffects: [{ test: /jsx-dev-runtime/, sideEffects: false }] },
    transform: { define: defines(platform, mode), target: platform === "node" ? "node20" : "es2022" },
    onLog(level, log, handle) {
      if (level === "warn" && !EXPECTED_WARNINGS.includes(log.code)) throw new Error(log.message)
      if (level !== "warn") handle(level, log)
    },
  })
  const output = { format: "esm", file: join(draft, file), minify, codeSplitting: false, comments: !minify }
  if (minify) output.postBanner = LICENSE
  const result = await (write ? build.write(output) : build.generate(output))
  await build.close()
  return result.output[0].exports
}

/** In Node other packages run beside us, some of which take webpack's names for a sign of webpack. */
function defines(platform, mode) {
  const ours = { __webpack_require__: "__jetbridge_require__", __webpack_chunk_load__: "__jetbridge_chunk_load__" }
  return { "process.env.NODE_ENV": JSON.stringify(mode), ...(platform === "node" ? ours : {}) }
}

/** What may be imported of each module of the runtime; a production build of React lacks some names. */
async function runtimeExports() {
  const names = (id) => Object.keys(require(id)).filter((name) => /^[a-zA-Z_$][\w$]*$/.test(name))
  const modules = ["react", "react-dom", "react-dom/client", "react/jsx-runtime", "react/jsx-dev-runtime"]
  const react = Object.fromEntries(modules.map((id) => [id, names(id)]))
  const unwritten = { platform: "browser", write: false }
  return {
    ...react,
    jetbridge: await bundle("index.ts", "index.js", unwritten),
    "jetbridge/internal": await bundle("internal.ts", "internal.js", unwritten),
  }
}

/** The parts of "jetbridge/forms" and "jetbridge/upload": "field" is the module "jetbridge/field". */
const LIBRARY = ["forms", "field", "live-field", "upload"]

/** They become part of the client modules that import them, each by itself: what a page does not use it does not load. */
async function librarySources() {
  const names = [...LIBRARY, "internal"].map((name) => `./${name}`)
  const keepApart = (id, importer) => (importer && names.includes(id) ? { id: `jetbridge/${id.slice(2)}`, external: true } : null)
  const sources = LIBRARY.map(async (name) => {
    const build = await rolldown({
      input: join(here, `src/${name}.ts`),
      platform: "browser",
      external: ["react"],
      plugins: [{ name: "apart", resolveId: keepApart }],
      transform: { target: "es2022" },
    })
    const { output } = await build.generate({ format: "esm", comments: false })
    await build.close()
    return [`jetbridge/${name}`, output[0].code]
  })
  return Object.fromEntries(await Promise.all(sources))
}

/** The runtime is most of what a first visit loads: pack it as well as can be, once. */
async function pack(file) {
  const content = await readFile(join(draft, file))
  await writeFile(join(draft, `${file}.gz`), await zopfli.gzipAsync(content, { numiterations: 60 }))
  await writeFile(join(draft, `${file}.br`), brotliCompressSync(content))
}

/** The declarations that a user's TypeScript reads for "jetbridge" and "jetbridge/internal". */
function writeTypes() {
  const tsc = join(here, "node_modules/typescript/bin/tsc")
  const types = join(draft, "types")
  execFileSync(process.execPath, [tsc, "-p", "tsconfig.types.json", "--outDir", types], { cwd: here, stdio: "inherit" })
}

await rm(draft, { recursive: true, force: true })
await mkdir(draft, { recursive: true })
try {
  for (const mode of ["production", "development"]) {
    await bundle("browser.tsx", `runtime.${mode}.js`, { platform: "browser", mode })
  }
  await bundle("ssr-worker.ts", "ssr-worker.production.mjs")
  await pack("runtime.production.js")
  await bundle("build.ts", "build.mjs", { minify: false })
  await bundle("dev.ts", "dev.mjs", { mode: "development" })
  const versions = { react: require("react").version, exports: await runtimeExports(), sources: await librarySources() }
  await writeFile(join(draft, "versions.json"), `${JSON.stringify(versions, null, 2)}\n`)
  await cp(join(here, "node_modules/react/LICENSE"), join(draft, "LICENSE-react.txt"))
  writeTypes()
  await rm(target, { recursive: true, force: true })
  await rename(draft, target)
} finally {
  await rm(draft, { recursive: true, force: true })
}
