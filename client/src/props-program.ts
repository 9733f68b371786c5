// One TypeScript program over the client modules of a project, kept and brought up to date.

import { statSync } from "node:fs"
import { join } from "node:path"
import ts from "typescript6"
import { type ClientModule, readModule } from "./props-components"

export type Settings = { root: string; out: string; lib: string }

type Cached = { version: string; file: ts.SourceFile }

/** Reads client modules. What has not changed since the last time is not read again. */
export class PropsProgram {
  #settings: Settings
  #host: ts.CompilerHost
  #files = new Map<string, Cached>()
  #program: ts.Program | undefined

  constructor(settings: Settings) {
    this.#settings = settings
    this.#host = this.#makeHost()
  }

  /** paths: of client modules. */
  read(paths: string[]): Record<string, ClientModule> {
    const { options, declarations } = this.#configuration()
    const rootNames = [...paths, ...declarations]
    this.#program = ts.createProgram({ rootNames, options, host: this.#host, ...(this.#program ? { oldProgram: this.#program } : {}) })
    const checker = this.#program.getTypeChecker()
    const modules: Record<string, ClientModule> = {}
    for (const path of paths) {
      const source = this.#program.getSourceFile(path)
      if (source) modules[path] = this.#readModule(source, checker)
    }
    return modules
  }

  /** What the compiler cannot take in costs its own module its types, and no other. */
  #readModule(source: ts.SourceFile, checker: ts.TypeChecker): ClientModule {
    try {
      return readModule(source, checker, this.#settings.root)
    } catch {
      return { exports: [], objects: [] }
    }
  }

  /** What the project's own tsconfig.json says, as far as it is about types. */
  #configuration(): { options: ts.CompilerOptions; declarations: string[] } {
    const { root, out } = this.#settings
    const file = [join(root, "tsconfig.json"), join(out, "tsconfig.json")].find((path) => ts.sys.fileExists(path))
    const parsed = file ? ts.parseJsonConfigFileContent(ts.readConfigFile(file, ts.sys.readFile).config ?? {}, ts.sys, root) : undefined
    const options: ts.CompilerOptions = {
      jsx: ts.JsxEmit.ReactJSX,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2022,
      types: [],
      ...parsed?.options,
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      allowJs: true,
    }
    return { options, declarations: (parsed?.fileNames ?? []).filter((name) => name.endsWith(".d.ts") && !name.startsWith(`${out}/`)) }
  }

  #makeHost(): ts.CompilerHost {
    const { lib, root } = this.#settings
    const host = ts.createCompilerHost({}, true)
    return {
      ...host,
      getCurrentDirectory: () => root,
      getDefaultLibLocation: () => lib,
      getDefaultLibFileName: (options) => join(lib, ts.getDefaultLibFileName(options)),
      getSourceFile: (path, options) => this.#sourceFile(path, options),
    }
  }

  #sourceFile(path: string, options: ts.ScriptTarget | ts.CreateSourceFileOptions): ts.SourceFile | undefined {
    const known = this.#files.get(path)
    const version = path.includes("/node_modules/") && known ? known.version : versionOf(path)
    if (known && known.version === version) return known.file
    const text = ts.sys.readFile(path)
    if (text === undefined || version === undefined) return undefined
    const file = ts.createSourceFile(path, text, options, true)
    // A program takes over what it knows of a file by this name.
    ;(file as ts.SourceFile & { version: string }).version = version
    this.#files.set(path, { version, file })
    return file
  }
}

function versionOf(path: string): string | undefined {
  const stat = statSync(path, { throwIfNoEntry: false })
  return stat && `${stat.mtimeMs} ${stat.size}`
}
