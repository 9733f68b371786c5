// Types of TypeScript -> their description for Python. What Python writes for each is decided there.

import ts from "typescript6"

/** What a type is. A named object stands in the table once, and is a `ref` wherever it is used. */
export type Described =
  | { kind: Plain }
  | { kind: "literal"; value: string | number | boolean }
  | { kind: "union"; of: Described[] }
  | { kind: "array" | "set" | "promise" | "stream"; of: Described }
  | { kind: "map"; key: Described; value: Described }
  | { kind: "record"; value: Described }
  | { kind: "tuple"; of: { type: Described; optional: boolean; rest: boolean }[] }
  | { kind: "ref"; id: number }
  | { kind: "parameter"; name: string }
  | { kind: "function"; parameters: Parameter[]; result: Described; event: boolean }
  /** Something that lives in the browser and cannot be sent there. */
  | { kind: "browser"; text: string }
  /** Something that has no counterpart in Python, though a value for it might be sent. */
  | { kind: "inexpressible"; text: string }

/** Types that need no more than their name. */
export type Plain =
  | "any"
  | "arrayBuffer"
  | "bigint"
  | "boolean"
  | "bytes"
  | "component"
  | "date"
  | "element"
  | "elementType"
  | "error"
  | "file"
  | "formData"
  | "iterator"
  | "never"
  | "node"
  | "null"
  | "number"
  | "readableStream"
  | "string"
  | "style"
  | "symbol"
  | "typedArray"
  | "undefined"
  | "unknown"

export type Parameter = { name: string; type: Described; optional: boolean; rest: boolean }
export type Member = { name: string; optional: boolean; type: Described; doc: string }
/** where: file and line of its declaration. */
export type NamedObject = { id: number; name: string; where: string; doc: string; members: Member[] }

/** By name, types of the language and of React. */
const KNOWN: Record<string, Plain> = {
  ArrayBuffer: "arrayBuffer",
  Blob: "file",
  CSSProperties: "style",
  ComponentClass: "component",
  DataView: "typedArray",
  Date: "date",
  Error: "error",
  ExoticComponent: "component",
  File: "file",
  ForwardRefExoticComponent: "component",
  FormData: "formData",
  FunctionComponent: "component",
  Iterator: "iterator",
  LazyExoticComponent: "component",
  MemoExoticComponent: "component",
  NamedExoticComponent: "component",
  ReactElement: "element",
  ReactPortal: "element",
  ReadableStream: "readableStream",
  SharedArrayBuffer: "arrayBuffer",
  Uint8Array: "bytes",
}
const GENERIC: Record<string, "array" | "set" | "promise" | "stream" | "map"> = {
  AsyncIterable: "stream",
  AsyncIterableIterator: "stream",
  Iterable: "array",
  Map: "map",
  Promise: "promise",
  PromiseLike: "promise",
  ReadonlyMap: "map",
  ReadonlySet: "set",
  Set: "set",
}
const FLAGS: [ts.TypeFlags, Plain][] = [
  [ts.TypeFlags.Any, "any"],
  [ts.TypeFlags.Unknown, "unknown"],
  [ts.TypeFlags.Never, "never"],
  [ts.TypeFlags.Undefined | ts.TypeFlags.Void, "undefined"],
  [ts.TypeFlags.Null, "null"],
  [ts.TypeFlags.BigIntLike, "bigint"],
  [ts.TypeFlags.ESSymbolLike, "symbol"],
  [ts.TypeFlags.NonPrimitive, "unknown"],
]
export const PRIMITIVE = ts.TypeFlags.StringLike | ts.TypeFlags.NumberLike | ts.TypeFlags.BooleanLike | ts.TypeFlags.BigIntLike
/** More members than this make no readable description. */
const MANY = 150
/** The parts of React's ReactNode besides elements. */
const SHOWN = new Set(["string", "number", "bigint", "boolean", "null", "undefined", "element", "node"])

/** Describes types, and keeps the table of the named objects that they mention. */
export class TypeReader {
  readonly objects: NamedObject[] = []
  #ids = new Map<ts.Type, number>()
  #depth = 0

  constructor(
    private readonly checker: ts.TypeChecker,
    private readonly location: ts.Node,
    private readonly root: string,
  ) {}

