// A Node process that tells Python what props the client components of a project take.
//
// Argument, as JSON: where the project is (root), what is generated for it (out), and TypeScript's own declarations
// (lib). A line of input: {"paths": [...]}. A line of output for each: {"modules": {path: ...}}, where null means the
// same as the last time, or {"error": "..."}.
// It ends with its input.

import { createInterface } from "node:readline"
import { PropsProgram, type Settings } from "./props-program"

const program = new PropsProgram(JSON.parse(process.argv[2] ?? "{}") as Settings)

createInterface({ input: process.stdin }).on("line", (line) => {
  process.stdout.write(`${JSON.stringify(answer(line))}\n`)
})

function answer(line: string): object {
  try {
    const { paths } = JSON.parse(line) as { paths: string[] }
    return { modules: program.read(paths) }
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message).slice(0, 2000) : String(error) }
  }
}
