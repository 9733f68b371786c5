// One TypeScript program over the client modules of a project, kept and brought up to date.

import { statSync } from "node:fs"
import { join } from "node:path"
import ts from "typescript6"
import { type ClientModule, readModule } from "./props-components"

export type Settings = { root: string; out: string; lib: string }

type Cached = { version: string; file: ts.SourceFile }

/** Imports of other things than code, such as "./card.css", are without types. */
const ASSET = /\.(?![cm]?[jt]sx?$)\w+$/

/** What was said of a module, and the files that this hangs on. */
type Said = { files: ts.SourceFile[]; isWhole: boolean }

/** Reads client modules. What has not changed since the last time is not read again. */
export class PropsProgram {
  #settings: Settings
  #host: ts.CompilerHost
  #files = new Map<string, Cached>()
  #program: ts.Program | undefined
  #said = new Map<string, Said>()
  #imports = new WeakMap<ts.SourceFile, string[] | null>()
  #ambient: (ts.SourceFile | string | undefined)[] = []

  constructor(settings: Settings) {
    this.#settings = settings
    this.#host = this.#makeHost()
  }

  /** paths: of client modules. null for one of which nothing else is to be said than the last time. */
  read(paths: string[]): Record<string, ClientModule | null> {
    const { options, declarations } = this.#configuration()
    const rootNames = [...paths, ...declarations]
    this.#program = ts.createProgram({ rootNames, options, host: this.#host, ...(this.#program ? { oldProgram: this.#program } : {}) })
    this.#forgetIfAmbient(declarations, JSON.stringify(options))
    const modules: Record<string, ClientModule | null> = {}
    for (const path of paths) {
      const source = this.#program.getSourceFile(path)
      if (!source) continue
      const now = this.#filesOf(source, options)
      const before = this.#said.get(path)
      const isSame = before?.isWhole && now.isWhole && now.files.every((file, index) => file === before.files[index])
      modules[path] = isSame && now.files.length === before.files.length ? null : this.#readModule(source, this.#program.getTypeChecker())
      this.#said.set(path, now)
    }
    return modules
  }

  /** Options, and declarations that nothing imports, may concern every module. */
  #forgetIfAmbient(declarations: string[], options: string): void {
    const ambient = [options, ...declarations.map((name) => this.#program?.getSourceFile(name))]
    if (ambient.length !== this.#ambient.length || ambient.some((one, index) => one !== this.#ambient[index])) {
      this.#said.clear()
      this.#imports = new WeakMap()
    }
    this.#ambient = ambient
  }

  /** A module and the project's files that it imports, directly or not. isWhole: none was missing. */
  #filesOf(source: ts.SourceFile, options: ts.CompilerOptions): Said {
    const files = new Set([source])
    let isWhole = true
    for (const file of files) {
      const imports = this.#importsOf(file, options)
      if (imports === null) isWhole = false
      for (const path of imports ?? []) {
        const imported = this.#program?.getSourceFile(path)
        if (imported) files.add(imported)
        else isWhole = false
      }
    }
    return { files: [...files], isWhole }
  }

  /** Paths of the project's files that a file imports; null when one of its imports leads nowhere. */
  #importsOf(file: ts.SourceFile, options: ts.CompilerOptions): string[] | null {
    const known = this.#imports.get(file)
    if (known !== undefined) return known
    const { importedFiles, referencedFiles } = ts.preProcessFile(file.text, true, true)
    const resolved = importedFiles.map((entry) => ts.resolveModuleName(entry.fileName, file.fileName, options, this.#host).resolvedModule)
    const isWhole = resolved.every((module, index) => module || ASSET.test(importedFiles[index]?.fileName ?? "")) && !referencedFiles.length
    const paths = resolved.flatMap((module) => (module && !module.isExternalLibraryImport ? [module.resolvedFileName] : []))
    this.#imports.set(file, isWhole ? paths : null)
    return isWhole ? paths : null
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
