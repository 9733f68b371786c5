// The exports of a client module -> which of them are components, and what props they take.

import ts from "typescript6"
import { docOf, isReactFile, isShown, type Member, type NamedObject, pascal, placeOf, PRIMITIVE, TypeReader } from "./props-types"

/** Stands for the names that an index signature lets in. */
const ANY_NAME = "..."

/** from: the interface of React's that declares it, such as ButtonHTMLAttributes; its type is known to Python then. */
export type Prop = Member | { name: string; optional: boolean; from: string }
/** bound: what T extends, if anything. */
export type TypeParameter = { name: string; bound: Member["type"] | null }

/**
 * One export. variants: the props of a component, several times when they are a union; null for what is no component,
 * "unknown" for a component whose props nobody has said. line: counted from 1, in `file`.
 */
export type Export = {
  name: string
  file: string
  line: number
  doc: string
  variants: Prop[][] | "unknown" | null
  parameters: TypeParameter[]
}
export type ClientModule = { exports: Export[]; objects: NamedObject[] }

/** More kinds of props than this are told as one. */
const MANY_VARIANTS = 12

export function readModule(source: ts.SourceFile, checker: ts.TypeChecker, root: string): ClientModule {
  const module = checker.getSymbolAtLocation(source)
  const types = new TypeReader(checker, source, root)
  const exports = module ? checker.getExportsOfModule(module).filter(isValue(checker)) : []
  const read = exports.map((symbol) => readExport(symbol, source, checker, types, root))
  return { exports: read, objects: types.objects }
}

function isValue(checker: ts.TypeChecker): (symbol: ts.Symbol) => boolean {
  return (symbol) => (resolve(symbol, checker).flags & ts.SymbolFlags.Value) !== 0
}

function resolve(symbol: ts.Symbol, checker: ts.TypeChecker): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
}

function readExport(symbol: ts.Symbol, source: ts.SourceFile, checker: ts.TypeChecker, types: TypeReader, root: string): Export {
  const target = resolve(symbol, checker)
  const declaration = target.declarations?.[0] ?? symbol.declarations?.[0]
  const type = checker.getTypeOfSymbolAtLocation(target, source)
  const own = symbol.name === "default" ? (declaration && nameOf(declaration)) || "Default" : symbol.name
  return {
    name: symbol.name,
    ...placeOf(declaration ?? source, root),
    doc: docOf(target, checker) || docOf(symbol, checker),
    ...readComponent(type, own, checker, types, source),
  }
}

function nameOf(declaration: ts.Declaration): string | undefined {
  const name = ts.getNameOfDeclaration(declaration)
  return name && ts.isIdentifier(name) ? name.text : undefined
}

type Component = Pick<Export, "variants" | "parameters">

function readComponent(type: ts.Type, name: string, checker: ts.TypeChecker, types: TypeReader, location: ts.Node): Component {
  const nothing: Component = { variants: null, parameters: [] }
  // React tells components from other functions by their capitals, too.
  if (!/^[A-Z]/.test(name)) return nothing
  if (type.flags & ts.TypeFlags.Any) return { variants: "unknown", parameters: [] }
  const signatures = type.getCallSignatures().filter((signature) => isComponent(signature, checker, location))
  const props = signatures.length ? signatures.map((signature) => propsOf(signature, checker, location)) : classProps(type, checker, location)
  if (!props) return nothing
  const parameters = signatures.flatMap((signature) => signature.getTypeParameters() ?? []).map((parameter) => {
    const bound = parameter.getConstraint()
    return { name: parameter.symbol.name, bound: bound ? types.describe(bound, pascal(name) + parameter.symbol.name) : null }
  })
  if (props.some((one) => one && one.flags & ts.TypeFlags.Any)) return { variants: "unknown", parameters: [] }
  const unions = props.flatMap((one) => (one?.isUnion() ? one.types : [one]))
  const parts = unions.length > MANY_VARIANTS ? props : unions
  return { variants: parts.map((one) => (one ? readProps(one, name, checker, types) : [])), parameters: unique(parameters) }
}

/** Whether it takes props, or nothing, and gives something that React can show. */
function isComponent(signature: ts.Signature, checker: ts.TypeChecker, location: ts.Node): boolean {
  const props = propsOf(signature, checker, location)
  if (props && props.flags & ts.TypeFlags.Unknown) return false
  if (props && (props.isUnion() ? props.types : [props]).some((part) => part.flags & PRIMITIVE)) return false
  const returned = signature.getReturnType()
  // Without the types of React nothing is known of what JSX gives.
  const plain = PRIMITIVE | ts.TypeFlags.Null | ts.TypeFlags.Undefined | ts.TypeFlags.Any
  return isShown(returned, checker) || (returned.isUnion() ? returned.types : [returned]).every((part) => part.flags & plain)
}

function unique(parameters: TypeParameter[]): TypeParameter[] {
  return [...new Map(parameters.map((one) => [one.name, one])).values()]
}

/** The type of a function component's props; undefined when it takes none. */
function propsOf(signature: ts.Signature, checker: ts.TypeChecker, location: ts.Node): ts.Type | undefined {
  const [props] = signature.parameters
  return props && checker.getTypeOfSymbolAtLocation(props, location)
}

/** The props of a class component; null for other classes and values. */
function classProps(type: ts.Type, checker: ts.TypeChecker, location: ts.Node): ts.Type[] | null {
  const instance = type.getConstructSignatures()[0]?.getReturnType()
  const props = instance?.getProperty("props")
  return instance?.getProperty("render") && props ? [checker.getTypeOfSymbolAtLocation(props, location)] : null
}

function readProps(type: ts.Type, name: string, checker: ts.TypeChecker, types: TypeReader): Prop[] {
  const apparent = checker.getApparentType(type)
  const properties = types.properties(apparent).filter((property) => property.name !== "key" && property.name !== "ref")
  const index = checker.getIndexInfoOfType(apparent, ts.IndexKind.String)
  const others = index ? [{ name: ANY_NAME, optional: true, type: types.describe(index.type, pascal(name)), doc: "" }] : []
  const own = properties.map((property): Prop => {
    const from = property.name === "children" ? undefined : reactsInterface(property)
    const optional = (property.flags & ts.SymbolFlags.Optional) !== 0
    return from ? { name: property.name, optional, from } : types.member(property, pascal(name))
  })
  return [...own, ...others]
}

/** The interface of React's that declares a property, if that is all there is to it. */
function reactsInterface(property: ts.Symbol): string | undefined {
  const [declaration, ...others] = property.declarations ?? []
  if (!declaration || others.length || !isReactFile(declaration.getSourceFile())) return undefined
  const { parent } = declaration
  return parent && ts.isInterfaceDeclaration(parent) && parent.name.text.endsWith("Attributes") ? parent.name.text : undefined
}
