// @vitest-environment happy-dom

import { afterEach, expect, test, vi } from "vitest"
import { readInlinedFlight } from "./flight-stream"
import { FLIGHT_GLOBAL } from "./wire"

const scope = globalThis as unknown as Record<string, unknown[] | undefined>

/** What the document's scripts do. */
function inline(...items: unknown[]): void {
  ;(scope[FLIGHT_GLOBAL] = scope[FLIGHT_GLOBAL] || []).push(...items)
}

function readAll(stream: ReadableStream<Uint8Array>): Promise<string> {
  return new Response(stream).text()
}

function loading(state: DocumentReadyState): void {
  vi.spyOn(document, "readyState", "get").mockReturnValue(state)
}

afterEach(() => {
  delete scope[FLIGHT_GLOBAL]
  vi.restoreAllMocks()
})

test("text and bytes arrive in the document's order, before and after the runtime", async () => {
  loading("loading")
  inline("0:1\n", [1, btoa("\u00e4")])
  const text = new Response(readInlinedFlight()).arrayBuffer()
  inline("é\n")
  inline([1, btoa("\n")], 0)

  expect([...new Uint8Array(await text)]).toEqual([...Buffer.from("0:1\n"), 0xe4, ...Buffer.from("é\n\n")])
})

test("nothing counts after the end", async () => {
  loading("loading")
  inline("a", 0, "b")
  const text = readAll(readInlinedFlight())
  inline("c", 0)

  expect(await text).toBe("a")
})

test("the end of the document ends the data when the server died", async () => {
  loading("loading")
  inline("a")
  const text = readAll(readInlinedFlight())
  inline("b")
  document.dispatchEvent(new Event("DOMContentLoaded"))

  expect(await text).toBe("ab")
})

test.each(["interactive", "complete"] as const)("a runtime that comes late finds all there is (%s)", async (state) => {
  loading(state)
  inline("a", "b")

  expect(await readAll(readInlinedFlight())).toBe("ab")
})
