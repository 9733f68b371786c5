// npm run build, second part: the reader of props, with TypeScript inside, into src/jetbridge/_assets/.
//
// The compiler comes with us, so that the project's own `tsc` is the project's choice, whatever its version.

import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { rolldown } from "rolldown"

const here = dirname(fileURLToPath(import.meta.url))
const target = join(here, "../src/jetbridge/_assets")
const require = createRequire(import.meta.url)
const ts = require("typescript6")
const typescript = join(dirname(require.resolve("typescript6")), "..")

const LICENSE = "/*! With TypeScript, (c) Microsoft Corporation, Apache 2.0 license: see typescript/LICENSE.txt of jetbridge. */"

async function bundle() {
  const build = await rolldown({ input: join(here, "src/props.ts"), platform: "node", transform: { target: "node20" } })
  const file = join(target, "props.cjs")
  await build.write({ format: "cjs", file, minify: true, codeSplitting: false, comments: false, postBanner: LICENSE })
  await build.close()
}

/** The declarations of JavaScript and of the browser. What editors would show of them is left out. */
async function writeLibrary(folder) {
  const printer = ts.createPrinter({ removeComments: true })
  for (const name of await readdir(join(typescript, "lib"))) {
    if (!/^lib\..*d\.ts$/.test(name)) continue
    const text = await readFile(join(typescript, "lib", name), "utf8")
    // References from one of these files to another are comments, too.
    const references = text.match(/^\/\/\/ <reference .*$/gm) ?? []
    const code = printer.printFile(ts.createSourceFile(name, text, ts.ScriptTarget.Latest))
    await writeFile(join(folder, name), `${references.join("\n")}\n${code}`)
  }
}

const folder = join(target, "typescript")
await rm(folder, { recursive: true, force: true })
await mkdir(folder, { recursive: true })
await bundle()
await writeLibrary(folder)
await cp(join(typescript, "LICENSE.txt"), join(folder, "LICENSE.txt"))
await cp(join(typescript, "ThirdPartyNoticeText.txt"), join(folder, "NOTICE.txt"))
