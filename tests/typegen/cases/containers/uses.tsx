import { big, binary, lists, maps, numbers, objects, raw, sets, tuples, upload } from "./actions"

export async function right(input: HTMLInputElement) {
  const texts: string[] = await lists([1], ["a"], [true], new Set([1]))
  const range: number[] = await numbers()
  const [first, ...rest]: [number, ...string[]] = await tuples([1, "a"], [1, 2, 3], [])
  const [pair] = await sets(new Set([1]), new Set(["a"]), new Set())
  const counts: number | undefined = (await objects({ a: 1 }, { a: [1] }, { a: null })).a
  const inner: number | undefined = (await maps(new Map([[1, "a"]]), new Map([[[1, 2], true]]))).get(1)?.a
  const view: ArrayBufferView = await binary(new Uint8Array([1]), new Float32Array([1]))
  const bytes: Uint8Array = await raw(new Map([[1, 2]]), new Set([1]), new FormData())
  const file = input.files?.[0] ?? new Blob(["a"])
  const blob: Blob = await upload(file, [file], { a: file })
  const sums: Map<bigint, bigint> = await big([1n])
  return [texts, range, first, rest, pair?.[1].length, counts, inner, view.byteLength, bytes.length, blob.size, sums.size]
}

export async function wrong() {
  await lists(["1"], [], [], []) // error TS2322
  await lists([], [], [], 5) // error TS2345
  await tuples([1], [], []) // error TS2345
  await tuples([1, "a"], [], [1]) // error TS2345
  const second: number = (await tuples([1, "a"], [], []))[1] // error TS2322
  await sets([1], new Set(), new Set()) // error TS2740
  await objects({ a: "1" }, {}, {}) // error TS2322
  await maps({ 1: "a" }, new Map()) // error TS2353
  const missing: number = (await maps(new Map(), new Map())).a // error TS2339
  await binary("text") // error TS2345
  await binary(new Float32Array([1])) // error TS2345
  await upload("file", [], {}) // error TS2345
  const file: File = await upload(new Blob(), [], {}) // error TS2739
  await big([1]) // error TS2322
  return [missing, file, second]
}