  /** hint: what to call an object that has no name of its own. */
  describe(type: ts.Type, hint: string): Described {
    if (this.#depth > 12) return { kind: "inexpressible", text: this.#text(type) }
    this.#depth += 1
    try {
      return this.#describe(type, hint)
    } finally {
      this.#depth -= 1
    }
  }

  /** The properties of an object type, as they are declared. */
  members(type: ts.Type, hint: string): Member[] {
    return this.properties(type).map((property) => this.member(property, hint))
  }

  /** In the order of the source: the compiler's own depends on what it has read before. */
  properties(type: ts.Type): ts.Symbol[] {
    const own = this.location.getSourceFile()
    const places = new Map(this.checker.getPropertiesOfType(type).map((property) => {
      const declaration = property.declarations?.[0]
      const file = declaration?.getSourceFile()
      return [property, { file: file === own ? "" : (file?.fileName ?? ""), start: declaration?.pos ?? 0 }]
    }))
    const compare = (a: string | number, b: string | number) => (a < b ? -1 : a > b ? 1 : 0)
    return [...places].sort(([, a], [, b]) => compare(a.file, b.file) || compare(a.start, b.start)).map(([property]) => property)
  }

  member(property: ts.Symbol, hint: string): Member {
    const optional = (property.flags & ts.SymbolFlags.Optional) !== 0
    const declared = this.checker.getTypeOfSymbolAtLocation(property, this.location)
    const type = this.describe(declared, hint + pascal(property.name))
    return { name: property.name, optional, type: optional ? without(type, "undefined") : type, doc: docOf(property, this.checker) }
  }

  #describe(type: ts.Type, hint: string): Described {
    const alias = type.aliasSymbol?.name
    if (alias === "ReactNode" && isReacts(type.aliasSymbol)) return { kind: "node" }
    if ((alias === "ElementType" || alias === "JSXElementConstructor") && isReacts(type.aliasSymbol)) return { kind: "elementType" }
    for (const [flag, kind] of FLAGS) if (type.flags & flag) return { kind }
    if (type.isUnion()) return this.#union(type, hint)
    if (type.isStringLiteral() || type.isNumberLiteral()) return { kind: "literal", value: type.value }
    if (type.flags & ts.TypeFlags.BooleanLiteral) return { kind: "literal", value: this.#text(type) === "true" }
    if (type.flags & ts.TypeFlags.BooleanLike) return { kind: "boolean" }
    if (type.flags & ts.TypeFlags.NumberLike) return { kind: "number" }
    if (type.flags & ts.TypeFlags.StringLike) return { kind: "string" }
    if (type.flags & ts.TypeFlags.TypeParameter) return { kind: "parameter", name: type.symbol.name }
    if (type.isIntersection()) return this.#intersection(type, hint)
    if (type.flags & ts.TypeFlags.Object) return this.#object(type as ts.ObjectType, hint)
    const constraint = this.checker.getBaseConstraintOfType(type)
    return constraint && constraint !== type ? this.describe(constraint, hint) : { kind: "inexpressible", text: this.#text(type) }
  }

  #union(type: ts.UnionType, hint: string): Described {
    const names = new Set(type.types.map((part) => part.getSymbol()?.name))
    // The compiler's own order depends on what it has read before.
    const sorted = [...type.types].map((part) => [this.#text(part), part] as const).sort(([a], [b]) => (a < b ? -1 : 1))
    let parts = sorted.map(([, part]) => this.describe(part, hint + this.#tag(part)))
    if (names.has("ReactPortal") && names.has("ReactElement")) {
      const awaited = (part: Described) => part.kind === "promise" || part.kind === "array"
      const others = parts.filter((part) => !SHOWN.has(part.kind) && part.kind !== "literal" && !awaited(part))
      parts = [{ kind: "node" }, ...others]
    }
    const texts = new Set(parts.map((part) => (part.kind === "literal" ? part.value : part.kind)))
    return texts.has("component") && texts.has("div") && texts.has("a") ? { kind: "elementType" } : union(parts)
  }

  /** What tells an object apart from the others of its union, such as Circle of { kind: "circle" }. */
  #tag(type: ts.Type): string {
    if (!(type.flags & ts.TypeFlags.Object) || type.aliasSymbol || !type.getSymbol()?.name.startsWith("__")) return ""
    const types = this.checker.getPropertiesOfType(type).map((property) => this.checker.getTypeOfSymbolAtLocation(property, this.location))
    const literal = types.find((one) => one.isStringLiteral())
    return literal?.isStringLiteral() ? pascal(literal.value) : ""
  }

  /** Text with a brand, as `string & { brand: "id" }`, is text; objects are what they have together. */
  #intersection(type: ts.IntersectionType, hint: string): Described {
    const plain = type.types.find((part) => part.flags & (PRIMITIVE | ts.TypeFlags.TypeParameter))
    if (plain) return this.describe(plain, hint)
    const callable = type.types.find((part) => part.getCallSignatures().length)
    return callable ? this.describe(callable, hint) : this.#named(type, hint)
  }

  #object(type: ts.ObjectType, hint: string): Described {
    const { checker } = this
    if (checker.isTupleType(type)) return this.#tuple(type as ts.TupleTypeReference, hint)
    if (checker.isArrayType(type)) return { kind: "array", of: this.#argument(type, 0, hint) }
    const symbol = type.getSymbol()
    const name = symbol?.name ?? ""
    const builtIn = isDeclaredBy(symbol, isBuiltIn)
    if (builtIn) {
      if (KNOWN[name]) return { kind: KNOWN[name] }
      const generic = GENERIC[name]
      if (generic === "map") return { kind: "map", key: this.#argument(type, 0, hint), value: this.#argument(type, 1, hint) }
      if (generic) return { kind: generic, of: this.#argument(type, 0, hint) }
      if (/^(Big)?(Int|Uint|Float)\d+(Clamped)?Array$/.test(name)) return { kind: "typedArray" }
    }
    if (type.getCallSignatures().length) return this.#function(type, hint)
    if (type.getConstructSignatures().length) return { kind: "browser", text: this.#text(type) }
    if (isClass(symbol) || (builtIn && name !== "__type" && !name.endsWith("Attributes"))) return { kind: "browser", text: this.#text(type) }
    const index = checker.getIndexInfoOfType(type, ts.IndexKind.String)
    const properties = checker.getPropertiesOfType(type)
    if (index && !properties.length) return { kind: "record", value: this.describe(index.type, hint) }
    if (!properties.length) return { kind: "unknown" }
    return this.#named(type, hint)
  }

  #tuple(type: ts.TupleTypeReference, hint: string): Described {
    const flags = type.target.elementFlags
    const of = this.checker.getTypeArguments(type).map((part, index) => ({
      type: without(this.describe(part, hint), "undefined", !!((flags[index] ?? 0) & ts.ElementFlags.Optional)),
      optional: !!((flags[index] ?? 0) & ts.ElementFlags.Optional),
      rest: !!((flags[index] ?? 0) & ts.ElementFlags.Variable),
    }))
    return { kind: "tuple", of }
  }

  #argument(type: ts.Type, index: number, hint: string): Described {
    const argument = this.checker.getTypeArguments(type as ts.TypeReference)[index]
    return argument ? this.describe(argument, hint) : { kind: "any" }
  }

  #function(type: ts.Type, hint: string): Described {
    const signatures = type.getCallSignatures()
    const signature = signatures[signatures.length - 1] as ts.Signature
    const returned = signature.getReturnType()
    if (isShown(returned, this.checker)) return { kind: "browser", text: this.#text(type) }
    const parameters = signature.parameters.map((parameter) => this.#parameter(parameter, hint))
    const event = signature.parameters.some((parameter) => isEvent(this.checker.getTypeOfSymbolAtLocation(parameter, this.location)))
    return { kind: "function", parameters, result: this.describe(returned, `${hint}Result`), event }
  }

  #parameter(parameter: ts.Symbol, hint: string): Parameter {
    const declaration = parameter.valueDeclaration
    const node = declaration && ts.isParameter(declaration) ? declaration : undefined
    const rest = !!node?.dotDotDotToken
    const optional = !!node?.questionToken || !!node?.initializer
    let type = this.checker.getTypeOfSymbolAtLocation(parameter, this.location)
    if (rest && this.checker.isArrayType(type)) type = this.checker.getTypeArguments(type as ts.TypeReference)[0] ?? type
    const described = this.describe(type, hint + pascal(parameter.name))
    return { name: parameter.name, type: optional ? without(described, "undefined") : described, optional, rest }
  }

  #named(type: ts.Type, hint: string): Described {
    const known = this.#ids.get(type)
    if (known !== undefined) return { kind: "ref", id: known }
    const properties = this.checker.getPropertiesOfType(type)
    if (properties.length > MANY) return { kind: "inexpressible", text: this.#text(type) }
    const symbol = type.aliasSymbol ?? type.getSymbol()
    const id = this.objects.length
    const where = placeOf(symbol?.declarations?.[0] ?? this.location, this.root)
    const entry: NamedObject = { id, name: this.#name(type, hint), where: `${where.file}:${where.line}`, doc: "", members: [] }
    if (symbol) entry.doc = docOf(symbol, this.checker)
    this.#ids.set(type, id)
    this.objects.push(entry)
    entry.members = this.members(type, entry.name)
    return { kind: "ref", id }
  }

  /** Page<Post> -> PagePost; an object without a name is called after the place where it stands. */
  #name(type: ts.Type, hint: string): string {
    const own = type.aliasSymbol?.name ?? type.getSymbol()?.name
    if (!own || own.startsWith("__")) return hint
    const given = type.aliasTypeArguments ?? (type.flags & ts.TypeFlags.Object ? this.checker.getTypeArguments(type as ts.TypeReference) : [])
    const names = given.map((part) => part.aliasSymbol?.name ?? part.getSymbol()?.name ?? this.#text(part))
    const utility = isDeclaredBy(type.aliasSymbol, isLibraryFile)
    if (utility && names.some((name) => name.startsWith("__"))) return hint
    return pascal([own, ...names.slice(0, utility ? 1 : 4)].join(" "))
  }

  #text(type: ts.Type): string {
    return this.checker.typeToString(type, this.location, ts.TypeFormatFlags.NoTruncation).slice(0, 200)
  }
}

export function union(parts: Described[]): Described {
  const flat = parts.flatMap((part) => (part.kind === "union" ? part.of : [part]))
  const texts = new Map(flat.map((part) => [JSON.stringify(part), part]))
  if (texts.has('{"kind":"literal","value":true}') && texts.has('{"kind":"literal","value":false}')) {
    for (const value of [true, false]) texts.delete(JSON.stringify({ kind: "literal", value }))
    texts.set('{"kind":"boolean"}', { kind: "boolean" })
  }
  const [first, ...rest] = texts.values()
  return first && !rest.length ? first : { kind: "union", of: [...texts.values()] }
}

function without(type: Described, kind: Plain, when = true): Described {
  return when && type.kind === "union" ? union(type.of.filter((part) => part.kind !== kind)) : type
}

/** Whether a function that returns this is a component, or a function that makes nodes. */
export function isShown(type: ts.Type, checker: ts.TypeChecker): boolean {
  const parts = type.isUnion() ? type.types : [type]
  return parts.some((part) => {
    const name = part.getSymbol()?.name
    if (name === "Promise") return checker.getTypeArguments(part as ts.TypeReference).some((inner) => isShown(inner, checker))
    return (name === "ReactElement" || name === "Element" || name === "ReactPortal") && isReacts(part.getSymbol())
  })
}

/** An event, or a node of the page. */
function isEvent(type: ts.Type): boolean {
  const parts = type.isUnion() ? type.types : [type]
  const symbols = parts.map((part) => part.getSymbol())
  return symbols.some((symbol) => /(Event|Element|Node|Window|Document)$/.test(symbol?.name ?? "") && isDeclaredBy(symbol, isBuiltIn))
}

export function isReacts(symbol: ts.Symbol | undefined): boolean {
  return isDeclaredBy(symbol, isReactFile)
}

export function isDeclaredBy(symbol: ts.Symbol | undefined, test: (file: ts.SourceFile) => boolean): boolean {
  return !!symbol?.declarations?.some((declaration) => test(declaration.getSourceFile()))
}

/** One of those that declare JavaScript and the browser. */
function isLibraryFile(file: ts.SourceFile): boolean {
  return /\/lib\.[^/]*d\.ts$/.test(file.fileName)
}

function isBuiltIn(file: ts.SourceFile): boolean {
  return isLibraryFile(file) || isReactFile(file)
}

export function isReactFile(file: ts.SourceFile): boolean {
  return /\/@types\/react\/[^/]+\.d\.ts$/.test(file.fileName)
}

function isClass(symbol: ts.Symbol | undefined): boolean {
  return !!symbol && (symbol.flags & ts.SymbolFlags.Class) !== 0
}

/** A file is told relative to the project; lines count from 1. */
export function placeOf(node: ts.Node, root: string): { file: string; line: number } {
  const source = node.getSourceFile()
  const file = source.fileName.startsWith(`${root}/`) ? source.fileName.slice(root.length + 1) : source.fileName
  return { file, line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1 }
}

export function docOf(symbol: ts.Symbol, checker: ts.TypeChecker): string {
  return ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim()
}

/** "post id", "postId" -> "PostId". */
export function pascal(text: string): string {
  const words = text.match(/[A-Za-z0-9]+/g) ?? []
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("")
}
