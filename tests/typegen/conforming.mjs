// node conforming.mjs <file.ts> <count> <texts.json>: values that conform to each type that the file exports, as tagged JSON.
//
// What a type allows is asked of TypeScript's checker, and of nothing that has written the type.

import { readFileSync } from "node:fs"
import { createRequire } from "node:module"

const [file, count, textsFile] = process.argv.slice(2)
const ts = createRequire(`${process.cwd()}/`)("typescript6")
const { TypeFlags, SymbolFlags } = ts
const texts = JSON.parse(readFileSync(textsFile, "utf8"))
// A tuple that is shorter may not have `undefined` in place of what it lacks.
const options = { strict: true, exactOptionalPropertyTypes: true, target: ts.ScriptTarget.ES2022, lib: ["lib.es2023.d.ts", "lib.dom.d.ts"], types: [] }
const program = ts.createProgram([file], options)
const checker = program.getTypeChecker()
const source = program.getSourceFile(file)

let state = 1
/** A whole number below `limit`; the same ones in each run. */
function random(limit) {
  state = (state * 48271) % 2147483647
  return state % limit
}
const pick = (list) => list[random(list.length)]
const repeat = (depth, make) => Array.from({ length: depth > 0 ? random(4) : 0 }, make)

const numbers = [0, 1, -1, 7, 42, 2 ** 31, 2 ** 43]
const letters = ["", "a", "$a", "ä€", "\u{1f600}", "1 2", "__proto__ "]

/** How a value of a class of JavaScript's own is made. */
const classes = {
  Date: () => ({ $t: "date", iso: new Date(random(2 ** 31) * 1000).toISOString() }),
  Uint8Array: () => ({ $t: "bytes", kind: "Uint8Array", base64: "AAH/" }),
  Blob: () => ({ $t: "blob", type: "text/plain", base64: "YQ==" }),
  File: () => ({ $t: "file", name: "a.txt", type: "text/plain", base64: "YQ==" }),
  FormData: () => ({ $t: "formdata", entries: [["a", "b"]] }),
  Set: (one, depth) => ({ $t: "set", values: distinct(repeat(depth, () => value(one[0], depth - 1))) }),
  Map: (one, depth) => ({
    $t: "map",
    entries: distinct(repeat(depth, () => value(one[0], depth - 1))).map((key) => [key, value(one[1], depth - 1)]),
  }),
  Promise: (one, depth) => ({ $t: "promise", status: "fulfilled", value: value(one[0], depth - 1) }),
  AsyncIterable: (one, depth) => ({ $t: "asynciterable", values: repeat(depth, () => value(one[0], depth - 1)) }),
  Iterable: (one, depth) => repeat(depth, () => value(one[0], depth - 1)),
}

const distinct = (list) => [...new Map(list.map((one) => [JSON.stringify(one), one])).values()]

function value(type, depth) {
  const { flags } = type
  if (flags & TypeFlags.StringLiteral || flags & TypeFlags.NumberLiteral) return type.value
  if (flags & TypeFlags.BooleanLiteral) return checker.typeToString(type) === "true"
  if (flags & TypeFlags.String) return pick(current.length ? current : letters)
  if (flags & TypeFlags.Number) return pick(numbers)
  if (flags & TypeFlags.BigInt) return { $t: "bigint", value: String(pick(numbers)) }
  if (flags & TypeFlags.Null) return null
  if (flags & (TypeFlags.Undefined | TypeFlags.Void)) return { $t: "undefined" }
  if (flags & TypeFlags.Unknown) return pick([1, "a", null, { a: 1 }, [1]])
  if (type.isUnion()) return value(pick(depth > 0 ? type.types : simplest(type.types)), depth)
  if (checker.isTupleType(type)) return tuple(type, depth)
  if (checker.isArrayType(type)) return repeat(depth, () => value(checker.getTypeArguments(type)[0], depth - 1))
  const make = !type.isIntersection() && type.symbol && classes[type.symbol.name]
  return make ? make(checker.getTypeArguments(type), depth) : object(type, depth)
}

/** Those members of a union that lead to no more depth, if there are some. */
function simplest(types) {
  const found = types.filter((one) => !(one.flags & TypeFlags.Object) || checker.isArrayType(one))
  return found.length ? found : types
}

/** The type of an element that may be missing, where it is there. */
function present(type) {
  const found = type.isUnion() ? type.types.filter((one) => !(one.flags & TypeFlags.Undefined)) : [type]
  return found.length === 1 ? found[0] : { flags: 0, types: found, isUnion: () => true }
}

function tuple(type, depth) {
  const items = checker.getTypeArguments(type)
  const least = type.target.minLength
  const length = least + random(items.length - least + 1)
  return items.slice(0, length).map((one) => value(present(one), depth - 1))
}

function object(type, depth) {
  const made = {}
  for (const property of checker.getPropertiesOfType(type)) {
    if (property.flags & SymbolFlags.Optional && random(3) === 0) continue
    made[property.name] = value(checker.getTypeOfSymbolAtLocation(property, source), depth - 1)
  }
  for (const { type: item } of checker.getIndexInfosOfType(type)) {
    const keys = current.length ? current : ["a", "b c", "ä"]
    for (const key of distinct(repeat(depth, () => pick(keys)))) made[key] ??= value(item, depth - 1)
  }
  return made
}

let current = []
const found = {}
for (const symbol of checker.getExportsOfModule(checker.getSymbolAtLocation(source))) {
  if (!(symbol.name in texts)) continue
  current = texts[symbol.name]
  const type = checker.getDeclaredTypeOfSymbol(symbol)
  found[symbol.name] = Array.from({ length: Number(count) }, () => value(type, 3))
}
process.stdout.write(JSON.stringify(found))
